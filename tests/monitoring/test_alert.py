from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from tests.monitoring.conftest import make_batch, make_indicator
from tests.monitoring.findings import NOON, at_member, finding, match, table_of
from varde.accounts.models import User
from varde.base.errors import NotAllowed, Refused
from varde.base.models import AuditEntry
from varde.constituency.enums import Criticality
from varde.constituency.models import Organisation
from varde.intel.models import Claim, Indicator, Source
from varde.monitoring import events
from varde.monitoring.actions.alert import (
    assess_alerts,
    mark_in_case,
    raise_alerts,
    reopen_alerts,
)
from varde.monitoring.enums import AlertStatus, Severity
from varde.monitoring.models import Alert, Batch, Sensor

pytestmark = pytest.mark.django_db


def test_findings_become_one_alert_with_its_figures(batch: Batch, hospital: Organisation) -> None:
    findings = table_of(
        at_member(hospital.pk, line=1, time=NOON),
        at_member(hospital.pk, line=2, time=NOON + timedelta(hours=1)),
    )

    assert raise_alerts(batch, findings) == 1

    alert = Alert.objects.get()
    assert alert.member == hospital
    assert alert.count == 2
    assert (alert.first_seen, alert.last_seen) == (NOON, NOON + timedelta(hours=1))
    assert alert.window_start == datetime(2026, 3, 14, tzinfo=UTC)
    assert alert.severity == Severity.HIGH
    assert alert.why["hosts"] == {"192.0.2.10": 2}
    assert alert.why["attribution"] == [{"by": "network", "value": "192.0.2.0/24"}]
    assert (alert.why["hours"][12], alert.why["hours"][13]) == (1, 1)
    assert alert.why["severity"] == {"because": [{"code": "signature_priority"}]}
    assert [event.line for event in alert.events.all()] == [1, 2]


def test_many_batches_give_the_same_alert_as_one(sensor: Sensor, hospital: Organisation) -> None:
    rows = [
        at_member(hospital.pk, line=n, time=NOON + timedelta(minutes=n), address=f"192.0.2.{n}")
        for n in range(1, 9)
    ]

    raise_alerts(make_batch(sensor, 1), table_of(*rows[4:]))
    raise_alerts(make_batch(sensor, 2), table_of(*rows[:4]))
    in_two = Alert.objects.values("key", "count", "first_seen", "last_seen", "severity").get()
    why_in_two = Alert.objects.get().why
    Alert.objects.all().delete()
    raise_alerts(make_batch(sensor, 3), table_of(*rows))

    assert Alert.objects.values(*in_two).get() == in_two
    assert Alert.objects.get().why == why_in_two


def test_an_alert_that_grows_keeps_its_place_and_what_was_said_of_it(
    sensor: Sensor, hospital: Organisation, analyst: User
) -> None:
    raise_alerts(make_batch(sensor, 1), table_of(at_member(hospital.pk)))
    before = Alert.objects.get()
    assess_alerts(alerts=[before], verdict="false", actor=analyst, comment="A test.")

    new = raise_alerts(make_batch(sensor, 2), table_of(at_member(hospital.pk)))

    after = Alert.objects.get()
    assert new == 0
    assert (after.pk, after.uid) == (before.pk, before.uid)
    assert (after.count, after.status, after.assessment) == (2, AlertStatus.FALSE, "A test.")


def test_a_finding_nobody_owns_is_an_alert_without_member(batch: Batch) -> None:
    raise_alerts(batch, table_of(finding()))

    assert Alert.objects.get().member is None


def test_a_member_that_is_gone_from_the_register_stops_nothing(batch: Batch) -> None:
    raise_alerts(batch, table_of(at_member(987_654)))

    assert Alert.objects.get().member is None


def test_a_match_says_from_whom_and_how_sure(
    batch: Batch, hospital: Organisation, indicator: Indicator
) -> None:
    stricter = Source.objects.create(slug="service", name="Service", tlp="amber")
    Claim.objects.create(
        indicator=indicator,
        source=stricter,
        tlp="amber+strict",
        pap="red",
        confidence=60,
        first_seen=NOON,
        last_seen=NOON,
    )

    raise_alerts(batch, table_of(at_member(hospital.pk, **match("evil.example", indicator.pk))))

    alert = Alert.objects.get()
    assert alert.severity == Severity.HIGH
    assert alert.tlp == "amber+strict"
    assert (alert.indicator_type, alert.indicator) == ("domain", "evil.example")
    assert [(c["source"], c["confidence"]) for c in alert.why["claims"]] == [
        ("Partner", 80),
        ("Service", 60),
    ]
    assert alert.why["claims"][0]["reference"] == "https://partner.example/7"
    assert alert.why["contacts"] == ["outbound"]
    assert alert.why["severity"]["because"] == [{"code": "outbound", "confidence": 80}]
    event = alert.events.get()
    assert (event.field, event.observed) == ("tls.sni", "evil.example")


def test_a_lookup_that_is_followed_by_a_connection_grows_graver(
    sensor: Sensor, hospital: Organisation, indicator: Indicator
) -> None:
    seen = match("evil.example", indicator.pk)
    lookup = seen | {"table": "dns", "field": "dns.rrname"}
    raise_alerts(make_batch(sensor, 1), table_of(at_member(hospital.pk, **lookup)))
    assert Alert.objects.get().severity == Severity.MEDIUM

    raise_alerts(make_batch(sensor, 2), table_of(at_member(hospital.pk, **seen)))

    alert = Alert.objects.get()
    assert alert.severity == Severity.HIGH
    assert alert.why["contacts"] == ["outbound", "lookup"]


def test_a_sure_match_at_a_vital_member_is_critical(batch: Batch, hospital: Organisation) -> None:
    Organisation.objects.update(criticality=Criticality.VITAL)
    sure = make_indicator("worst.example", confidence=95)

    raise_alerts(batch, table_of(at_member(hospital.pk, **match("worst.example", sure.pk))))

    assert Alert.objects.get().severity == Severity.CRITICAL


def test_an_expired_claim_is_told_but_does_not_count(batch: Batch, hospital: Organisation) -> None:
    old = make_indicator("old.example", confidence=95)
    Claim.objects.update(expires_at=NOON - timedelta(days=1))

    raise_alerts(batch, table_of(at_member(hospital.pk, **match("old.example", old.pk))))

    alert = Alert.objects.get()
    assert alert.severity == Severity.LOW
    assert alert.why["claims"][0]["confidence"] == 95


def test_control_characters_are_stored_as_signs(batch: Batch, hospital: Organisation) -> None:
    nasty = {"title": "a\0b\x1b[31m", "observed": "c\0d", "src_ip": "1\0", "proto": "T\0"}

    raise_alerts(batch, table_of(at_member(hospital.pk, **nasty)))

    alert = Alert.objects.get()
    assert alert.title == "a␀b␛[31m"
    assert alert.events.get().observed == "c␀d"


def test_evidence_stops_at_a_hundred_over_all_batches(
    sensor: Sensor, hospital: Organisation
) -> None:
    for number in (1, 2):
        rows = [at_member(hospital.pk, line=n) for n in range(1, 71)]
        raise_alerts(make_batch(sensor, number), table_of(*rows))

    assert Alert.objects.get().count == 140
    assert Alert.objects.get().events.count() == 100


def test_four_hundred_alerts_are_written_in_a_few_dozen_queries(
    sensor: Sensor, hospital: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many = [at_member(hospital.pk, line=n, detection=f"suricata:{n}") for n in range(1, 401)]

    for number in (1, 2):
        with django_assert_max_num_queries(36):
            raise_alerts(make_batch(sensor, number), table_of(*many))

    assert Alert.objects.count() == 400


def test_alerts_are_announced_after_the_commit_by_id(
    sensor: Sensor,
    hospital: Organisation,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[tuple[str, Any]] = []

    def hear_raised(alert_ids: list[int], **_: Any) -> None:
        heard.append(("raised", alert_ids))

    def hear_grown(alert_ids: list[int], **_: Any) -> None:
        heard.append(("grown", alert_ids))

    events.alert_raised.connect(hear_raised)
    events.alert_grown.connect(hear_grown)
    for number in (1, 2):
        with django_capture_on_commit_callbacks(execute=True):
            raise_alerts(make_batch(sensor, number), table_of(at_member(hospital.pk)))

    alert = Alert.objects.get()
    assert heard == [("raised", [alert.pk]), ("grown", [alert.pk])]


@pytest.fixture
def alerts(batch: Batch, hospital: Organisation) -> list[Alert]:
    rows = [at_member(hospital.pk, line=n, detection=f"suricata:{n}") for n in (1, 2, 3)]
    raise_alerts(batch, table_of(*rows))
    return list(Alert.objects.order_by("pk"))


def test_alerts_are_assessed_together_and_each_is_audited(
    alerts: list[Alert], analyst: User
) -> None:
    count = assess_alerts(alerts=alerts, verdict="true", actor=analyst, comment=" Seen. ")

    assert count == 3
    for alert in Alert.objects.all():
        assert (alert.status, alert.assessed_by, alert.assessment) == ("true", analyst, "Seen.")
        assert alert.assessed_at
    assert AuditEntry.objects.filter(action="alert.assess").count() == 3


def test_what_somebody_else_assessed_meanwhile_is_refused_and_nothing_changes(
    alerts: list[Alert], analyst: User, lead: User
) -> None:
    assess_alerts(alerts=alerts[:1], verdict="false", actor=lead)

    with pytest.raises(Refused, match="1"), transaction.atomic():
        assess_alerts(alerts=alerts, verdict="true", actor=analyst)

    assert sorted(Alert.objects.values_list("status", flat=True)) == ["false", "new", "new"]


def test_one_may_change_ones_own_mind(alerts: list[Alert], analyst: User) -> None:
    assess_alerts(alerts=alerts, verdict="false", actor=analyst)
    assess_alerts(alerts=alerts, verdict="informational", actor=analyst)

    assert set(Alert.objects.values_list("status", flat=True)) == {"informational"}


def test_only_verdicts_assess(alerts: list[Alert], analyst: User) -> None:
    with pytest.raises(Refused):
        assess_alerts(alerts=alerts, verdict=AlertStatus.IN_CASE, actor=analyst)


def test_neither_member_nor_auditor_assesses_or_reopens(
    alerts: list[Alert], contact: User, auditor: User
) -> None:
    for person in (contact, auditor):
        with pytest.raises(NotAllowed):
            assess_alerts(alerts=alerts, verdict="true", actor=person)
        with pytest.raises(NotAllowed):
            reopen_alerts(alerts=alerts, actor=person)


def test_a_reopened_alert_is_new_again_for_anybody(
    alerts: list[Alert], analyst: User, lead: User
) -> None:
    assess_alerts(alerts=alerts, verdict="false", actor=lead)

    assert reopen_alerts(alerts=alerts, actor=analyst, comment="Look again.") == 3
    assert reopen_alerts(alerts=alerts, actor=analyst) == 0
    assert assess_alerts(alerts=alerts, verdict="true", actor=analyst) == 3


def test_alerts_join_a_case_unless_they_were_false(alerts: list[Alert], analyst: User) -> None:
    assess_alerts(alerts=alerts[:1], verdict="false", actor=analyst)

    with pytest.raises(Refused), transaction.atomic():
        mark_in_case(alerts=alerts, actor=analyst)
    mark_in_case(alerts=alerts[1:], actor=analyst)

    statuses = dict(Alert.objects.values_list("pk", "status"))
    assert [statuses[a.pk] for a in alerts] == ["false", "in_case", "in_case"]
