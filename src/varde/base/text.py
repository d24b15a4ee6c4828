"""Text from outside, in a form that may be shown, stored, or looked up."""

import re

import idna

# PostgreSQL stores no NUL, and no encoding knows half of a surrogate pair.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def printable(text: str, *, instead: str = "\ufffd") -> str:
    """``text`` with ``instead`` for every control character, line break and half surrogate."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else instead for c in text)


def one_line(text: str) -> str:
    """``text`` with control characters and line breaks as spaces: fit for a header."""
    return " ".join(printable(text, instead=" ").split())


def storable(text: str) -> str:
    """``text`` with what no database and no mail can hold as U+FFFD; lines stay lines."""
    return _UNSTORABLE.sub("\ufffd", text)


def a_labels(name: str) -> str:
    """``name`` as DNS carries it, in lower case: ``Bücher.example`` is ``xn--bcher-kva.example``.

    By IDNA 2008 with the mapping of UTS-46: Python's own codec would make another domain of ß.
    Raises ``UnicodeError`` where a label that is not ASCII cannot be written so.
    """
    if name.isascii():
        return name.lower()
    mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
    return ".".join(
        label if label.isascii() else idna.alabel(label).decode() for label in mapped.split(".")
    )
