"""Indicators that are texts, found by fingerprint: one sorted column serves every kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.detect.fingerprints import Fingerprints, Slices, of_texts

Rows = npt.NDArray[np.int64]

# Bits of the filter for each indicator: about one text in sixty passes it by chance.
_FILTER_BITS_EACH = 6
_LEAST_BITS, _MOST_BITS = 10, 27


@dataclass(frozen=True, slots=True)
class TextIndex:
    """Texts by fingerprint. ``keys`` is sorted; text ``rows[i]`` has fingerprint ``keys[i]``.

    ``sieve`` has a bit for the leading bits of each key: nearly every text that is no indicator
    is told so by one look at it, without a search.
    """

    keys: Fingerprints
    rows: npt.NDArray[np.uint32]
    sieve: npt.NDArray[np.uint8]
    texts: pa.Array

    def candidates(self, fingerprints: Fingerprints) -> tuple[Rows, Rows]:
        """Pairs (place in ``fingerprints``, row of a text) that are equal, or by chance alike."""
        place = np.flatnonzero(_in_sieve(self.sieve, fingerprints))
        left = np.searchsorted(self.keys, fingerprints[place], side="left")
        right = np.searchsorted(self.keys, fingerprints[place], side="right")
        counts = right - left
        return np.repeat(place, counts), self.rows[_ranges(left, counts)].astype(np.int64)

    def find(self, observed: pa.Array, slices: Slices) -> tuple[Rows, Rows]:
        """Pairs (place in ``observed``, row of a text) where one of the slices is that text."""
        place, row = self.candidates(slices.fingerprint)
        seen = observed.take(pa.array(slices.row[place])).to_pylist()
        known = self.texts.take(pa.array(row)).to_pylist()
        # Fingerprints may agree by chance, or by design of whoever chose the name: compare.
        same = np.fromiter(
            (
                text.encode()[begin:] == other.encode()
                for text, begin, other in zip(seen, slices.begin[place], known, strict=True)
            ),
            dtype=bool,
            count=len(place),
        )
        return slices.row[place[same]], row[same]


def salt(kind: str) -> int:
    """What sets the fingerprints of one kind apart: an MD5 is no JA3."""
    return int.from_bytes(sha256(kind.encode()).digest()[:8], "big")


def build(texts: pa.Array, kinds: pa.Array) -> TextIndex:
    """The index of ``texts`` (strings, no nulls), each of the kind at the same row of ``kinds``."""
    keys = np.zeros(len(texts), dtype=np.uint64)
    for kind in kinds.unique().to_pylist():
        at = np.flatnonzero(pc.equal(kinds, kind).to_numpy(zero_copy_only=False))
        keys[at] = of_texts(texts.take(pa.array(at)), salt=salt(kind)).fingerprint
    order = np.argsort(keys)
    return TextIndex(keys[order], order.astype(np.uint32), _sieve(keys), texts)


def to_arrays(index: TextIndex, prefix: str) -> dict[str, pa.Array]:
    return {
        f"{prefix}_keys": pa.array(index.keys),
        f"{prefix}_rows": pa.array(index.rows),
        f"{prefix}_sieve": pa.array(index.sieve),
        f"{prefix}_texts": index.texts,
    }


def from_arrays(arrays: Mapping[str, pa.Array], prefix: str) -> TextIndex:
    return TextIndex(
        arrays[f"{prefix}_keys"].to_numpy(),
        arrays[f"{prefix}_rows"].to_numpy(),
        arrays[f"{prefix}_sieve"].to_numpy(),
        arrays[f"{prefix}_texts"],
    )


def _sieve(keys: Fingerprints) -> npt.NDArray[np.uint8]:
    bits = min(max(len(keys).bit_length() + _FILTER_BITS_EACH, _LEAST_BITS), _MOST_BITS)
    sieve = np.zeros(1 << (bits - 3), dtype=np.uint8)
    byte, bit = _sieve_place(sieve, keys)
    np.bitwise_or.at(sieve, byte, np.uint8(1) << bit)
    return sieve


def _in_sieve(sieve: npt.NDArray[np.uint8], keys: Fingerprints) -> npt.NDArray[np.bool_]:
    byte, bit = _sieve_place(sieve, keys)
    return (sieve[byte] >> bit & np.uint8(1)).astype(bool)


def _sieve_place(
    sieve: npt.NDArray[np.uint8], keys: Fingerprints
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """The byte and the bit in it that the leading bits of each key name."""
    bits = len(sieve).bit_length() - 1 + 3
    lead = keys >> np.uint64(64 - bits)
    return (lead >> np.uint64(3)).astype(np.int64), (lead & np.uint64(7)).astype(np.uint8)


def _ranges(starts: Rows, counts: Rows) -> Rows:
    """``starts[0]``, ``starts[0] + 1``, ... ``counts[0]`` of them, then from ``starts[1]`` on."""
    ends = np.cumsum(counts)
    first = np.repeat(starts - (ends - counts), counts)
    return np.asarray(np.arange(len(first)) + first, dtype=np.int64)
