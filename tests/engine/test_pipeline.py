"""The path of a batch: owners at the time, findings for whom they concern, the lake once."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.eve import ALERT, DNS, RECEIVED, line
from varde.engine.detect.match import IndicatorSet, compile_indicators
from varde.engine.enrich.ownership import Ownership, compile_ownership
from varde.engine.lake import Lake
from varde.engine.pipeline import Outcome, Segment, process
from varde.engine.schema import FINDINGS, SCHEMA

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HANDED_OVER = datetime(2026, 6, 1, tzinfo=UTC)
HOSPITAL, PHARMACY, MUNICIPALITY = 1, 2, 3


class Fact(NamedTuple):
    kind: str
    value: str
    organisation_id: int
    valid_from: datetime = LONG_AGO
    valid_to: datetime | None = None


class House:
    """One lake, what is known, and who owns what."""

    def __init__(self, folder: Path) -> None:
        facts = [
            Fact("network", "192.0.2.0/24", HOSPITAL, LONG_AGO, HANDED_OVER),
            Fact("network", "192.0.2.0/24", PHARMACY, HANDED_OVER),
            Fact("network", "198.51.100.0/24", HOSPITAL),
            Fact("sensor", "fjord", MUNICIPALITY),
        ]
        compile_ownership(facts, folder / "ownership", 1)
        known = {
            "id": [11, 12, 13],
            "type": ["domain", "ip", "cidr"],
            "value": ["evil.example", "203.0.113.77", "203.0.113.64/26"],
        }
        compile_indicators(pa.table(known), folder / "indicators", 1)
        self.ownership = Ownership.open(folder / "ownership")
        self.indicators = IndicatorSet.open(folder / "indicators")
        self.lake = Lake(folder / "lake")

    def take_in(self, *lines: bytes, sensor: str = "elsewhere", form: str = "suricata") -> Outcome:
        content = b"".join(lines)
        uid = hashlib.sha256(content).hexdigest()
        return process(
            Segment(uid, sensor, form, RECEIVED, content),
            ownership=self.ownership,
            indicators=self.indicators,
            lake=self.lake,
        )

    def stored(self) -> int:
        return int(self.lake.query("SELECT count(*) n FROM events").to_pylist()[0]["n"])


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def found(outcome: Outcome, *columns: str) -> list[dict[str, Any]]:
    assert outcome.findings.schema.equals(FINDINGS)
    return outcome.findings.select(columns).to_pylist()


def test_an_alert_is_found_for_the_member_that_owned_the_address_then(house: House) -> None:
    before = line(ALERT, dest_ip="1.2.3.4", timestamp="2026-05-31T23:59:59.999999+0000")
    after = line(ALERT, dest_ip="1.2.3.4", timestamp="2026-06-01T00:00:00.000000+0000")

    outcome = house.take_in(before, after)

    columns = ("detection", "kind", "title", "severity", "member", "by", "by_value", "address")
    common = {
        "detection": "suricata:2027863",
        "kind": "signature",
        "title": "Bad",
        "severity": 3,
        "by": "network",
        "by_value": "192.0.2.0/24",
        "address": "192.0.2.10",
        "direction": "outbound",
    }
    assert found(outcome, *columns, "direction") == [
        common | {"member": HOSPITAL},
        common | {"member": PHARMACY},
    ]


def test_each_member_concerned_has_a_finding_with_its_own_end(house: House) -> None:
    outcome = house.take_in(line(ALERT, dest_ip="198.51.100.7"), line(ALERT, dest_ip="192.0.2.99"))

    assert found(outcome, "line", "member", "address", "direction") == [
        {"line": 1, "member": PHARMACY, "address": "192.0.2.10", "direction": "internal"},
        {"line": 1, "member": HOSPITAL, "address": "198.51.100.7", "direction": "internal"},
        {"line": 2, "member": PHARMACY, "address": "192.0.2.10", "direction": "internal"},
    ]


def test_where_nobody_owns_an_address_the_owner_of_the_sensor_has_it_or_nobody(
    house: House,
) -> None:
    event = line(ALERT, src_ip="10.1.2.3", dest_ip="1.2.3.4")
    columns = ("member", "by", "by_value", "address", "direction")

    assert found(house.take_in(event, sensor="fjord"), *columns) == [
        dict(zip(columns, (MUNICIPALITY, "sensor", "fjord", None, "external"), strict=True))
    ]
    assert found(house.take_in(event, b"\n"), *columns) == [
        dict(zip(columns, (None, None, None, None, "external"), strict=True))
    ]


def test_a_decoder_alert_without_addresses_is_seen(house: House) -> None:
    event = {key: value for key, value in ALERT.items() if key[:3] not in ("src", "des", "pro")}

    assert found(house.take_in(line(event)), "detection", "member", "src_ip") == [
        {"detection": "suricata:2027863", "member": None, "src_ip": None}
    ]


def test_indicators_are_found_where_they_stand(house: House) -> None:
    dns = {"type": "query", "rrname": "WWW.evil.example.", "rrtype": "A"}
    event = DNS | {"dest_ip": "1.2.3.4", "dns": dns}

    outcome = house.take_in(line(event), line(DNS | {"dest_ip": "203.0.113.77", "dns": {}}))

    columns = ("line", "detection", "indicator_id", "indicator_type", "indicator", "field")
    assert found(outcome, *columns, "observed", "severity", "member") == [
        dict(zip((*columns, "observed", "severity", "member"), row, strict=True))
        for row in (
            (
                1,
                "indicator:domain:evil.example",
                11,
                "domain",
                "evil.example",
                "dns.rrname",
                "WWW.evil.example.",
                3,
                PHARMACY,
            ),
            (
                2,
                "indicator:ip:203.0.113.77",
                12,
                "ip",
                "203.0.113.77",
                "dest_ip",
                "203.0.113.77",
                3,
                PHARMACY,
            ),
            (
                2,
                "indicator:cidr:203.0.113.64/26",
                13,
                "cidr",
                "203.0.113.64/26",
                "dest_ip",
                "203.0.113.77",
                3,
                PHARMACY,
            ),
        )
    ]


@pytest.mark.parametrize(
    ("priority", "severity"), [(1, 3), (2, 2), (3, 1), (4, 1), (255, 1), (None, 1), ("x", 1)]
)
def test_priorities_of_suricata_become_ours(house: House, priority: object, severity: int) -> None:
    outcome = house.take_in(line(ALERT, alert=ALERT["alert"] | {"severity": priority}))

    assert [row["severity"] for row in found(outcome, "severity")] == [severity]


@pytest.mark.parametrize("time", ["2999-01-01T00:00:00.000000+0000", "soon", None])
def test_a_time_that_cannot_be_used_gives_way_to_that_of_receipt(
    house: House, time: str | None
) -> None:
    outcome = house.take_in(line(ALERT, timestamp=time))

    assert found(outcome, "time", "member") == [{"time": RECEIVED, "member": PHARMACY}]
    assert (outcome.first_event_at, outcome.last_event_at) == (None, None)


def test_doing_it_again_changes_nothing_and_finds_the_same(house: House) -> None:
    lines = [line(ALERT), line(DNS), b"{\n", line(DNS, event_type="new")]

    first, second = house.take_in(*lines), house.take_in(*lines)

    assert (first.received, first.stored, len(first.dead)) == (4, 3, 1)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.by_type == second.by_type == {"alert": 1, "dns": 1, "unknown": 1}
    assert first.unknown_types == {"new": 1}
    assert first.dead_reasons == {"truncated": 1}
    assert first.findings.equals(second.findings)
    assert house.stored() == 3


def test_the_lake_has_what_the_batch_and_its_owners_add(house: House) -> None:
    outcome = house.take_in(line(DNS), sensor="fjord")

    (row,) = house.lake.query("SELECT * FROM events").to_pylist()
    assert outcome.stored == 1
    assert {key: row[key] for key in ("sensor", "received_at", "src_member", "direction")} == {
        "sensor": "fjord",
        "received_at": RECEIVED,
        "src_member": PHARMACY,
        "direction": "internal",
    }
    assert row["dest_member"] == HOSPITAL
    assert set(SCHEMA.names) < set(row)


def test_zeek_goes_the_same_way(house: House) -> None:
    event = b'{"_path":"dns","ts":1600000000,"id.orig_h":"192.0.2.7","query":"evil.example"}\n'

    outcome = house.take_in(event, form="zeek")

    assert found(outcome, "detection", "member", "table") == [
        {"detection": "indicator:domain:evil.example", "member": HOSPITAL, "table": "dns"}
    ]


def test_an_empty_batch_is_no_trouble(house: House) -> None:
    for content in (b"", b"\n\n", b"x\n"):
        outcome = house.take_in(content)
        assert outcome.stored == 0
        assert found(outcome, "detection") == []


ADDRESSES = st.sampled_from(["192.0.2.1", "198.51.100.2", "1.2.3.4", "::1", "", None, "x", 7])
EVENTS = st.builds(
    lambda source, target, hour: line(
        ALERT, src_ip=source, dest_ip=target, timestamp=f"2026-0{hour}-01T00:00:00.000000+0000"
    ),
    ADDRESSES,
    ADDRESSES,
    st.integers(1, 9),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(EVENTS, st.binary(max_size=20)), max_size=15))
def test_what_is_received_is_stored_or_dead_and_every_alert_is_found(
    house: House, lines: list[bytes]
) -> None:
    lines = [one.replace(b"\n", b"") + b"\n" for one in lines]
    before = house.stored()

    outcome = house.take_in(*lines)

    assert outcome.received == outcome.stored + len(outcome.dead)
    assert house.stored() == before + (outcome.stored if outcome.is_new else 0)
    alerts = {number for number, one in enumerate(lines, start=1) if b'"alert"' in one}
    assert {row["line"] for row in found(outcome, "line")} == alerts
    for row in found(outcome, "member", "address", "by_value"):
        assert (row["member"] is None) == (row["by_value"] is None)
        assert row["member"] is None or row["address"] in ("192.0.2.1", "198.51.100.2")
