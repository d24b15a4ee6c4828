from collections import Counter
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitoring.findings import NOON, at_member, finding, match, table_of
from varde.monitoring.gathering import (
    EVIDENCE_KEPT,
    HOSTS_KEPT,
    Draft,
    Evidence,
    gathered,
    named,
)


def gather(findings: pa.Table) -> list[Draft]:
    with gathered(findings) as gathering:
        return gathering.drafts


def evidence(findings: pa.Table) -> list[list[Evidence]]:
    """The events of each draft."""
    with gathered(findings) as gathering:
        return list(gathering.evidence(gathering.drafts).values())


def test_no_findings_make_no_drafts() -> None:
    assert gather(table_of()) == []


def test_findings_of_one_detection_member_and_day_make_one_draft() -> None:
    findings = table_of(
        at_member(1, line=1, time=NOON),
        at_member(1, line=2, time=NOON + timedelta(hours=2, minutes=5)),
        at_member(2, line=3),
        finding(line=4),
        at_member(1, line=5, time=NOON + timedelta(days=1)),
    )

    drafts = gather(findings)

    found = {(d.member, d.day.isoformat()): d.count for d in drafts}
    assert found == {
        (None, "2026-03-14"): 1,
        (1, "2026-03-14"): 2,
        (1, "2026-03-15"): 1,
        (2, "2026-03-14"): 1,
    }
    draft = next(d for d in drafts if d.count == 2)
    assert draft.first_seen == NOON
    assert draft.last_seen == NOON + timedelta(hours=2, minutes=5)
    assert draft.hours[12] == draft.hours[14] == 1
    assert draft.hosts == {"192.0.2.10": 2}
    assert draft.attribution == [{"by": "network", "value": "192.0.2.0/24"}]
    assert len({d.key for d in drafts}) == len(drafts)


def test_an_event_that_matches_in_two_fields_is_counted_once_and_shown_twice() -> None:
    named_twice = match("evil.example", 7)
    findings = table_of(
        at_member(1, **named_twice),
        at_member(1, **(named_twice | {"field": "http.hostname", "table": "http"})),
    )

    (draft,) = gather(findings)

    assert draft.count == 1
    assert [e.field for e in evidence(findings)[0]] == ["http.hostname", "tls.sni"]
    assert draft.ways == [("http", "outbound"), ("tls", "outbound")]


def test_the_days_border_is_utc_midnight() -> None:
    midnight = datetime(2026, 3, 15, tzinfo=UTC)
    findings = table_of(
        finding(line=1, time=midnight - timedelta(microseconds=1)), finding(line=2, time=midnight)
    )

    days = [draft.day.isoformat() for draft in gather(findings)]

    assert days == ["2026-03-14", "2026-03-15"]


def test_a_busy_host_does_not_push_the_others_out_of_the_evidence() -> None:
    busy = [at_member(1, line=n, time=NOON + timedelta(seconds=n)) for n in range(1, 300)]
    quiet = at_member(1, line=400, address="192.0.2.99", time=NOON + timedelta(hours=5))

    (events,) = evidence(table_of(*busy, quiet))

    assert len(events) == EVIDENCE_KEPT
    assert {e.address for e in events} == {"192.0.2.10", "192.0.2.99"}


def test_only_the_first_hundred_hosts_are_told_apart() -> None:
    findings = [at_member(1, line=n, address=f"192.0.2.{n}") for n in range(1, 201)]

    (draft,) = gather(table_of(*findings))

    assert len(draft.hosts) == HOSTS_KEPT
    assert draft.count == 200


def test_a_long_detection_is_cut_and_stays_one_of_its_kind() -> None:
    urls = [f"http://evil.example/{'a' * 400}{end}" for end in "xy"]
    rows = [finding(**match(url, 1, detection=f"indicator:url:{url}")) for url in urls]

    names = named(table_of(*rows))["detection"].to_pylist()

    assert len(set(names)) == 2
    assert all(len(name) <= 300 for name in names)


rows = st.lists(
    st.tuples(
        st.sampled_from(["suricata:1", "suricata:2"]),
        st.sampled_from([None, 1, 2]),
        st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3), timezones=st.just(UTC)),  # noqa: DTZ001 - given its zone beside
    ),
    max_size=30,
)


@pytest.mark.slow
@given(rows)
@settings(deadline=None)
def test_counts_are_those_of_a_plain_loop(rows: list[tuple[str, int | None, datetime]]) -> None:
    findings = [
        finding(detection=detection, member=member, time=time, line=line)
        for line, (detection, member, time) in enumerate(rows, start=1)
    ]
    expected = Counter((detection, member, time.date()) for detection, member, time in rows)

    drafts = gather(table_of(*findings))

    assert {(d.detection, d.member, d.day): d.count for d in drafts} == expected
    assert all(sum(draft.hours) == draft.count for draft in drafts)
    assert [len(e) for e in evidence(table_of(*findings))] == [d.count for d in drafts]
