"""Texts become 64-bit fingerprints, a column at a time, with those of all their domain suffixes.

The fingerprint of ``bytes[a:b]`` is a polynomial over the bytes, modulo 2**64. One running sum over
the whole column gives that of every slice by a subtraction and a multiplication, so the parents of
a name (``a.b.c``, ``b.c``, ``c``) cost no new strings. Two texts may share a fingerprint: whoever
finds one compares the texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Fingerprints = npt.NDArray[np.uint64]
Positions = npt.NDArray[np.int64]

# Small enough that a block and its intermediate arrays stay in the processor's cache.
_BLOCK_BYTES = 1 << 17
_BASE = 0x9E37_79B9_7F4A_7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX_1 = np.uint64(0xFF51_AFD7_ED55_8CCD)
_MIX_2 = np.uint64(0xC4CE_B9FE_1A85_EC53)
_BREAKS = (ord("."), ord("@"))


@dataclass(frozen=True, slots=True)
class Slices:
    """Slices of texts: slice i is ``text[row[i]][begin[i]:]`` in bytes."""

    row: Positions
    begin: Positions
    fingerprint: Fingerprints


def of_texts(texts: pa.Array, *, salt: int) -> Slices:
    """Each text of a string array as a whole (nulls must be gone); ``salt`` tells kinds apart."""
    return _join(_block_slices(block, salt=salt, suffixes=False) for block in _blocks(texts))


def of_suffixes(texts: pa.Array, *, salt: int) -> Slices:
    """Each text and what follows each dot or at-sign in it: a name with its parents.

    The at-sign gives the domain of an e-mail address for nothing.
    """
    return _join(_block_slices(block, salt=salt, suffixes=True) for block in _blocks(texts))


@dataclass(frozen=True, slots=True)
class _Block:
    first_row: int
    data: npt.NDArray[np.uint8]
    edges: Positions  # of the rows in ``data``, one more than rows


def _blocks(texts: pa.Array) -> Iterator[_Block]:
    """The array in blocks of about ``_BLOCK_BYTES``, at least a row each."""
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    if not len(texts):
        return
    edges = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    everything = np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, dtype=np.uint8)
    first = 0
    while first < len(texts):
        fitting = int(np.searchsorted(edges, edges[first] + _BLOCK_BYTES, side="right")) - 1
        end = max(fitting, first + 1)
        yield _Block(
            first, everything[edges[first] : edges[end]], edges[first : end + 1] - edges[first]
        )
        first = end


def _block_slices(block: _Block, *, salt: int, suffixes: bool) -> Slices:
    row = np.arange(len(block.edges) - 1)
    begin = block.edges[:-1]
    if suffixes:
        after_break = np.flatnonzero(np.isin(block.data, _BREAKS)) + 1
        row = np.concatenate([row, np.searchsorted(block.edges, after_break - 1, side="right") - 1])
        begin = np.concatenate([begin, after_break])
    powers, inverses = _powers(len(block.data) + 1)
    # One is added to each byte, so that a NUL changes the sum as any other byte does.
    terms = (block.data.astype(np.uint64) + np.uint64(1)) * powers[: len(block.data)]
    sums = np.zeros(len(block.data) + 1, dtype=np.uint64)
    np.cumsum(terms, out=sums[1:])
    plain = (sums[block.edges[row + 1]] - sums[begin]) * inverses[begin]
    return Slices(block.first_row + row, begin - block.edges[row], _mixed(plain, salt))


_tables: tuple[Fingerprints, Fingerprints] = (
    np.ones(1, dtype=np.uint64),
    np.ones(1, dtype=np.uint64),
)


def _powers(size: int) -> tuple[Fingerprints, Fingerprints]:
    """Powers of the base and of its inverse, at least ``size`` of each."""
    global _tables  # noqa: PLW0603 - a cache: the same numbers every time
    if len(_tables[0]) < size:
        length = max(size, 2 * _BLOCK_BYTES)
        _tables = _powers_of(_BASE, length), _powers_of(_INVERSE, length)
    return _tables


def _powers_of(base: int, length: int) -> Fingerprints:
    factors = np.full(length, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _mixed(plain: Fingerprints, salt: int) -> Fingerprints:
    """Every bit of the result depends on every bit of ``plain`` (MurmurHash3's finaliser)."""
    value = plain + np.uint64(salt)
    value ^= value >> np.uint64(33)
    value *= _MIX_1
    value ^= value >> np.uint64(33)
    value *= _MIX_2
    value ^= value >> np.uint64(33)
    return value


def _join(parts: Iterator[Slices]) -> Slices:
    all_parts = list(parts)
    return Slices(
        _concatenated([part.row for part in all_parts]),
        _concatenated([part.begin for part in all_parts]),
        np.concatenate([np.zeros(0, dtype=np.uint64), *(part.fingerprint for part in all_parts)]),
    )


def _concatenated(parts: list[Positions]) -> Positions:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])
