"""One finding for each alert or hit and each member it concerns, and none for anybody else."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from varde.engine.detect.findings import Owners, findings_of
from varde.engine.detect.match import HITS
from varde.engine.schema import ALWAYS, FINDINGS, SCHEMA

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
MEMBERS = st.one_of(st.none(), st.integers(1, 3))


def events(count: int, **columns: list[Any]) -> pa.Table:
    schema = pa.schema([SCHEMA.field(name) for name in (*ALWAYS, "direction")])
    common = {"table": "dns", "time": AT, "direction": "external", "src_ip": "s", "dest_ip": "d"}
    rows = [
        common | {"line": row + 1} | {name: values[row] for name, values in columns.items()}
        for row in range(count)
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def owned(members: list[int | None], by: str) -> pa.Table:
    return pa.table(
        {
            "member": pa.array(members, pa.int64()),
            "by": pa.array([by if member else None for member in members], pa.string()),
            "value": pa.array([f"{by} {member}" if member else None for member in members]).cast(
                pa.string()
            ),
        }
    )


def hits(rows: list[int]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "row": row,
                "field": "dns.rrname",
                "observed": "X.example",
                "indicator_id": 7,
                "type": "domain",
                "value": "x.example",
            }
            for row in rows
        ],
        schema=HITS,
    )


@given(st.lists(st.tuples(MEMBERS, MEMBERS, MEMBERS, st.booleans(), st.booleans()), max_size=8))
def test_exactly_the_members_concerned_have_a_finding(
    cases: list[tuple[int | None, int | None, int | None, bool, bool]],
) -> None:
    source, destination, sensor = ([case[place] for case in cases] for place in range(3))
    alerts = [5 if case[3] else None for case in cases]
    hit_rows = [row for row, case in enumerate(cases) if case[4]]

    found = findings_of(
        events(len(cases), alert_sid=alerts),
        hits(hit_rows),
        Owners(owned(source, "network"), owned(destination, "network"), owned(sensor, "sensor")),
    )

    expected = []
    for row, (at_source, at_destination, at_sensor, is_alert, is_hit) in enumerate(cases):
        ends = {(at_source, "s"), (at_destination, "d")} - {(None, "s"), (None, "d")}
        if at_source is not None and at_source == at_destination:
            ends = {(at_source, "s")}
        kinds = ["signature"] * is_alert + ["indicator"] * is_hit
        for kind in kinds:
            for member, address in ends or {(at_sensor, None)}:
                expected.append((row + 1, kind, member, address))
    assert found.schema.equals(FINDINGS)
    columns = ("line", "kind", "member", "address")
    rows = [tuple(row[name] for name in columns) for row in found.to_pylist()]
    assert sorted(rows, key=str) == sorted(expected, key=str)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_an_alert_without_number_or_title_is_a_finding_all_the_same() -> None:
    nobody = owned([None], "network")

    found = findings_of(events(1, table=["alert"]), hits([]), Owners(nobody, nobody, nobody))

    assert found.select(["detection", "title", "severity", "member"]).to_pylist() == [
        {"detection": "suricata:0", "title": "suricata:0", "severity": 1, "member": None}
    ]
