"""Text from the wire, made safe to store and to show without hiding what stood there."""

import re

# Control characters (PostgreSQL refuses NUL), lone surrogates (UTF-8 has no form for them), and
# the signs that turn the direction of writing (they make `gpj.exe` read as `exe.jpg`).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str, *, limit: int | None = None) -> str:
    """``text`` with unsafe characters shown as signs (``␀`` for NUL), cut to ``limit``."""
    text = _UNSAFE.sub(_sign, text)
    return text if limit is None or len(text) <= limit else text[: limit - 1] + "…"


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:  # noqa: PLR2004 - the C0 controls have pictures from U+2400 on
        return chr(0x2400 + code)
    return "␡" if match.group() == "\x7f" else "\ufffd"
