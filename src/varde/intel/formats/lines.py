"""The lines of a hostile text file: bounded, numbered, and each with its fault if it has one."""

from collections.abc import Iterator
from io import BufferedIOBase
from typing import NamedTuple

from varde.intel.errors import NotAFeed

LONGEST_LINE = 1 << 20  # bytes
BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """``text`` without its line end; ``reason`` where it is not to be read."""

    number: int
    text: str
    reason: str = ""


def read_lines(stream: BufferedIOBase) -> Iterator[Line]:
    """The lines of a UTF-8 file; raises ``NotAFeed`` for other encodings."""
    for number, raw in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), start=1):
        line = _checked_start(raw) if number == 1 else raw
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            _skip_rest(stream)
            yield Line(number, raw[:200].decode(errors="replace"), "too_long")
            continue
        try:
            yield Line(number, line.decode().rstrip("\r\n"))
        except UnicodeDecodeError:
            yield Line(number, line.decode(errors="replace").rstrip("\r\n"), "bad_utf8")


def _checked_start(raw: bytes) -> bytes:
    if raw.startswith(_OTHER_BOMS) or b"\0" in raw[:200]:
        raise NotAFeed("not_utf8")
    return raw.removeprefix(BOM)


def check_is_no_page(start: bytes) -> None:
    """A login page answered with 200 must not become indicators."""
    if start.lstrip()[:1] == b"<":
        raise NotAFeed("html")


def _skip_rest(stream: BufferedIOBase) -> None:
    while (raw := stream.readline(LONGEST_LINE)) and not raw.endswith(b"\n"):
        pass
