"""What texts and messages agree on."""

import re

# Where the secret of a link goes; the secret itself is put in at the moment of sending.
SECRET_MARK = "{link-secret}"  # noqa: S105 - the mark, not the secret
# PostgreSQL stores no NUL, and no encoding knows half of a surrogate pair.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def one_line(text: str) -> str:
    """``text`` with control characters and line breaks as spaces: fit for a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def storable(text: str) -> str:
    """``text`` with what no database and no mail can hold as U+FFFD; lines stay lines."""
    return _UNSTORABLE.sub("\ufffd", text)
