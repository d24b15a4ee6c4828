"""Events into Parquet files: one for each table in a batch, as wide as its events.

Delta's own writer costs three times as much here: it writes every column of every table, and
cannot take columns that are already encoded by dictionary.
"""

import os
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# What is asked for by range or value often enough to be worth the bytes.
STATISTICS = ["time", "src_ip", "dest_ip", "dns_rrname", "alert_sid", "line"]
# Quick to write. Compaction packs the files again with Zstandard: half the bytes, but it would add
# a fifth to the cost of writing here.
COMPRESSION = "snappy"
_FEW_ROWS = 512  # of so few a dictionary page costs more than it saves
_FEW_VALUES = 64  # of so few all may stand in a file, whichever it needs


class Written(NamedTuple):
    """A file that is on the disk, not yet in the log."""

    path: str  # below the lake, with slashes
    partition: dict[str, str | None]
    size: int
    rows: int
    earliest: int | None  # microseconds since 1970
    latest: int | None


def write_files(root: Path, events: pa.Table, *, key: str, date: str) -> Iterator[Written]:
    """Write ``events`` below ``root``, a file for each table; the same key gives the same names.

    A run that was cut short leaves files that no log names; the next run with the key writes over
    them.
    """
    for table, part in _by_table(events):
        folder = f"table={table}/date={date}"
        path = f"{folder}/{key}.parquet"
        (root / folder).mkdir(parents=True, exist_ok=True)
        _write(root / path, part)
        times = pc.min_max(part["time"].cast(pa.int64()))
        yield Written(
            path,
            {"table": table, "date": date},
            (root / path).stat().st_size,
            len(part),
            times["min"].as_py(),
            times["max"].as_py(),
        )


def _by_table(events: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The events of each table, without the columns that are empty there."""
    encoded = events["table"].combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    codes = encoded.indices.to_numpy()
    events = events.drop_columns(["table"])
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    if len(starts) > len(encoded.dictionary):  # parsers mostly give the events of a table together
        order = np.argsort(codes, kind="stable")
        codes, events = codes[order], events.take(pa.array(order))
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
    names = encoded.dictionary.to_pylist()
    for start, end in pairwise([*starts.tolist(), len(codes)]):
        yield names[codes[start]], _narrow(events.slice(start, end - start))


def _narrow(part: pa.Table) -> pa.Table:
    columns = {
        name: _compact(_one_chunk(column))
        for name, column in zip(part.column_names, part.columns, strict=True)
        # The time stays: its span is asked for, though it may be that no event has one.
        if name == "time" or column.null_count < len(part)
    }
    return pa.table(columns)


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    """Not combine_chunks() alone: it copies even a single chunk."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _compact(column: pa.Array) -> pa.Array:
    """A dictionary with those values only that occur: the batch's may be much larger."""
    if not pa.types.is_dictionary(column.type):
        return column
    if len(column.dictionary) <= _FEW_VALUES < len(column):
        return column
    if len(column) < _FEW_ROWS:
        return column.cast(column.type.value_type)
    codes = column.indices
    used = np.zeros(len(column.dictionary), dtype=bool)
    used[codes.drop_null().to_numpy()] = True
    places = pa.array(np.cumsum(used, dtype=np.int32) - 1)
    return pa.DictionaryArray.from_arrays(
        places.take(codes), column.dictionary.filter(pa.array(used))
    )


def _write(path: Path, part: pa.Table) -> None:
    """Whole or not at all: another process may be reading what it wrote under the same key."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with unfinished.open("wb") as file:
        pq.write_table(
            part,
            file,
            compression=COMPRESSION,
            use_dictionary=[
                name
                for name in part.column_names
                if pa.types.is_dictionary(part.schema.field(name).type)
            ],
            write_statistics=[name for name in STATISTICS if name in part.column_names],
            store_schema=False,  # it would bring dictionaries back on reading
        )
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
