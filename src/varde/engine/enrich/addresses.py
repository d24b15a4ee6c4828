"""Addresses as text become numbers, a column at a time.

Logs write addresses as text. Python's ``ipaddress`` reads about 0.4 million of them a second; here
IPv4 is read by arithmetic on the bytes of the whole column and IPv6 by the C library.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from socket import AF_INET6, inet_pton
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

# Small enough that a block and its intermediate arrays stay in the processor's cache.
_BLOCK = 1 << 15
_V6_BYTES = 16
_DIGITS = 3  # of an octet, at most
_NINE = 9
_LAST_OCTET = 255
_NO_V6 = np.empty(0, dtype="S16")
# ::ffff:0:0/96, the range in which IPv6 sockets show IPv4 peers (RFC 4291, section 2.5.5.2).
_MAPPED_PREFIX = b"\0" * 10 + b"\xff\xff"
# An octet of n digits is at least this, or it has a leading zero, which some tools read as octal.
_LEAST = np.array([0, 0, 10, 100], dtype=np.uint16)

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a column: which rows hold IPv4 and IPv6, and their values.

    ``v4`` is uint32; ``v6`` is 16 bytes in network order (dtype S16), which sort as the addresses
    do. A row in neither ``v4_rows`` nor ``v6_rows`` holds no address.
    """

    v4_rows: Rows
    v4: npt.NDArray[np.uint32]
    v6_rows: Rows
    v6: npt.NDArray[np.bytes_]


def parse_addresses(texts: pa.Array) -> Addresses:
    """The addresses in a column of strings; v4-mapped IPv6 counts as IPv4.

    Whatever is not an address in full is no address: no ports, no zones, no surrounding space,
    and no octets with leading zeros.
    """
    blocks = [
        _parse_block(texts.slice(start, _BLOCK), start) for start in range(0, len(texts), _BLOCK)
    ]
    return Addresses(
        v4_rows=_join((block.v4_rows for block in blocks), np.int64),
        v4=_join((block.v4 for block in blocks), np.uint32),
        v6_rows=_join((block.v6_rows for block in blocks), np.int64),
        v6=_join((block.v6 for block in blocks), "S16"),
    )


def _join(parts: Iterable[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """The parts as one array of ``dtype``, also where there are none."""
    return np.concatenate([np.empty(0, dtype=dtype), *parts])


def _parse_block(texts: pa.Array, first_row: int) -> Addresses:
    is_v4, v4 = _parse_v4(texts)
    rest = np.flatnonzero(~is_v4)
    v6_at, v6 = _parse_v6(texts.filter(pa.array(~is_v4))) if len(rest) else (rest, _NO_V6)
    v6_rows = rest[v6_at] + first_row
    v4_rows = np.flatnonzero(is_v4) + first_row
    mapped = _is_mapped(v6)
    if mapped.any():
        v4_rows = np.concatenate([v4_rows, v6_rows[mapped]])
        v4 = np.concatenate([v4, _last_four_bytes(v6[mapped])])
        v6_rows, v6 = v6_rows[~mapped], v6[~mapped]
    return Addresses(v4_rows, v4, v6_rows, v6)


def _parse_v4(texts: pa.Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint32]]:
    """Which texts are IPv4 (a bool for each), and the addresses of those that are."""
    data, edges = _bytes_of(texts)
    dots = np.flatnonzero(data == ord("."))
    dots_before = np.searchsorted(dots, edges)
    sizes = np.diff(edges)
    maybe = (np.diff(dots_before) == 3) & (sizes >= 7) & (sizes <= 15)  # noqa: PLR2004 - a.b.c.d
    if texts.null_count:
        maybe &= texts.is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(maybe)
    # The three dots of each row cut it into four octets, from ``begin`` to before ``end``.
    cuts = dots[dots_before[rows] + np.arange(3)[:, None]]
    begin = np.concatenate([edges[rows][None], cuts + 1])
    end = np.concatenate([cuts, edges[rows + 1][None]])
    octets, good = _octets(data, begin, end)
    good_rows = good.all(axis=0)
    maybe[rows] = good_rows
    a, b, c, d = octets[:, good_rows].astype(np.uint32)
    return maybe, a << 24 | b << 16 | c << 8 | d


def _octets(
    data: npt.NDArray[np.uint8], begin: Rows, end: Rows
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.bool_]]:
    """The numbers written in ``data[begin:end]``, and which of them are octets."""
    size = end - begin
    # An index before the block wraps to its end: harmless, since ``size`` rules the digit out.
    ones = data[end - 1] - np.uint8(ord("0"))
    tens = np.where(size > 1, data[end - 2] - np.uint8(ord("0")), np.uint8(0))
    hundreds = np.where(size == _DIGITS, data[end - 3] - np.uint8(ord("0")), np.uint8(0))
    value = (ones + tens * np.uint16(10) + hundreds * np.uint16(100)).astype(np.uint16)
    # Bytes wrap around, so that what sorts before "0" is a digit above nine as well.
    good = (ones <= _NINE) & (tens <= _NINE) & (hundreds <= _NINE) & (value <= _LAST_OCTET)
    good &= (size >= 1) & (size <= _DIGITS) & (value >= _LEAST[np.clip(size, 0, _DIGITS)])
    return value, good


def _bytes_of(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], Rows]:
    """The bytes of a string array, and the edges of its rows in them (one more than rows)."""
    _, offsets, data = texts.buffers()
    edges = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if data is None or not len(texts):
        return np.zeros(0, dtype=np.uint8), np.zeros(len(texts) + 1, dtype=np.int64)
    block = np.frombuffer(data, dtype=np.uint8)[edges[0] : edges[-1]]
    return block, (edges - edges[0]).astype(np.int64)


def _parse_v6(texts: pa.Array) -> tuple[Rows, npt.NDArray[np.bytes_]]:
    """Which of the texts are IPv6 (their places), and the addresses of those that are."""
    # No IPv6 address is without a colon or longer than 45 characters: most garbage ends here.
    maybe = pc.and_(pc.match_substring(texts, ":"), pc.less_equal(pc.binary_length(texts), 45))
    at = np.flatnonzero(pc.fill_null(maybe, fill_value=False).to_numpy(zero_copy_only=False))
    candidates = texts.filter(maybe).to_pylist()
    try:
        packed = b"".join(map(inet_pton, repeat(AF_INET6), candidates))
    except (OSError, ValueError):
        each = [_v6_or_nothing(text) for text in candidates]
        packed = b"".join(each)
        at = at[np.array([bool(address) for address in each], dtype=bool)]
    return at, np.frombuffer(packed, dtype="S16")


def _v6_or_nothing(text: str) -> bytes:
    try:
        return inet_pton(AF_INET6, text)
    except (OSError, ValueError):  # ValueError: a NUL in the text
        return b""


def _is_mapped(v6: npt.NDArray[np.bytes_]) -> npt.NDArray[np.bool_]:
    prefix = np.frombuffer(_MAPPED_PREFIX, dtype=np.uint8)
    octets = v6.view(np.uint8).reshape(-1, _V6_BYTES)
    return np.asarray((octets[:, : len(prefix)] == prefix).all(axis=1))


def _last_four_bytes(v6: npt.NDArray[np.bytes_]) -> npt.NDArray[np.uint32]:
    octets = v6.view(np.uint8).reshape(-1, _V6_BYTES)
    return np.ascontiguousarray(octets[:, 12:]).view(">u4").ravel().astype(np.uint32)
