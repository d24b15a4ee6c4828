"""The lake takes each batch once, whole, and gives back what it was given."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from varde.engine.lake import Lake
from varde.engine.lake.table import LAKE_SCHEMA
from varde.engine.schema import SCHEMA

RECEIVED = datetime(2026, 11, 24, 12, tzinfo=UTC)


def events(*rows: dict[str, Any], received_at: datetime = RECEIVED) -> pa.Table:
    common = {"batch": "b", "received_at": received_at, "sensor": "s", "table": "dns"}
    table = pa.Table.from_pylist(
        [common | {"line": line} | row for line, row in enumerate(rows, start=1)], schema=SCHEMA
    )
    return table.set_column(
        SCHEMA.get_field_index("src_ip"), "src_ip", table["src_ip"].dictionary_encode()
    )


def contents(lake: Lake) -> list[dict[str, Any]]:
    found = lake.query('SELECT * FROM events ORDER BY received_at, "table", line').to_pylist()
    return [{key: value for key, value in row.items() if value is not None} for row in found]


def test_what_is_appended_is_found_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    at = datetime(2026, 11, 24, 11, 0, 0, 123456, tzinfo=UTC)

    assert lake.append(
        events(
            {"src_ip": "192.0.2.1", "time": at, "dns_answers": ["a", "b"]},
            {"src_ip": "192.0.2.2", "table": "alert", "alert_sid": 7},
        ),
        key="one",
    )

    common = {"batch": "b", "received_at": RECEIVED, "sensor": "s", "date": RECEIVED.date()}
    assert contents(lake) == [
        common | {"table": "alert", "line": 2, "src_ip": "192.0.2.2", "alert_sid": 7},
        common
        | {
            "table": "dns",
            "line": 1,
            "src_ip": "192.0.2.1",
            "time": at,
            "dns_answers": ["a", "b"],
        },
    ]
    assert lake.dataset().schema.equals(LAKE_SCHEMA)


def test_a_batch_is_appended_once_by_whoever_comes_first(tmp_path: Path) -> None:
    lake = Lake(tmp_path)

    assert lake.append(events({"src_ip": "192.0.2.1"}), key="one")
    before = contents(lake)

    assert not lake.append(events({"src_ip": "192.0.2.1"}), key="one")
    assert not Lake(tmp_path).append(events({"src_ip": "198.51.100.1"}), key="one")
    assert contents(lake) == before
    assert lake.holds("one")
    assert not lake.holds("two")


def test_a_batch_without_events_is_no_trouble(tmp_path: Path) -> None:
    lake = Lake(tmp_path)

    assert lake.append(events(), key="empty")
    assert lake.append(events(), key="empty")
    assert contents(lake) == []


def test_files_left_by_a_crash_are_written_over_and_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(Lake, "_commit", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            lake.append(events({"src_ip": "192.0.2.1"}), key="one")
    left = sorted(tmp_path.rglob("*.parquet"))

    assert left
    assert contents(lake) == []
    assert Lake(tmp_path).append(events({"src_ip": "192.0.2.1"}), key="one")
    assert sorted(tmp_path.rglob("*.parquet")) == left
    assert len(contents(lake)) == 1


def test_many_writers_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    start = threading.Barrier(4)

    def write(worker: int) -> int:
        lake = Lake(tmp_path)
        start.wait()
        # Two workers each have the same batches.
        return sum(
            lake.append(events({"src_ip": f"192.0.2.{n}"}), key=f"{worker % 2}-{n}")
            for n in range(5)
        )

    with ThreadPoolExecutor(4) as pool:
        added = sum(pool.map(write, range(4)))

    assert added == 10
    assert len(contents(Lake(tmp_path))) == 10


def test_compaction_keeps_every_event_and_remembers_the_batches(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(6):
        column = {"dns_rrname": "x"} if number % 2 else {"alert_sid": number}
        lake.append(events({"src_ip": f"192.0.2.{number}"} | column), key=str(number))
    before = contents(lake)

    lake.compact()

    assert contents(lake) == before
    assert len(DeltaTable(tmp_path).file_uris()) == 1
    assert not lake.append(events({"src_ip": "192.0.2.1"}), key="3")


def test_retention_goes_by_receipt_not_by_what_the_sensor_says(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    old = RECEIVED - timedelta(days=31)
    future = datetime(2999, 1, 1, tzinfo=UTC)
    lake.append(events({"time": future}, received_at=old), key="old")
    lake.append(events({"time": datetime(1970, 1, 1, tzinfo=UTC)}), key="new")

    assert lake.retain(30, now=RECEIVED) == 1
    assert [row["time"].year for row in contents(lake)] == [1970]
    assert lake.vacuum(hours=0) == 1
    assert len(list(tmp_path.rglob("*.parquet"))) == 1
    assert lake.retain(30, now=RECEIVED) == 0


def test_a_query_binds_its_values(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.append(events({"src_ip": "192.0.2.1"}, {"src_ip": "192.0.2.2"}), key="one")

    found = lake.query("SELECT line FROM events WHERE src_ip = $ip", {"ip": "192.0.2.2"})

    assert found.to_pylist() == [{"line": 2}]
