"""The queue and the alert's page, over HTTP."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.console.conftest import ESCAPED, HOSTILE, queries, text
from tests.incidents.conftest import MakeAlert
from varde.accounts.models import User
from varde.constituency.models import Organisation
from varde.incidents.actions.case import CaseFacts, open_case
from varde.monitoring.enums import AlertStatus, Severity
from varde.monitoring.models import Alert

QUEUE = "/console/alerts/"
DECIDE = "/console/alerts/decide/"


def _page_of(alert: Alert) -> str:
    return reverse("console:alert", args=[alert.uid])


def test_the_queue_shows_what_waits(at_desk: Client, three: list[Alert]) -> None:
    Alert.objects.filter(pk=three[2].pk).update(status=AlertStatus.FALSE)

    page = text(at_desk, QUEUE)

    assert page.count("data-row") == 2
    assert "Fjord Hospital" in page
    assert "Dal Municipality" not in page
    assert text(at_desk, f"{QUEUE}?status=false").count("data-row") == 1
    assert text(at_desk, f"{QUEUE}?status=all").count("data-row") == 3


def test_the_queue_takes_as_many_queries_for_three_alerts_as_for_one(
    at_desk: Client, three: list[Alert]
) -> None:
    everything = queries(at_desk, QUEUE)

    assert queries(at_desk, f"{QUEUE}?severity=1") == everything
    Alert.objects.filter(pk__in=[alert.pk for alert in three[1:]]).update(status="false")
    assert queries(at_desk, QUEUE) == everything
    assert everything <= 14


def test_an_empty_queue_says_why(at_desk: Client) -> None:
    assert "The queue is empty" in text(at_desk, QUEUE)
    assert "No alert matches" in text(at_desk, f"{QUEUE}?severity=4")
    assert "No alert has this status." in text(at_desk, f"{QUEUE}?status=false")


def test_a_long_queue_leads_on_page_by_page(
    at_desk: Client, hospital: Organisation, make_alert: MakeAlert
) -> None:
    for number in range(52):
        make_alert(hospital, "192.0.2.5", title=f"number {number:02d}")

    first = at_desk.get(f"{QUEUE}?kind=indicator")
    second = at_desk.get(f"{QUEUE}{first.context['next_page']}")

    assert first.content.count(b"data-row") == 50
    assert second.content.count(b"data-row") == 2
    assert second.context["next_page"] == ""
    assert "kind=indicator" in first.context["next_page"]


def test_what_attackers_wrote_is_shown_and_does_nothing(
    at_desk: Client, hospital: Organisation, make_alert: MakeAlert
) -> None:
    hospital.name = HOSTILE
    hospital.save()
    claim = {"source": HOSTILE, "confidence": 50, "tlp": "green", "context": HOSTILE}
    why = {"claims": [claim], "contacts": ["lookup"], "hosts": {HOSTILE: 3}}
    event = {"observed": HOSTILE, "sensor": HOSTILE, "field": HOSTILE, "protocol": "<b>"}
    alert = make_alert(
        hospital, "192.0.2.5", title=HOSTILE, indicator=HOSTILE, why=why, event=event
    )

    for page in (text(at_desk, QUEUE), text(at_desk, _page_of(alert))):
        assert ESCAPED in page
        assert HOSTILE not in page
        assert "<b>" not in page


def test_an_alert_explains_itself(at_desk: Client, three: list[Alert]) -> None:
    page = text(at_desk, _page_of(three[0]))

    for fact in ("Open feed", "90 % sure", "192.0.2.5", "203.0.113.66", "security@", "TLP:AMBER"):
        assert fact in page
    # Who else is hit is told by name and not by address.
    assert "198.51.100.7" not in page


def test_an_alert_of_no_member_is_shown_as_such(at_desk: Client, make_alert: MakeAlert) -> None:
    alert = make_alert(None, "192.0.2.99")

    assert "The alert stays visible here." in text(at_desk, _page_of(alert))
    assert "No member" in text(at_desk, QUEUE)


def test_an_alert_nobody_knows_is_not_found(at_desk: Client, three: list[Alert]) -> None:
    assert at_desk.get("/console/alerts/01999999-9999-7999-8999-999999999999/").status_code == 404
    other = three[1].events.get()
    assert at_desk.get(f"{_page_of(three[0])}events/{other.pk}/").status_code == 404


def test_a_raw_line_that_is_gone_says_so(at_desk: Client, three: list[Alert]) -> None:
    event = three[0].events.get()

    assert "The raw line has been removed" in text(
        at_desk, f"{_page_of(three[0])}events/{event.pk}/"
    )


@pytest.mark.parametrize("verdict", ["true", "false", "informational"])
def test_chosen_alerts_are_assessed(
    at_desk: Client, analyst: User, three: list[Alert], verdict: str
) -> None:
    chosen = [str(alert.uid) for alert in three[:2]]

    answer = at_desk.post(
        DECIDE,
        {"alert": chosen, "verb": verdict, "comment": "looked", "next": f"{QUEUE}?kind=indicator"},
    )

    assert answer["Location"] == f"{QUEUE}?kind=indicator"
    found = Alert.objects.order_by("pk").values_list("status", "assessment", "assessed_by")
    assert list(found) == [(verdict, "looked", analyst.pk)] * 2 + [("new", "", None)]


def test_a_decision_is_taken_back(at_desk: Client, three: list[Alert]) -> None:
    uid = str(three[0].uid)
    at_desk.post(DECIDE, {"alert": uid, "verb": "false"})

    at_desk.post(DECIDE, {"alert": uid, "verb": "reopen"})

    assert Alert.objects.get(pk=three[0].pk).status == AlertStatus.NEW


@pytest.mark.parametrize(
    ("verb", "page"),
    [
        ("case", "/console/cases/new/"),
        ("notify", "/console/notices/new/"),
        ("suppress", "/console/suppression/new/"),
    ],
)
def test_chosen_alerts_lead_on(at_desk: Client, three: list[Alert], verb: str, page: str) -> None:
    answer = at_desk.post(DECIDE, {"alert": [str(three[0].uid)], "verb": verb})

    assert answer["Location"] == f"{page}?alert={three[0].uid}"
    assert at_desk.get(answer["Location"]).status_code == 200


def test_a_refusal_is_told_and_changes_nothing(
    at_desk: Client, lead: User, three: list[Alert]
) -> None:
    facts = CaseFacts(title="Ransomware", severity=Severity.HIGH)
    open_case(facts=facts, actor=lead, alerts=three[:1])
    at_desk.post(DECIDE, {"alert": str(three[1].uid), "verb": "true"})
    Alert.objects.filter(pk=three[1].pk).update(assessed_by=lead)

    answer = at_desk.post(DECIDE, {"alert": str(three[1].uid), "verb": "false"}, follow=True)

    assert answer.context["messages"]
    assert Alert.objects.get(pk=three[1].pk).status == AlertStatus.TRUE


def test_nothing_chosen_is_said(at_desk: Client, three: list[Alert]) -> None:
    for given in ({}, {"alert": "no uid"}):
        answer = at_desk.post(DECIDE, {"verb": "true", **given}, follow=True)

        assert "Choose at least one alert." in answer.content.decode()


def test_a_verb_nobody_knows_is_not_found(at_desk: Client, three: list[Alert]) -> None:
    answer = at_desk.post(DECIDE, {"alert": str(three[0].uid), "verb": "explode"})

    assert answer.status_code == 404


def test_the_way_back_never_leads_elsewhere(at_desk: Client, three: list[Alert]) -> None:
    answer = at_desk.post(
        DECIDE, {"alert": str(three[0].uid), "verb": "true", "next": "https://evil.example/"}
    )

    assert answer["Location"] == QUEUE


def test_a_forged_request_changes_nothing(analyst: User, three: list[Alert]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst, backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = client.post(DECIDE, {"alert": str(three[0].uid), "verb": "false"})

    assert answer.status_code == 403
    assert Alert.objects.get(pk=three[0].pk).status == AlertStatus.NEW
