"""A batch as lines: where each begins and ends, and what could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

MAX_LINE = 1 << 20  # bytes, without the line end
_SHORT = 64  # bytes: only so short a line may be blank
_BLOCK = 1 << 20  # stays in the processor's cache while it is searched
_PARTS = 8  # into which lines that cannot be read together are cut

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A line, or the piece of one, that holds no event; ``reason`` is a stable code."""

    line: int  # in the batch, from 1
    raw: bytes
    reason: str


class Parsed(NamedTuple):
    """``events``: the columns of schema.SCHEMA but for LATER; ``dead``: whatever holds no event."""

    events: pa.Table
    dead: list[DeadLetter]

    @property
    def received(self) -> int:
        return len(self.events) + len(self.dead)


class Lines:
    """The lines of a batch; ``numbers`` (from 0) are those that are neither blank nor too long."""

    def __init__(self, batch: bytes) -> None:
        self.batch = batch
        ends = _line_ends(batch)
        self._starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        self._ends = ends
        lengths = ends - self._starts
        short, long = np.flatnonzero(lengths <= _SHORT), np.flatnonzero(lengths > MAX_LINE + 1)
        blank = [row for row in short if not self[row].strip()]
        self.numbers: Numbers = np.delete(np.arange(len(ends)), [*blank, *long])
        self.too_long = [DeadLetter(int(row) + 1, self[row][:MAX_LINE], "too_long") for row in long]

    def __getitem__(self, number: int | np.int64) -> bytes:
        """The line with its end."""
        return self.batch[self._starts[number] : self._ends[number]]

    def joined(self, numbers: Numbers) -> bytes:
        """The bytes of these lines, which are in order, one after another."""
        if not len(numbers):
            return b""
        first, last = numbers[0], numbers[-1]
        if last - first + 1 == len(numbers):
            return self.batch[self._starts[first] : self._ends[last]]
        return b"".join(self[number] for number in numbers)

    def parts(self, numbers: Numbers) -> Iterator[Numbers]:
        """``numbers`` cut into a few parts."""
        yield from (part for part in np.array_split(numbers, _PARTS) if len(part))


def _line_ends(batch: bytes) -> Numbers:
    """One past each line end, and past the last line if it has none."""
    found = []
    for start in range(0, len(batch), _BLOCK):
        block = np.frombuffer(batch, np.uint8, min(_BLOCK, len(batch) - start), start)
        found.append(np.flatnonzero(block == ord("\n")) + (start + 1))
    ends = np.concatenate([np.zeros(0, np.int64), *found])
    if len(batch) and not batch.endswith(b"\n"):
        ends = np.append(ends, len(batch))
    return ends
