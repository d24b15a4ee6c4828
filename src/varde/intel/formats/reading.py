"""From a path to entries: opens, unpacks, and tells by its content what a file is."""

import gzip
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from enum import StrEnum
from io import BufferedIOBase, BufferedReader, RawIOBase
from itertools import chain, islice
from pathlib import Path
from typing import cast

import zstandard

from varde.intel.errors import NotAFeed
from varde.intel.formats import misp, misp_feed, plain, table
from varde.intel.formats.entry import Entry
from varde.intel.formats.lines import BOM, check_is_no_page, read_lines


class Format(StrEnum):
    """What can be imported; AUTO looks at the content."""

    AUTO = "auto"
    LIST = "list"
    CSV = "csv"
    MISP = "misp"
    MISP_FEED = "misp-feed"


LARGEST_JSON = 512 << 20  # bytes, unpacked: JSON is read whole
LARGEST_TEXT = 8 << 30
_LOOKED_AT = 4096  # bytes
_SAMPLE = 20  # lines


class _Bounded(RawIOBase):
    """A stream that ends in a refusal after ``limit`` bytes: a few kB can unpack to anything."""

    def __init__(self, stream: BufferedIOBase, limit: int) -> None:
        self._stream = stream
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            chunk = self._stream.read(len(view))
        except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError):
            raise NotAFeed("damaged") from None
        self._left -= len(chunk)
        if self._left < 0:
            raise NotAFeed("too_big")
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()


def read_path(
    path: Path,
    *,
    form: Format = Format.AUTO,
    mapping: Mapping[str, str] | None = None,
    everything: bool = False,
) -> Iterator[Entry]:
    """The entries of a file (plain, ``.gz`` or ``.zst``) or of a feed's folder.

    Raises ``NotAFeed``, mostly while it is being read, and ``OSError``.
    """
    if path.is_dir() or form == Format.MISP_FEED:
        yield from misp_feed.read(path if path.is_dir() else path.parent, everything=everything)
        return
    with closing(_open(path)) as stream:
        start = stream.peek(_LOOKED_AT)[:_LOOKED_AT].removeprefix(BOM).lstrip()
        check_is_no_page(start)
        if form == Format.MISP or (form == Format.AUTO and start[:1] in {b"{", b"["}):
            yield from misp.read(_whole(stream), everything=everything)
        else:
            yield from _text(stream, form, mapping)


def _open(path: Path) -> BufferedReader:
    raw: BufferedIOBase
    if str(path) == "-":
        standard_input = cast("BufferedIOBase", sys.stdin.buffer)
        return BufferedReader(_Bounded(standard_input, LARGEST_TEXT), 1 << 18)
    match path.suffix:
        case ".gz":
            raw = cast("BufferedIOBase", gzip.open(path))  # noqa: SIM115 - the caller closes it
        case ".zst":
            raw = cast("BufferedIOBase", zstandard.open(path, "rb"))
        case _:
            raw = path.open("rb")
    return BufferedReader(_Bounded(raw, LARGEST_TEXT), 1 << 18)


def _whole(stream: BufferedReader) -> bytes:
    raw = stream.read(LARGEST_JSON + 1)
    if len(raw) > LARGEST_JSON:
        raise NotAFeed("too_big")
    return raw


def _text(
    stream: BufferedReader, form: Format, mapping: Mapping[str, str] | None
) -> Iterator[Entry]:
    lines = read_lines(stream)
    sample = list(islice(lines, _SAMPLE))
    everything = chain(sample, lines)
    if form == Format.CSV or (form == Format.AUTO and (mapping or table.looks_like_table(sample))):
        return table.read(everything, mapping)
    return plain.read(everything)
