"""A batch as lines: where each begins and ends, and what could not be read."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from varde.engine.schema import ALWAYS, SCHEMA

# Bytes, without the line end. Four times the bound of a record in a request: Suricata itself writes
# events of 2.4 MB (a DNP3 read of many points), and what a sensor saw must not be refused for size.
MAX_LINE = 4 << 20
_SHORT = 64  # bytes: only so short a line may be blank
_BLOCK = 1 << 20  # stays in the processor's cache while it is searched
_PARTS = 8  # into which lines that cannot be read together are cut

_BEGINS_UTF16_LE = (codecs.BOM_UTF16_LE, b"{\0", b"\0{\0")
_BEGINS_UTF16_BE = (codecs.BOM_UTF16_BE, b"\0{")

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A line, or the piece of one, that holds no event; ``reason`` is a stable code."""

    line: int  # in the batch, from 1
    raw: bytes
    reason: str


class Parsed(NamedTuple):
    """What a batch holds: its events, and whatever holds none.

    ``events`` has the columns of schema.SCHEMA in their order, without those in LATER and those,
    but for ALWAYS, that no event fills. Texts may be encoded by dictionary.
    """

    events: pa.Table
    dead: list[DeadLetter]

    @property
    def received(self) -> int:
        return len(self.events) + len(self.dead)


class Lines:
    """The lines of a batch; ``numbers`` (from 0) are those that are neither blank nor too long."""

    def __init__(self, batch: bytes) -> None:
        borders = np.concatenate([np.zeros(1, np.int64), _line_ends(batch)])
        self._all = pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), len(borders) - 1, [None, pa.py_buffer(borders), pa.py_buffer(batch)]
        )
        lengths = np.diff(borders)
        short, long = np.flatnonzero(lengths <= _SHORT), np.flatnonzero(lengths > MAX_LINE + 1)
        blank = [row for row in short.tolist() if not self[row].strip()]
        self.numbers: Numbers = np.delete(np.arange(len(lengths)), [*blank, *long])
        self.too_long = [
            DeadLetter(row + 1, self[row][:MAX_LINE], "too_long") for row in long.tolist()
        ]

    def __getitem__(self, number: int) -> bytes:
        """The line with its end."""
        line: bytes = self._all[number].as_py()
        return line

    def of(self, numbers: Numbers) -> pa.LargeBinaryArray:
        """These lines, which are in order, with their ends."""
        if len(numbers) and numbers[-1] - numbers[0] + 1 == len(numbers):
            return self._all.slice(numbers[0], len(numbers))
        return self._all.take(pa.array(numbers))

    def parts(self, numbers: Numbers) -> Iterator[Numbers]:
        """``numbers`` cut into a few parts."""
        yield from (part for part in np.array_split(numbers, _PARTS) if len(part))


def as_utf8(batch: bytes) -> bytes:
    """The batch without a byte order mark, and in UTF-8 where it is plainly UTF-16.

    A batch that was cut from the middle of a file has no mark, and may begin or end in the middle
    of a line end.
    """
    if batch.startswith(codecs.BOM_UTF8):
        return batch.removeprefix(codecs.BOM_UTF8)
    if batch.startswith(_BEGINS_UTF16_LE):
        batch = batch.removeprefix(codecs.BOM_UTF16_LE)
        batch = batch[1:] if batch.startswith(b"\0") else batch
        return (batch + b"\0" * (len(batch) % 2)).decode("utf-16-le", errors="replace").encode()
    if batch.startswith(_BEGINS_UTF16_BE):
        batch = batch.removeprefix(codecs.BOM_UTF16_BE)
        return batch[: len(batch) // 2 * 2].decode("utf-16-be", errors="replace").encode()
    return batch


def content(lines: pa.LargeBinaryArray) -> memoryview:
    """The bytes of the lines, one after another."""
    if not len(lines):
        return memoryview(b"")
    borders = np.frombuffer(lines.buffers()[1], np.int64)
    first, last = borders[lines.offset], borders[lines.offset + len(lines)]
    return memoryview(lines.buffers()[2])[first:last]


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


def gathered(tables: list[pa.Table]) -> pa.Table:
    """The tables of a batch's events as one, with the columns that Parsed promises."""
    table = pa.concat_tables(tables, promote_options="default") if tables else pa.table({})
    columns = {
        field.name: table.column(field.name)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in SCHEMA
        if field.name in table.column_names or field.name in ALWAYS
    }
    return pa.table(columns)
