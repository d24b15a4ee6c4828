from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.monitoring.conftest import make_batch
from tests.monitoring.findings import NOON, at_member, finding, match, table_of
from varde.accounts.models import User
from varde.base.errors import NotAllowed, Refused
from varde.base.models import AuditEntry
from varde.constituency.models import Organisation
from varde.monitoring.actions.alert import raise_alerts
from varde.monitoring.actions.suppression import (
    RuleTerms,
    add_rule,
    count_hits,
    ensure_shipped_rules,
    sieve,
    switch_rule,
)
from varde.monitoring.models import Sensor, SuppressionRule
from varde.monitoring.queries import (
    alerts_hidden_by,
    rules_in_force,
    suppression_rules_visible_to,
)
from varde.monitoring.shipped import SHIPPED_RULES

pytestmark = pytest.mark.django_db


def rule(**terms: Any) -> SuppressionRule:
    given = {"name": "A rule", "detection": "suricata:2027863", "reason": "Known scanner."}
    return SuppressionRule.objects.create(**(given | terms))


def lines_kept(rows: list[dict[str, Any]], *rules: SuppressionRule) -> list[int]:
    kept: list[int] = sieve(table_of(*rows), list(rules)).kept["line"].to_pylist()
    return kept


def test_every_condition_that_is_set_must_hold(hospital: Organisation) -> None:
    rows = [
        at_member(hospital.pk, line=1),
        at_member(hospital.pk, line=2, src_ip="192.0.2.77"),
        at_member(hospital.pk, line=3, detection="suricata:1"),
        at_member(hospital.pk + 1, line=4),
        finding(line=5, src_ip=None, dest_ip=None),
    ]

    assert lines_kept(rows, rule()) == [3]
    assert lines_kept(rows, rule(name="b", member=hospital)) == [3, 4, 5]
    assert lines_kept(rows, rule(name="c", address="192.0.2.10")) == [2, 3, 5]
    both = rule(name="d", member=hospital, address="192.0.2.64/26")
    assert lines_kept(rows, both) == [1, 3, 4, 5]


def test_an_address_counts_at_either_end() -> None:
    rows = [finding(line=1, src_ip="::ffff:203.0.113.5", dest_ip="192.0.2.1"), finding(line=2)]

    assert lines_kept(rows, rule(address="203.0.113.0/24")) == []


def test_the_first_rule_has_the_hit_and_all_are_accounted_for() -> None:
    first, second = rule(name="a"), rule(name="b", detection="suricata:1-9999999")
    rows = [finding(line=1), finding(line=2, detection="suricata:5"), finding(line=3)]

    sieved = sieve(table_of(*rows), [first, second])
    count_hits(sieved, now=NOON)

    assert sieved.hits == {first: 2, second: 1}
    assert sieved.suppressed + sieved.kept.num_rows == 3
    first.refresh_from_db()
    assert (first.hits, first.last_hit_at) == (2, NOON)


def test_a_shipped_rule_never_hides_a_match_but_a_persons_rule_may() -> None:
    rows = [finding(line=1, **match("evil.example", 1))]
    terms = {"detection": "indicator:domain:evil.example"}

    assert lines_kept(rows, rule(shipped=True, **terms)) == [1]
    assert lines_kept(rows, rule(name="own", **terms)) == []


def test_shipped_rules_take_the_noise_and_nothing_else() -> None:
    ensure_shipped_rules()
    noise = ["suricata:2200087", "suricata:2210020", "suricata:2260002", "suricata:2012811"]
    real = ["suricata:2025855", "suricata:9000010", "suricata:2300000"]
    rows = [finding(line=n, detection=d) for n, d in enumerate(noise + real, start=1)]

    assert lines_kept(rows, *rules_in_force(NOON)) == [5, 6, 7]


def test_shipped_rules_are_there_once_and_stay_switched_off(analyst: User) -> None:
    ensure_shipped_rules()
    off = SuppressionRule.objects.get(name=SHIPPED_RULES[0].name)
    switch_rule(rule=off, enabled=False, actor=analyst)

    assert ensure_shipped_rules() == 0

    assert SuppressionRule.objects.filter(shipped=True).count() == len(SHIPPED_RULES)
    off.refresh_from_db()
    assert not off.enabled


def test_a_rule_that_expired_or_was_switched_off_is_not_in_force() -> None:
    SuppressionRule.objects.all().delete()
    rule(name="expired", expires_at=NOON)
    rule(name="off", enabled=False)
    alive = rule(name="alive", expires_at=NOON + timedelta(seconds=1))

    assert rules_in_force(NOON) == [alive]


def test_a_rule_is_made_in_ones_name_and_audited(analyst: User) -> None:
    terms = RuleTerms(name="Scanner", detection="suricata:1-2", reason="Ours.", address="10.0.0.1")

    made = add_rule(terms, actor=analyst, now=NOON)

    assert made.owner == analyst
    assert AuditEntry.objects.filter(action="suppression.add").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"reason": ""},
        {"detection": "suricata:*"},
        {"address": "not an address"},
        {"expires_at": NOON - timedelta(days=1)},
    ],
)
def test_terms_that_make_no_rule_are_refused(wrong: dict[str, Any], analyst: User) -> None:
    terms = {"name": "Scanner", "detection": "suricata:1", "reason": "Ours."} | wrong

    with pytest.raises(Refused):
        add_rule(RuleTerms(**terms), actor=analyst, now=NOON)


def test_two_rules_do_not_share_a_name(analyst: User) -> None:
    terms = RuleTerms(name="Scanner", detection="suricata:1", reason="Ours.")
    add_rule(terms, actor=analyst, now=NOON)

    with pytest.raises(Refused):
        add_rule(terms, actor=analyst, now=NOON)


def test_only_operators_make_switch_and_see_rules(
    analyst: User, contact: User, leader: User, auditor: User
) -> None:
    made = rule()
    terms = RuleTerms(name="Scanner", detection="suricata:1", reason="Ours.")

    for person in (contact, leader, auditor):
        with pytest.raises(NotAllowed):
            add_rule(terms, actor=person, now=NOON)
        with pytest.raises(NotAllowed):
            switch_rule(rule=made, enabled=False, actor=person)
    assert made in suppression_rules_visible_to(analyst)
    assert made in suppression_rules_visible_to(auditor)
    assert not suppression_rules_visible_to(contact).exists()
    assert not suppression_rules_visible_to(leader).exists()


def test_a_preview_tells_what_would_have_been_hidden(
    sensor: Sensor, hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    now = timezone.now()
    rows = [
        at_member(hospital.pk, line=1, time=now),
        at_member(hospital.pk, line=2, time=now, src_ip="192.0.2.77"),
        at_member(pharmacy.pk, line=3, time=now, src_ip="198.51.100.7"),
        at_member(hospital.pk, line=4, time=now, detection="suricata:2200001"),
        at_member(hospital.pk, line=5, time=now - timedelta(days=9)),
    ]
    raise_alerts(make_batch(sensor), table_of(*rows))

    def hidden(detection: str, member: Organisation | None = None, address: str = "") -> int:
        preview = alerts_hidden_by(analyst, detection, member=member, address=address, now=now)
        return preview.alerts

    assert hidden("suricata:2027863") == 2
    assert hidden("suricata:2000000-2299999") == 3
    assert hidden("suricata:2027863", hospital) == 1
    assert hidden("suricata:2027863", None, "192.0.2.10") == 0
    assert hidden("suricata:2027863", None, "192.0.2.0/24") == 1
