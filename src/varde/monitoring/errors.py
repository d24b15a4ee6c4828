"""What can go wrong with input, told so that an operator can mend it."""

from varde.base.errors import Refused


class UnreadableFile(Refused):
    """The file is missing, is compressed wrongly, or holds no log that is known."""


class CaptureFailed(Refused):
    """Suricata is missing, or could not read the capture."""
