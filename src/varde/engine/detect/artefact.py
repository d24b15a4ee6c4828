"""A file of named arrays that opens without being read: what is compiled once is mapped by all.

The file is Arrow IPC, one row whose columns are lists: any Arrow reader opens it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa


def write(path: Path, arrays: Mapping[str, pa.Array], facts: Mapping[str, str]) -> None:
    """Write ``arrays`` (none with nulls) and ``facts`` under ``path``, whole or not at all."""
    columns = {name: _as_one_row(array) for name, array in arrays.items()}
    schema = pa.schema([(name, column.type) for name, column in columns.items()], dict(facts))
    batch = pa.record_batch(list(columns.values()), schema=schema)
    # The process id keeps two processes that compile the same revision out of each other's way.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        with pa.ipc.new_file(file, schema) as writer:
            writer.write_batch(batch)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def read(path: Path) -> tuple[dict[str, pa.Array], dict[str, str]]:
    """The arrays and facts under ``path``, mapped: bytes are read when they are touched."""
    batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    arrays = {name: batch.column(name).flatten() for name in batch.schema.names}
    facts = {key.decode(): value.decode() for key, value in (batch.schema.metadata or {}).items()}
    return arrays, facts


def _as_one_row(array: pa.Array) -> pa.Array:
    offsets = pa.array([0, len(array)], type=pa.int64())
    return pa.LargeListArray.from_arrays(offsets, array)
