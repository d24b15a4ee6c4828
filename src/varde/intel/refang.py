"""Indicators are written so that nobody clicks them: ``hxxps://evil[.]example``. Undo that."""

import re
import unicodedata

# Characters without width hide in text that is copied from web pages and PDF files.
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
# Full-width ASCII, and the full stops of East Asian writing.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_STOPS = dict.fromkeys([0x3002, 0xFF61], ".")
_PLAIN = {**_INVISIBLE, **_WIDE, **_STOPS}

_DEFANGED = (
    (re.compile(r"\s*[\[({<]\s*(?:\.|dot|punkt)\s*[\])}>]\s*", re.IGNORECASE), "."),
    (re.compile(r"\s*[\[({]\s*(?:@|at)\s*[\])}]\s*", re.IGNORECASE), "@"),
    (re.compile(r"[\[({]\s*(:|/|//|://)\s*[\])}]"), r"\1"),
    (re.compile(r"^(?:h(?:xx|tx|xt|zz|\*\*|--)p|meow)(s?)(?=:)", re.IGNORECASE), r"http\1"),
    (re.compile(r"^f(?:x|\*)p(s?)(?=:)", re.IGNORECASE), r"ftp\1"),
    (re.compile(r"(?<=[A-Za-z0-9])\[\.|\.\](?=[A-Za-z0-9])|\\\."), "."),
    (re.compile(r"^([A-Za-z]+):/{3,}"), r"\1://"),
)
_MARKS = frozenset("[](){}<>*\\")
_SCHEMES = ("h", "H", "m", "M", "f", "F")
_QUOTES = "\"'`\u201c\u201d\u2018\u2019\u00ab\u00bb"


def refang(text: str) -> str:
    """``text`` as it was before it was made harmless, without what surrounds it in prose."""
    if not text.isascii():
        text = text.translate(_PLAIN)
    text = text.strip().strip(_QUOTES).rstrip(",;").strip().strip(_QUOTES)
    if _MARKS.isdisjoint(text) and not text.startswith(_SCHEMES):
        return text
    for pattern, plain in _DEFANGED:
        text = pattern.sub(plain, text)
    return text


def has_unprintable(text: str) -> bool:
    """Whether control characters, line ends or half surrogates stand in ``text``."""
    if text.isascii():
        return not text.isprintable()
    return any(unicodedata.category(character)[0] == "C" for character in text)
