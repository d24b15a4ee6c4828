from typing import Any

import pytest
from django.utils import translation

from varde.console.explanation import explain, hosts, next_steps
from varde.monitoring.models import Alert

WHY: dict[str, Any] = {
    "claims": [{"source": "NCSC", "confidence": 92}],
    "contacts": ["outbound", "lookup"],
    "attribution": [{"by": "network", "value": "192.0.2.0/24"}],
    "hosts": {f"192.0.2.{n}": n for n in range(1, 9)},
    "severity": {"because": [{"code": "outbound", "confidence": 92}, {"code": "vital_member"}]},
}


def _match(**changes: Any) -> Alert:
    facts = {
        "kind": "indicator",
        "detection": "indicator:domain:evil.example",
        "indicator_type": "domain",
        "indicator": "evil.example",
        "member_id": 1,
        "why": WHY,
    }
    return Alert(**facts | changes)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def test_a_match_says_what_was_seen_why_whom_and_how_bad() -> None:
    said = {reason.code: reason.answers for reason in explain(_match())}

    assert said == {
        "seen": [
            "Domain: evil.example",
            "A host at the member connected to it.",
            "A host at the member asked DNS for it.",
        ],
        "source": [],  # the page lists the claims
        "member": ["Owned the network 192.0.2.0/24 at the time of the event."],
        "severity": [
            "Outbound contact, and the best source is 92% sure.",
            "The member is vital: patients are hit at once when it is down.",
        ],
    }


def test_a_signature_speaks_for_itself() -> None:
    alert = _match(kind="signature", detection="suricata:2027863", why={"severity": {}})

    said = {reason.code: reason.answers for reason in explain(alert)}

    assert said["seen"] == ["The sensor's signature 2027863 fired."]
    assert said["source"] == ["The rule set that the sensor runs."]


def test_an_alert_of_nobody_says_so_and_asks_for_the_owner() -> None:
    alert = _match(member_id=None)

    assert explain(alert)[2].answers == [
        "No member owned any of the addresses at the time of the event."
    ]
    assert next_steps(alert) == [
        "Find out whose address this is: a network may be missing in the register."
    ]


def test_a_source_that_withdrew_leaves_a_word() -> None:
    assert explain(_match(why={}))[1].answers == ["No source vouches for it any longer."]


def test_codes_of_a_later_version_are_left_out() -> None:
    why = {"contacts": ["teleport"], "severity": {"because": [{"code": "moon"}]}}

    alert = _match(why=why | {"attribution": [{"by": "stars", "value": "x"}]})

    assert [reason.answers for reason in explain(alert)][2:] == [[], []]
    assert next_steps(alert)


def test_the_busiest_hosts_come_first() -> None:
    assert hosts(_match()) == [(f"192.0.2.{n}", n) for n in (8, 7, 6, 5, 4)]
