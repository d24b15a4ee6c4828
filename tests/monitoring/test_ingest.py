import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.monitoring.conftest import make_indicator
from varde.base.actions.revision import bump_revision
from varde.base.errors import Refused
from varde.constituency.models import Network, Organisation
from varde.engine.lake import Lake
from varde.monitoring.actions.ingest import (
    IngestReport,
    ingest_capture,
    ingest_file,
    ingest_stream,
)
from varde.monitoring.actions.sensor import known_sensor, place_sensor
from varde.monitoring.actions.suppression import ensure_shipped_rules
from varde.monitoring.enums import BatchState, LogFormat, Severity
from varde.monitoring.errors import UnreadableFile
from varde.monitoring.models import Alert, Batch, Sensor, SuppressionRule
from varde.monitoring.queries import raw_line
from varde.monitoring.queries.indicators import forget_indicators
from varde.monitoring.segments import read_raw, read_unread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

COUNTED_AGAIN = {"monitoring_batch": "duplicate"}  # what alone may change


def line(**facts: Any) -> bytes:
    """A line of EVE: a signature's alert at 192.0.2.10, changed by ``facts``."""
    event = {
        "timestamp": "2026-03-14T12:00:00.000000+0000",
        "event_type": "alert",
        "src_ip": "192.0.2.10",
        "src_port": 50000,
        "dest_ip": "203.0.113.5",
        "dest_port": 443,
        "proto": "TCP",
        "alert": {"signature_id": 9_100_001, "gid": 1, "rev": 1, "signature": "Bad", "severity": 1},
    }
    return json.dumps(event | facts).encode() + b"\n"


def take_in(content: bytes, sensor: str = "fjord-1", **how: Any) -> IngestReport:
    report = ingest_stream(io.BytesIO(content), origin="eve.json", sensor=sensor, **how)
    assert report.received == report.stored + report.duplicate + report.dead_lettered
    return report


def records() -> dict[str, list[Any]]:
    """Everything in the database but the count of duplicates."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            described = connection.introspection.get_table_description(cursor, table)
            columns = [c.name for c in described if c.name != COUNTED_AGAIN.get(table)]
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(f'SELECT {names} FROM "{table}" ORDER BY 1')  # noqa: S608 - our own names
            found[table] = cursor.fetchall()
    return found


def rows_in_lake(home: Path) -> int:
    counted = Lake(home / "lake").query("select count(*) as n from events")
    rows: int = counted["n"][0].as_py()
    return rows


def test_a_line_goes_all_the_way(home: Path, hospital: Organisation) -> None:
    report = take_in(line() + b"no json\n" + line(event_type="flow", alert=None))

    assert (report.received, report.stored, report.dead_lettered) == (3, 2, 1)
    assert (report.findings, report.alerts) == (1, 1)
    alert = Alert.objects.get()
    assert alert.member == hospital
    batch = Batch.objects.get()
    assert batch.state == BatchState.DONE
    assert batch.by_type == {"alert": 1, "flow": 1}
    assert batch.last_event_at == datetime(2026, 3, 14, 12, tzinfo=UTC)
    assert [u.raw for u in read_unread(batch.uid)] == [b"no json"]
    assert sum(batch.dead_letter_reasons.values()) == 1
    assert raw_line(alert.events.get()) == line().strip()
    assert rows_in_lake(home) == 2
    sensor = Sensor.objects.get()
    assert sensor.last_event_at == batch.last_event_at
    assert sensor.last_batch_at == batch.received_at


def test_the_same_lines_again_change_nothing(home: Path) -> None:
    content = line() + b"no json\n"
    take_in(content)
    before, lake = records(), rows_in_lake(home)

    again = take_in(content)

    assert (again.received, again.duplicate, again.stored, again.alerts) == (2, 2, 0, 0)
    assert records() == before
    assert rows_in_lake(home) == lake
    assert Batch.objects.get().duplicate == 2


def test_two_sensors_may_send_the_same_lines(home: Path) -> None:
    take_in(line(), sensor="fjord-1")
    second = take_in(line(), sensor="fjord-2")

    assert second.stored == 1
    assert rows_in_lake(home) == 2
    assert Alert.objects.get().count == 2


@pytest.mark.parametrize("state", [BatchState.RECEIVED, BatchState.FAILED])
def test_a_batch_left_by_a_crash_ends_as_if_there_had_been_none(
    state: BatchState, home: Path
) -> None:
    content = line() + line(src_port=1)
    take_in(content)
    undisturbed = {a.key: (a.count, a.why, a.severity) for a in Alert.objects.all()}
    # As after a crash between the lake and the records: the first is written, the others not.
    Alert.objects.all().delete()
    Batch.objects.update(state=state, stored=0, received=0)

    report = take_in(content)

    assert report.stored == 2
    assert {a.key: (a.count, a.why, a.severity) for a in Alert.objects.all()} == undisturbed
    assert Batch.objects.get().state == BatchState.DONE
    assert rows_in_lake(home) == 2


def test_noise_is_counted_on_batch_and_rule_and_raises_nothing() -> None:
    ensure_shipped_rules()
    noise = {"signature_id": 2_210_020, "gid": 1, "rev": 1, "signature": "x", "severity": 3}

    report = take_in(line() + line(alert=noise) + line(alert=noise, src_port=2))

    assert (report.findings, report.suppressed, report.alerts) == (3, 2, 1)
    rule = SuppressionRule.objects.get(detection="suricata:2210000-2219999")
    assert rule.hits == 2
    assert Batch.objects.get().suppressed_by == {rule.name: 2}


def test_a_match_raises_an_alert_with_its_claim(hospital: Organisation) -> None:
    make_indicator("evil.example", confidence=80)
    bump_revision("indicators")
    forget_indicators()
    tls = line(event_type="tls", alert=None, tls={"sni": "cdn.evil.example"})

    take_in(tls)

    alert = Alert.objects.get()
    assert (alert.detection, alert.member) == ("indicator:domain:evil.example", hospital)
    assert alert.severity == Severity.HIGH
    assert alert.why["claims"][0]["source"] == "Partner"
    assert alert.events.get().observed == "cdn.evil.example"


def test_traffic_of_a_placed_sensor_is_its_members_at_that_time(
    hospital: Organisation, pharmacy: Organisation
) -> None:
    sensor = known_sensor("torg-1")
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    place_sensor(sensor=sensor, organisation=pharmacy, valid_from=new_year)
    inside = {"src_ip": "10.0.0.5", "dest_ip": "203.0.113.5"}

    take_in(line(**inside) + line(**inside, timestamp="2025-12-31T23:59:59+0000"), sensor="torg-1")
    take_in(line(**inside), sensor="elsewhere")

    found = {(a.member, a.window_start.year): a.why["attribution"] for a in Alert.objects.all()}
    assert found == {
        (pharmacy, 2026): [{"by": "sensor", "value": "torg-1"}],
        (None, 2025): [],
        (None, 2026): [],
    }
    assert hospital not in {member for member, _ in found}


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", "x" * 65, "-x"])
def test_a_sensors_name_cannot_lead_out_of_its_folder(name: str) -> None:
    with pytest.raises(Refused):
        take_in(line(), sensor=name)


def test_what_is_no_log_is_refused_by_name() -> None:
    with pytest.raises(UnreadableFile, match=r"notes\.txt"):
        ingest_stream(io.BytesIO(b"hello\n"), origin="notes.txt", sensor="fjord-1")
    assert not Batch.objects.exists()


def test_an_empty_file_is_nothing() -> None:
    assert take_in(b"").received == 0


@pytest.mark.parametrize(
    "bad",
    [
        line(http={"url": "MARK"}).replace(b"MARK", b"/\xff\xfe"),
        line(http={"url": "MARK"}).replace(b"MARK", b"\xc0\xaf"),
        line(http={"url": "MARK"}).replace(b"MARK", b"\\ud800"),
        line(http={"url": "MARK"}).replace(b"MARK", b"a\\u0000b"),
        b"\xef\xbb\xbf" + line(),
        line(
            alert={"signature_id": 9_100_001, "gid": 1, "signature": "MARK", "severity": 1}
        ).replace(b"MARK", b"a\\u0000b\xff"),
        line(src_port=-1),
        line(src_port=2**63),
        line(dest_port="443"),
        line(proto="T\0P" * 30),
        line(timestamp="151991-10-29T21:30:22.000000+0000"),
        line(timestamp="yesterday"),
        line(flow_id=2**64),
    ],
)
def test_a_malformed_field_never_hides_the_alert(bad: bytes, hospital: Organisation) -> None:
    report = take_in(bad)

    assert (report.stored, report.dead_lettered) == (1, 0)
    alert = Alert.objects.get()
    assert alert.member == hospital
    assert "\0" not in json.dumps(alert.why) + alert.title
    assert read_raw("fjord-1", Batch.objects.get().sha256) == bad


def test_nul_in_a_matched_value_is_shown_as_a_sign() -> None:
    make_indicator("evil.example")
    bump_revision("indicators")
    forget_indicators()

    take_in(
        line(
            event_type="tls",
            alert=None,
            tls={"sni": "evil.example", "subject": "a\0b"},
            proto="T\0",
        )
    )

    assert "␀" in Alert.objects.get().events.get().protocol


def test_an_event_without_a_usable_time_counts_when_it_came() -> None:
    take_in(line(timestamp="not a time"))

    alert, batch = Alert.objects.get(), Batch.objects.get()
    assert alert.window_start.date() == batch.received_at.date()
    assert alert.first_seen == batch.received_at


def _network(organisation: Organisation, start: datetime | None, end: datetime | None) -> None:
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    Network.objects.create(
        organisation=organisation,
        cidr="198.18.0.0/24",
        valid_from=start or long_ago,
        valid_to=end,
    )
    bump_revision("ownership")


HANDED_OVER = datetime(2026, 3, 1, tzinfo=UTC)


@given(st.lists(st.integers(-3000, 3000), min_size=1, max_size=8, unique=True))
@hypothesis_settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_network_that_changes_hands_never_rewrites_the_past(
    hospital: Organisation, pharmacy: Organisation, minutes: list[int]
) -> None:
    Alert.objects.all().delete()
    Batch.objects.all().delete()
    Network.objects.filter(cidr="198.18.0.0/24").delete()
    _network(hospital, None, None)
    times = [HANDED_OVER + timedelta(minutes=n) for n in minutes]

    def lines(mark: int) -> bytes:
        moments = [time.strftime("%Y-%m-%dT%H:%M:%S.%f+0000") for time in times]
        return b"".join(line(timestamp=m, src_ip="198.18.0.9", src_port=mark) for m in moments)

    take_in(lines(1))
    before = {a.pk: (a.member_id, a.count) for a in Alert.objects.all()}
    Network.objects.filter(cidr="198.18.0.0/24").update(valid_to=HANDED_OVER)
    _network(pharmacy, HANDED_OVER, None)
    take_in(lines(2))

    # What was raised stays whose it was ...
    after = {a.pk: (a.member_id, a.count) for a in Alert.objects.all()}
    assert {pk: member for pk, (member, _) in after.items() if pk in before} == {
        pk: member for pk, (member, _) in before.items()
    }
    # ... and what came later is whose it was at the time of the event.
    second = Batch.objects.order_by("-id")[0]
    for alert in Alert.objects.prefetch_related("events"):
        for event in (e for e in alert.events.all() if e.batch_id == second.pk):
            assert alert.member == (hospital if event.at < HANDED_OVER else pharmacy)
    totals = {hospital.pk: 0, pharmacy.pk: 0}
    for member, count in Alert.objects.values_list("member", "count"):
        totals[member] += count
    handed = sum(time >= HANDED_OVER for time in times)
    assert totals == {hospital.pk: 2 * len(times) - handed, pharmacy.pk: handed}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_all_real_events_are_accounted_for_and_known_again(home: Path, shared_data: Path) -> None:
    ensure_shipped_rules()
    files = sorted((shared_data / "eve").glob("*.json.zst"))

    first = sum((ingest_file(str(f), sensor="corpus") for f in files), IngestReport())
    before, lake = records(), rows_in_lake(home)
    second = sum((ingest_file(str(f), sensor="corpus") for f in files), IngestReport())

    assert first.received == 158_165 == first.stored + first.dead_lettered
    assert lake == first.stored
    assert first.findings == 32_589
    assert first.suppressed > 0.69 * first.findings
    assert (second.received, second.duplicate) == (158_165, 158_165)
    assert (second.stored, second.dead_lettered, second.alerts) == (0, 0, 0)
    assert records() == before
    assert rows_in_lake(home) == lake


@pytest.mark.slow
def test_zeek_logs_give_the_same_rows_in_either_form(home: Path, shared_data: Path) -> None:
    folders = {
        form: shared_data / "zeek" / "wrccdc" / f"zeek-{form}" for form in ("default", "json")
    }
    totals = {
        form: sum(
            (ingest_file(str(f), sensor=f"zeek-{form}") for f in sorted(folder.glob("*.gz"))),
            IngestReport(),
        )
        for form, folder in folders.items()
    }

    assert totals["default"].received == totals["json"].received > 0
    assert totals["default"].dead_lettered == totals["json"].dead_lettered == 0
    assert set(Batch.objects.values_list("format", flat=True)) == {LogFormat.ZEEK}
    assert rows_in_lake(home) == totals["default"].stored + totals["json"].stored


@pytest.mark.suricata
def test_a_capture_is_taken_in_through_suricata_once(shared_data: Path) -> None:
    capture = shared_data / "pcap" / "http-exploit__malcolm-test-artifacts__log4j-attack.pcap"

    first = ingest_capture(str(capture), sensor="lab")
    second = ingest_capture(str(capture), sensor="lab")

    assert first.alerts == 1
    assert Alert.objects.get().title == "VARDE Log4Shell lookup in an HTTP request"
    assert (second.duplicate, second.stored) == (first.stored, 0)
