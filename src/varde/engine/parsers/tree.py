"""JSON objects as Arrow columns: reaching into them without copying."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class Tree:
    """The columns of a table of nested objects. What is not there, or always null, is None."""

    def __init__(self, table: pa.Table) -> None:
        self._columns = {
            # Not combine_chunks() alone: it copies even a single chunk.
            name: column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
            for name, column in zip(table.column_names, table.columns, strict=True)
        }

    def get(self, *path: str) -> pa.Array | None:
        """The column at ``path``."""
        column = self._columns.get(path[0])
        for name in path[1:]:
            if column is None:
                return None
            column = column.field(name)
        return None if column is None or column.null_count == len(column) else column


def firsts(lists: pa.Array | None, name: str) -> pa.Array | None:
    """``name`` of the first object in each list of objects."""
    if lists is None:
        return None
    starts, lengths = _bounds(lists)
    place = pa.array(starts, mask=lengths == 0)
    return lists.values.field(name).take(place)


def listed(lists: pa.Array | None, name: str) -> pa.Array | None:
    """``name`` of every object that has it in each list of objects, as lists; null where none."""
    if lists is None:
        return None
    values = lists.values.field(name)
    present = np.asarray(values.is_valid().to_numpy(zero_copy_only=False))
    before = np.concatenate([np.zeros(1, np.int32), np.cumsum(present, dtype=np.int32)])
    offsets = before[lists.offsets.to_numpy()]
    return pa.ListArray.from_arrays(
        pa.array(offsets), values.drop_null(), mask=pa.array(np.diff(offsets) == 0)
    )


def singly(values: pa.Array | None) -> pa.Array | None:
    """Each value as a list of one."""
    if values is None:
        return None
    present = np.asarray(values.is_valid().to_numpy(zero_copy_only=False))
    offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(present, dtype=np.int32)])
    return pa.ListArray.from_arrays(pa.array(offsets), values.drop_null(), mask=values.is_null())


def joined(*lists: pa.Array | None) -> pa.Array | None:
    """The lists of each row, one after another. Only the few rows that have one cost anything."""
    present = [column for column in lists if column is not None]
    if len(present) <= 1:
        return present[0] if present else None
    some = pc.coalesce(*present)
    rows = pc.indices_nonzero(some.is_valid())
    parts = zip(*(column.take(rows).to_pylist() for column in present), strict=True)
    return scattered(pa.array([_chained(part) for part in parts], some.type), rows, len(some))


def scattered(values: pa.Array, rows: pa.Array, count: int) -> pa.Array:
    """``values`` in their ``rows`` of ``count``, null in the others."""
    place = np.full(count, -1, dtype=np.int64)
    place[rows.to_numpy()] = np.arange(len(values))
    return values.take(pa.array(place, mask=place < 0))


def mapped(lists: pa.Array | None, change: Callable[[pa.Array], pa.Array]) -> pa.Array | None:
    """The lists with ``change`` done to their values."""
    if lists is None:
        return None
    return pa.ListArray.from_arrays(lists.offsets, change(lists.values), mask=lists.is_null())


def first_of(*columns: pa.Array | None) -> pa.Array | None:
    """In each row the first value there is."""
    present = [column for column in columns if column is not None]
    if len(present) <= 1:
        return present[0] if present else None
    return pc.coalesce(*present)


def _chained(row: tuple[list[str] | None, ...]) -> list[str] | None:
    parts = [part for part in row if part is not None]
    return [value for part in parts for value in part] if parts else None


def _bounds(lists: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    offsets = lists.offsets.to_numpy()
    lengths = np.diff(offsets)
    lengths[np.asarray(lists.is_null().to_numpy(zero_copy_only=False))] = 0
    return offsets[:-1], lengths
