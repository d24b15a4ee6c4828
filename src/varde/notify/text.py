"""What texts and messages agree on."""

# Where the secret of a link goes; the secret itself is put in at the moment of sending.
SECRET_MARK = "{link-secret}"  # noqa: S105 - the mark, not the secret


def one_line(text: str) -> str:
    """``text`` with control characters and line breaks as spaces: fit for a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
