"""The lake: one Delta table of events, partitioned by table and by the date of receipt.

By receipt, not by event time: a sensor's clock is hostile input. A capture of 1970, or a year
151991, would open partitions without end, and retention would sweep it the day it arrived.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable, Schema, WriterProperties
from deltalake.exceptions import CommitFailedError, TableNotFoundError
from deltalake.transaction import AddAction, CommitProperties, Transaction

from varde.engine.errors import LakeConflictError
from varde.engine.lake.files import Written, write_files
from varde.engine.schema import SCHEMA

PARTITION_BY = ["table", "date"]
LAKE_SCHEMA: pa.Schema = SCHEMA.append(pa.field("date", pa.date32()))

_CONFIGURATION: dict[str, str | None] = {
    # So long a batch is known again: longer than any sensor keeps its spool.
    "delta.setTransactionRetentionDuration": "interval 90 days",
    "delta.logRetentionDuration": "interval 7 days",
    "delta.checkpointInterval": "50",
}
_ATTEMPTS = 8
_DENSE = WriterProperties(compression="ZSTD", compression_level=3)
_APPENDED = 1  # the version of a batch's transaction: there is only one
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Lake:
    """The events below ``path``. Several processes may append at once; each batch counts once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._delta: DeltaTable | None = None

    def append(self, events: pa.Table, *, key: str) -> bool:
        """Add a batch's ``events`` (columns of SCHEMA, texts may be dictionaries) once per ``key``.

        Gives False, and changes nothing, where the events of ``key`` are in the lake already.
        Readers see all of them or none. They are on the disk when this returns.
        """
        if self.holds(key):
            return False
        if not len(events):
            return True
        received = events["received_at"][0].as_py().astimezone(UTC).date().isoformat()
        written = list(write_files(self.path, events, key=key, date=received))
        self._sync({self.path / file.path for file in written})
        with self._alone():
            # Delta refuses two transactions of one key only if they do not overlap.
            return not self.holds(key) and self._commit(written, key)

    def holds(self, key: str) -> bool:
        """Whether the batch of this key has been appended."""
        return self._current().transaction_version(key) is not None

    def dataset(self) -> ds.Dataset:
        """The events as a dataset of LAKE_SCHEMA, for Arrow or DuckDB to read by need."""
        dataset = self._current().to_pyarrow_dataset()
        return dataset.replace_schema(LAKE_SCHEMA)

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """DuckDB's answer to ``sql``, in which the lake is called ``events``."""
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("events", self.dataset())
            return connection.sql(sql, params=dict(parameters or {})).to_arrow_table()

    def compact(self) -> dict[str, object]:
        """Merge the small files of each partition, densely packed; gives Delta's figures."""
        return dict(self._current().optimize.compact(writer_properties=_DENSE))

    def retain(self, days: int, *, now: datetime) -> int:
        """Forget what was received more than ``days`` ago; gives how many partitions went.

        Their files stay until ``vacuum``, so that queries under way end well.
        """
        table = self._current()
        last = (now.astimezone(UTC) - timedelta(days=days)).date()
        old = [part for part in table.partitions() if date.fromisoformat(str(part["date"])) < last]
        if old:
            table.delete(f"date < '{last.isoformat()}'")
        return len(old)

    def vacuum(self, *, hours: int = 1) -> int:
        """Remove files that the lake has not named for ``hours``; gives how many."""
        removed = self._current().vacuum(
            retention_hours=hours, dry_run=False, enforce_retention_duration=False
        )
        return len(removed)

    def _current(self) -> DeltaTable:
        """The table as it is now; made if there is none."""
        if self._delta is None:
            self._delta = self._opened()
        else:
            self._delta.update_incremental()
        return self._delta

    def _opened(self) -> DeltaTable:
        """The table; several processes may find at the same moment that there is none."""
        for attempt in range(_ATTEMPTS):
            with suppress(TableNotFoundError, CommitFailedError):
                if DeltaTable.is_deltatable(str(self.path)):
                    return DeltaTable(self.path)
                return self._created()
            time.sleep(0.01 * 2**attempt)
        raise LakeConflictError(f"cannot create the lake at {self.path}")

    def _created(self) -> DeltaTable:
        self.path.mkdir(parents=True, exist_ok=True)
        return DeltaTable.create(
            self.path,
            Schema.from_arrow(LAKE_SCHEMA),
            mode="ignore",
            partition_by=PARTITION_BY,
            name="events",
            configuration=_CONFIGURATION,
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else on this machine commits meanwhile; files are written before that."""
        with (self.path / "_lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _commit(self, written: list[Written], key: str) -> bool:
        table = self._current()
        try:
            table.create_write_transaction(
                [_action(file) for file in written],
                "append",
                table.schema(),
                PARTITION_BY,
                commit_properties=CommitProperties(app_transactions=[Transaction(key, _APPENDED)]),
            )
        except CommitFailedError as error:
            raise LakeConflictError(str(error)) from error
        self._sync({self.path / "_delta_log" / f"{self._current().version():020}.json"})
        return True

    def _sync(self, files: set[Path]) -> None:
        """Put the names of ``files``, and the commit files among them, on the disk for good."""
        for path in {*files, *(file.parent for file in files), self.path}:
            if path.suffix != ".parquet":  # those were synced as they were written
                _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _action(file: Written) -> AddAction:
    return AddAction(
        path=file.path,
        size=file.size,
        partition_values=file.partition,
        modification_time=time.time_ns() // 1_000_000,
        data_change=True,
        stats=json.dumps(_statistics(file)),
    )


def _statistics(file: Written) -> dict[str, object]:
    """What lets a reader pass over the file. Delta keeps milliseconds: the latest is rounded up."""
    if file.earliest is None or file.latest is None:
        return {"numRecords": file.rows}
    return {
        "numRecords": file.rows,
        "minValues": {"time": _iso(file.earliest // 1000)},
        "maxValues": {"time": _iso(-(-file.latest // 1000))},
    }


def _iso(milliseconds: int) -> str:
    time = _EPOCH + timedelta(milliseconds=milliseconds)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
