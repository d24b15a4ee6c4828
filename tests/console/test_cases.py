import pytest
from django.test import Client

from tests.console.conftest import ESCAPED, HOSTILE, queries, text
from varde.accounts.models import User
from varde.console.forms.cases import CaseForm
from varde.incidents.actions.case import CaseFacts, add_note, close_case, open_case
from varde.incidents.actions.notice import send_notices
from varde.incidents.enums import CaseStatus, Classification
from varde.incidents.models import Case
from varde.monitoring.enums import AlertStatus, Severity
from varde.monitoring.models import Alert

FORM = {
    "title": "Ransomware wave",
    "severity": "4",
    "classification": "malicious-code",
    "tlp": "amber+strict",
    "pap": "red",
}


@pytest.fixture
def case(analyst: User, three: list[Alert]) -> Case:
    facts = CaseFacts(title="Wave", severity=Severity.HIGH)
    return open_case(facts=facts, actor=analyst, alerts=three[:2])


def test_a_form_becomes_facts() -> None:
    form = CaseForm(FORM)

    assert form.is_valid()
    assert form.facts() == CaseFacts(
        title="Ransomware wave",
        severity=Severity.CRITICAL,
        classification=Classification.MALICIOUS_CODE,
        tlp="amber+strict",  # type: ignore[arg-type]  # equal to the label
        pap="red",  # type: ignore[arg-type]  # equal to the label
    )


def test_a_case_opens_with_its_alerts(at_desk: Client, three: list[Alert]) -> None:
    chosen = [str(alert.uid) for alert in three[:2]]
    asked = at_desk.get("/console/cases/new/", {"alert": chosen})

    answer = at_desk.post("/console/cases/new/", FORM | {"alert": chosen})

    assert asked.context["form"]["title"].value() == three[0].indicator
    opened = Case.objects.get()
    assert answer["Location"] == f"/console/cases/{opened.number}/"
    assert opened.title == "Ransomware wave"
    assert set(opened.alerts.all()) == set(three[:2])
    assert Alert.objects.get(pk=three[2].pk).status == AlertStatus.NEW


def test_a_case_without_title_is_refused_beside_the_field(at_desk: Client) -> None:
    answer = at_desk.post("/console/cases/new/", FORM | {"title": " "})

    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Case.objects.exists()


def test_alerts_join_a_case(at_desk: Client, case: Case, three: list[Alert]) -> None:
    chosen = {"alert": str(three[2].uid), "case": case.number}

    answer = at_desk.post("/console/cases/join/", chosen, follow=True)

    assert "1 alert joined the case." in answer.content.decode()
    assert case.alerts.count() == 3
    assert at_desk.post("/console/cases/join/", chosen | {"case": "1999-1"}).status_code == 404


def test_a_case_tells_what_each_member_was_told_and_said(
    at_desk: Client, analyst: User, case: Case
) -> None:
    send_notices(actor=analyst, case=case)
    notice = case.notices.get(member__handle="fjord-hospital")
    notice.answers.create(kind="fixed", comment=HOSTILE)
    add_note(case=case, text=HOSTILE, actor=analyst)

    page = text(at_desk, f"/console/cases/{case.number}/")

    assert page.count(notice.number) == 3  # its link, its name, and on the timeline
    assert "Fjord Hospital answered: Fixed" in page
    assert "No answer yet" in page
    assert page.count(ESCAPED) == 3
    assert HOSTILE not in page


def test_a_case_takes_as_many_queries_for_two_members_as_for_one(
    at_desk: Client, analyst: User, case: Case, three: list[Alert]
) -> None:
    alone = open_case(facts=CaseFacts(title="Alone"), actor=analyst, alerts=three[2:])
    send_notices(actor=analyst, case=case)
    send_notices(actor=analyst, case=alone)

    assert queries(at_desk, f"/console/cases/{case.number}/") == queries(
        at_desk, f"/console/cases/{alone.number}/"
    )


def test_a_case_is_noted_changed_waited_for_closed_and_reopened(
    at_desk: Client, case: Case
) -> None:
    def change(**given: str) -> Case:
        at_desk.post(f"/console/cases/{case.number}/change/", given)
        return Case.objects.get()

    assert change(verb="note", text="Called them").notes.get().text == "Called them"
    assert change(verb="edit", **FORM).title == "Ransomware wave"
    assert change(verb="waiting").status == CaseStatus.WAITING
    assert change(verb="open").status == CaseStatus.OPEN
    assert change(verb="close", text="Done").status == CaseStatus.CLOSED
    assert change(verb="edit", **FORM | {"title": "Too late"}).title == "Ransomware wave"
    assert change(verb="reopen").status == CaseStatus.OPEN
    assert at_desk.post(f"/console/cases/{case.number}/change/", {"verb": "x"}).status_code == 404


def test_an_alert_leaves_its_case(at_desk: Client, case: Case, three: list[Alert]) -> None:
    at_desk.post(
        f"/console/cases/{case.number}/change/", {"verb": "remove", "alert": str(three[0].uid)}
    )

    assert list(case.alerts.all()) == [three[1]]


def test_cases_are_listed_by_status_and_text(at_desk: Client, analyst: User, case: Case) -> None:
    closed = open_case(facts=CaseFacts(title=HOSTILE), actor=analyst)
    close_case(case=closed, actor=analyst)

    assert case.number in text(at_desk, "/console/cases/")
    assert closed.number not in text(at_desk, "/console/cases/")
    everything = text(at_desk, "/console/cases/?status=all")
    assert ESCAPED in everything
    assert HOSTILE not in everything
    assert case.number not in text(at_desk, "/console/cases/?status=all&text=script")
    assert "No case here" in text(at_desk, "/console/cases/?text=nothing")
