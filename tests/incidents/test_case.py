import pytest
from django.utils import timezone

from tests.incidents.conftest import MakeAlert
from varde.accounts.models import User
from varde.base.errors import NotAllowed, Refused
from varde.base.marking import PAP, TLP
from varde.base.models import AuditEntry
from varde.constituency.models import Organisation
from varde.incidents import events
from varde.incidents.actions.case import (
    LONGEST_NOTE,
    CaseFacts,
    add_alerts,
    add_member,
    add_note,
    close_case,
    edit_case,
    open_case,
    remove_alerts,
    remove_member,
    reopen_case,
    set_status,
)
from varde.incidents.enums import CaseStatus, Classification
from varde.incidents.models import Case
from varde.monitoring.enums import AlertStatus, Severity

FACTS = CaseFacts(
    title="  Ransomware\nat   two members ",
    severity=Severity.CRITICAL,
    classification=Classification.MALICIOUS_CODE,
    tlp=TLP.AMBER_STRICT,
    pap=PAP.GREEN,
)


def test_a_case_takes_in_its_alerts_and_their_members(
    hospital: Organisation, pharmacy: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    alerts = [make_alert(hospital, "192.0.2.5"), make_alert(pharmacy, "198.51.100.7")]

    case = open_case(facts=FACTS, alerts=[*alerts, make_alert(None, "8.8.8.8")], actor=analyst)

    assert case.title == "Ransomware at two members"
    assert case.number == f"{timezone.localdate().year}-0001"
    assert set(case.members.all()) == {hospital, pharmacy}
    assert {alert.status for alert in case.alerts.all()} == {AlertStatus.IN_CASE}
    assert case.lead == case.opened_by == analyst
    assert AuditEntry.objects.filter(action="case.open", actor=f"user:{analyst.pk}").count() == 1


def test_numbers_follow_each_other_and_an_empty_case_is_a_case(analyst: User) -> None:
    numbers = [open_case(facts=FACTS, actor=analyst).number[-4:] for _ in range(3)]

    assert numbers == ["0001", "0002", "0003"]


def test_alerts_join_once_and_go_back_to_triage_when_they_leave(
    hospital: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    case, other = (open_case(facts=FACTS, actor=analyst) for _ in range(2))
    alert, shared = make_alert(hospital, "192.0.2.5"), make_alert(hospital, "192.0.2.6")
    add_alerts(case=other, alerts=[shared], actor=analyst)

    assert add_alerts(case=case, alerts=[alert, shared], actor=analyst) == 2
    assert add_alerts(case=case, alerts=[alert], actor=analyst) == 0
    assert remove_alerts(case=case, alerts=[alert, shared], actor=analyst) == 2
    assert remove_alerts(case=case, alerts=[alert], actor=analyst) == 0

    for each in (alert, shared):
        each.refresh_from_db()
    assert alert.status == AlertStatus.NEW
    assert shared.status == AlertStatus.IN_CASE


def test_members_are_added_by_hand_and_kept_while_alerts_are_theirs(
    hospital: Organisation, pharmacy: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    alert = make_alert(hospital, "192.0.2.5")
    case = open_case(facts=FACTS, alerts=[alert], actor=analyst)

    add_member(case=case, member=pharmacy, actor=analyst)
    remove_member(case=case, member=pharmacy, actor=analyst)
    with pytest.raises(Refused):
        remove_member(case=case, member=hospital, actor=analyst)

    assert list(case.members.all()) == [hospital]


def test_facts_change_and_the_audit_log_keeps_what_they_were(analyst: User) -> None:
    case = open_case(facts=FACTS, actor=analyst)

    edited = edit_case(case=case, facts=CaseFacts("Phishing", tlp=TLP.GREEN), actor=analyst)

    assert (edited.title, edited.tlp) == ("Phishing", TLP.GREEN)
    entry = AuditEntry.objects.get(action="case.edit")
    assert entry.detail.facts["before"]["title"] == "Ransomware at two members"


@pytest.mark.parametrize("title", ["", "  ", "\n\t"])
def test_a_case_needs_a_title(title: str, analyst: User) -> None:
    with pytest.raises(Refused):
        open_case(facts=CaseFacts(title), actor=analyst)

    assert not Case.objects.exists()


def test_a_closed_case_takes_notes_and_nothing_else_until_reopened(
    hospital: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    alert = make_alert(hospital, "192.0.2.5")
    case = open_case(facts=FACTS, actor=analyst)

    closed = close_case(case=case, actor=analyst, note="All machines were reinstalled.")

    assert closed.status == CaseStatus.CLOSED
    assert closed.closed_at is not None
    assert [note.text for note in case.notes.all()] == ["All machines were reinstalled."]
    add_note(case=case, text="One more thing.", actor=analyst)
    for refused in (
        lambda: add_alerts(case=case, alerts=[alert], actor=analyst),
        lambda: edit_case(case=case, facts=FACTS, actor=analyst),
        lambda: close_case(case=case, actor=analyst),
        lambda: set_status(case=case, status="waiting", actor=analyst),
    ):
        with pytest.raises(Refused):
            refused()
    assert reopen_case(case=case, actor=analyst).closed_at is None
    with pytest.raises(Refused):
        reopen_case(case=case, actor=analyst)


def test_a_status_is_set_and_closing_goes_the_same_way(analyst: User) -> None:
    case = open_case(facts=FACTS, actor=analyst)

    assert set_status(case=case, status="waiting", actor=analyst).status == CaseStatus.WAITING
    assert set_status(case=case, status=CaseStatus.CLOSED, actor=analyst).closed_at is not None


def test_text_that_no_database_holds_is_kept_without_it(analyst: User) -> None:
    case = open_case(facts=CaseFacts("A\0B\ud800"), actor=analyst)

    note = add_note(case=case, text="one\0\ntwo\udfff", actor=analyst)

    assert case.title == "A B"
    assert note.text == "one\ufffd\ntwo\ufffd"


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST_NOTE + 1)])
def test_a_note_that_says_nothing_or_too_much_is_refused(text: str, analyst: User) -> None:
    case = open_case(facts=FACTS, actor=analyst)

    with pytest.raises(Refused):
        add_note(case=case, text=text, actor=analyst)


def test_only_operators_write(
    analyst: User, auditor: User, leader: User, stranger: User, contact: User
) -> None:
    case = open_case(facts=FACTS, actor=analyst)

    for person in (auditor, leader, stranger, contact):
        for refused in (
            lambda who=person: open_case(facts=FACTS, actor=who),
            lambda who=person: add_note(case=case, text="x", actor=who),
            lambda who=person: close_case(case=case, actor=who),
            lambda who=person: reopen_case(case=case, actor=who),
        ):
            with pytest.raises(NotAllowed):
                refused()
    assert Case.objects.get().status == CaseStatus.OPEN


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_announced(analyst: User) -> None:
    heard: list[object] = []

    def hear(sender: object, signal: object, **_facts: object) -> None:
        heard.append(signal)

    announced = [events.case_opened, events.case_changed, events.case_closed]
    for signal in announced:
        signal.connect(hear)

    case = open_case(facts=FACTS, actor=analyst)
    add_note(case=case, text="x", actor=analyst)
    close_case(case=case, actor=analyst)

    assert heard == announced
