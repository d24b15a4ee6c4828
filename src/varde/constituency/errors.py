"""Refusals of this floor."""

from varde.base.errors import Refused


class NotCanonical(Refused):
    """The text does not state the kind of thing it should; the message says what would."""


class AlreadyOwned(Refused):
    """Somebody owns the same network, domain or number in the same time."""
