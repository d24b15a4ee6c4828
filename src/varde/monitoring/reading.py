"""From a file or pipe to segments: whole lines, about 128 MiB at a time, whatever the file's size.

Where the cuts fall follows from the bytes alone, never from how they happened to arrive: the same
file read twice gives the same segments, and so is known again.
"""

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

import zstandard
from typing_extensions import Buffer

from varde.monitoring.enums import LogFormat
from varde.monitoring.errors import UnreadableFile

# The larger a segment, the less its fixed costs weigh; with this one ingest stays below 1.1 GiB.
SEGMENT_BYTES = 128 << 20
# No more of a line without an end is held. Real lines reach 2.4 MB; the parser's own limit is
# lower than this, so that a line cut here is refused there.
LONGEST_LINE = 8 << 20

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_ZEEK_HEADER = re.compile(
    rb"^#(separator|set_separator|empty_field|unset_field|path|fields|types)\b[^\n]*\n",
    re.MULTILINE,
)
_PEEKED = 64 << 10
_EVE = re.compile(rb'"event_type"\s*:')
_ZEEK_JSON = re.compile(rb'^\s*\{.*"(?:ts|_path|_write_ts|uid)"\s*:', re.MULTILINE)


Unpacked = BufferedReader | GzipFile


class Incomplete(UnreadableFile):
    """The compressed file breaks off, or is followed by bytes that do not belong to it."""


class _Zstandard(RawIOBase):
    """Unpacks Zstandard frames, and tells a file that breaks off from one that ends."""

    # A kilobyte of input unpacks to 32 MiB at the worst.
    _STEP = 1024

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._is_within = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Buffer) -> int:
        view = memoryview(target)
        while not self._ready and self._advance():
            pass
        given = self._ready[: len(view)]
        view[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def _advance(self) -> bool:
        packed = self._packed.read(self._STEP)
        if not packed and self._is_within:
            raise EOFError("the Zstandard frame breaks off")
        unpacked: list[bytes] = []
        while packed:
            unpacked.append(self._frame.decompress(packed))
            self._is_within, packed = not self._frame.eof, self._frame.unused_data
            if not self._is_within:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = memoryview(b"".join(unpacked))
        return bool(self._is_within or self._ready or packed)


@contextmanager
def open_log(name: str) -> Iterator[Unpacked]:
    """The file called ``name`` (``-``: standard input), unpacked where it is gzip or Zstandard.

    Raises ``UnreadableFile`` where it cannot be opened.
    """
    if name == "-":
        yield unpacked(sys.stdin.buffer)
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed by the next block
    except OSError as error:
        raise UnreadableFile(f"{name}: {error.strerror}") from error
    with file:
        yield unpacked(file)


def unpacked(raw: BinaryIO) -> Unpacked:
    """``raw``, unpacked where its first bytes say that it is packed."""
    peekable = raw if isinstance(raw, BufferedReader) else BufferedReader(cast("RawIOBase", raw))
    start = peekable.peek(4)[:4]
    if start.startswith(_GZIP):
        return GzipFile(fileobj=peekable)
    if start == _ZSTD:
        return BufferedReader(_Zstandard(peekable), _PEEKED)
    return peekable


def format_of(start: bytes, name: str) -> LogFormat | None:
    """Which log begins with ``start`` and is called ``name``; None where it is none we know."""
    if _ZEEK_HEADER.match(start):
        return LogFormat.ZEEK
    if _EVE.search(start):
        return LogFormat.SURICATA
    if _ZEEK_JSON.search(start):
        return LogFormat.ZEEK
    file_name = Path(name).name
    if "eve" in file_name.partition(".")[0]:
        return LogFormat.SURICATA
    return LogFormat.ZEEK if ".log" in file_name else None


def segments(
    stream: BinaryIO | Unpacked, *, size: int = SEGMENT_BYTES, longest: int = LONGEST_LINE
) -> Iterator[bytes]:
    """The lines of ``stream`` in blocks of about ``size``; each ends where a line ends.

    A Zeek block begins with the header lines in force, so that it can be read by itself. Of a
    line longer than ``longest`` only the beginning is kept. Raises ``Incomplete`` after all
    that could be read has been given.
    """
    reader = _Reader(stream)
    header = rest = b""
    while parts := reader.read(max(size - len(rest), longest // 8)):
        lines, rest = _cut([rest, *parts])
        if len(rest) > longest:
            rest = rest[: longest + 1] + reader.read_past_line()
        if lines:
            whole = b"".join([header, *lines])
            yield whole
            header = _header_in_force(whole)
    if rest:
        yield header + rest
    if reader.trouble:
        raise reader.trouble


def _cut(parts: list[bytes]) -> tuple[list[bytes], bytes]:
    """Whole lines, still in parts (to copy 64 MiB once is enough), and what follows them."""
    for place in range(len(parts) - 1, -1, -1):
        end = parts[place].rfind(b"\n") + 1
        if end:
            rest = b"".join([parts[place][end:], *parts[place + 1 :]])
            return [*parts[:place], parts[place][:end]], rest
    return [], b"".join(parts)


class _Reader:
    """Reads exactly as much as asked for; what goes wrong is kept until all has been read."""

    def __init__(self, stream: BinaryIO | Unpacked) -> None:
        # One read of what lies below: of several, those before a failing one would be lost.
        self._read_once: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self.trouble: Incomplete | None = None

    def read(self, size: int) -> list[bytes]:
        """The next ``size`` bytes in parts; less only at the end."""
        parts: list[bytes] = []
        while size > 0 and (part := self._some(min(size, 4 << 20))):
            parts.append(part)
            size -= len(part)
        return parts

    def read_past_line(self) -> bytes:
        """What follows the next line's end, that end included; memory stays bounded."""
        while part := self._some(1 << 20):
            at = part.find(b"\n")
            if at >= 0:
                return part[at:]
        return b""

    def _some(self, size: int) -> bytes:
        if self.trouble:
            return b""
        try:
            return self._read_once(size)
        except (EOFError, BadGzipFile, zlib.error, zstandard.ZstdError) as error:
            self.trouble = Incomplete(str(error))
            return b""


def _header_in_force(block: bytes) -> bytes:
    """The last header line of each kind in a Zeek block, in the order they stood in."""
    if not block.startswith(b"#") and b"\n#" not in block:
        return b""
    last = {match[1]: match[0] for match in _ZEEK_HEADER.finditer(block)}
    return b"".join(last.values())
