"""Lines of JSON into declared columns, by DuckDB on one thread."""

import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from varde.engine.parsers.lines import MAX_LINE

_local = threading.local()


_ROWS = 1 << 24  # in one chunk of the answer: all of them


class Reader:
    """What lines are read as: their declared keys, each with DuckDB's name of its type."""

    def __init__(self, types: Mapping[str, str]) -> None:
        declared = ", ".join(f"'{key}': '{kind}'" for key, kind in types.items())
        self._sql = (
            "SELECT * FROM read_json(?, format = 'newline_delimited',"
            f" columns = {{{declared}}}, maximum_object_size = {2 * MAX_LINE})"
        )

    def read(self, lines: memoryview | bytes, count: int) -> pa.Table | None:
        """The ``count`` lines as columns, in order; None where DuckDB refuses any of them.

        It refuses what is not JSON, a declared key given twice, and a value that cannot be cast to
        its declared type.
        """
        with _as_file(lines) as path:
            try:
                # Not execute(): its rows would be copied once more on their way to Arrow.
                table = _connection().sql(self._sql, params=[path]).to_arrow_table(_ROWS)
            except duckdb.Error:
                return None
        return table if len(table) == count else None


def _connection() -> duckdb.DuckDBPyConnection:
    """One for each thread: a connection serves one query at a time."""
    if not hasattr(_local, "connection"):
        _local.connection = duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": "512MB",
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
    connection: duckdb.DuckDBPyConnection = _local.connection.cursor()
    return connection


@contextmanager
def _as_file(content: memoryview | bytes) -> Iterator[str]:
    """A name under which DuckDB can read ``content``; it reads only files.

    Where the system can, the file lies in memory and has no place in any folder.
    """
    if not hasattr(os, "memfd_create"):  # pragma: no cover - not Linux
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            file.write(content)
            file.flush()
            yield file.name
        return
    descriptor = os.memfd_create("varde-lines")
    try:
        _write_all(descriptor, content)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: memoryview | bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
