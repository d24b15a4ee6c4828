"""What texts and messages agree on."""

from varde.base.text import a_labels

# Where the secret of a link goes; the secret itself is put in at the moment of sending.
SECRET_MARK = "{link-secret}"  # noqa: S105 - the mark, not the secret


def wire_address(address: str) -> str:
    """The address with its domain as DNS carries it; raises ``UnicodeError`` for a bad one."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{a_labels(domain)}"
