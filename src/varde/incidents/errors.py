"""Refusals of this floor; their messages are translated and may be shown."""

from varde.base.errors import Refused


class LinkUnknown(Refused):
    """No notice has this link: mistyped, cut off by a mail program, or never ours."""


class LinkExpired(Refused):
    """The link was ours and is too old."""


class NobodyToNotify(Refused):
    """Every member is left out, each for a reason that the message names."""
