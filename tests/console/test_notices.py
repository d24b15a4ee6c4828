from django.test import Client

from tests.console.conftest import ESCAPED, HOSTILE, text
from tests.incidents.conftest import MakeAlert
from varde.accounts.models import User
from varde.console.forms.notices import NoticeForm
from varde.incidents.actions.case import CaseFacts, open_case
from varde.incidents.actions.draft import Wishes
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Notice
from varde.monitoring.models import Alert

NEW = "/console/notices/new/"


def _uids(alerts: list[Alert]) -> list[str]:
    return [str(alert.uid) for alert in alerts]


def _members(alerts: list[Alert]) -> list[str]:
    return [str(alert.member_id) for alert in alerts]


def test_a_form_becomes_wishes() -> None:
    form = NoticeForm({"advice": "Change passwords", "again": "on", "tlp": "red"})

    assert form.is_valid()
    assert form.wishes(frozenset({1})) == Wishes(
        advice="Change passwords",
        again=True,
        tlp="red",  # type: ignore[arg-type]  # equal to the label
        member_ids=frozenset({1}),
    )


def test_each_members_notice_is_looked_at_before_any_is_sent(
    at_desk: Client, three: list[Alert], make_alert: MakeAlert
) -> None:
    stray = make_alert(None, "192.0.2.99", title="Stray")

    page = at_desk.get(NEW, {"alert": _uids([*three, stray])}).content.decode()

    for member in ("Fjord Hospital", "Torg Pharmacy", "Dal Municipality"):
        assert member in page
    assert "security@torg-pharmacy.example" in page
    assert "Send 3 notices" in page
    assert "No member owned the address" in page
    assert not Notice.objects.exists()


def test_only_ticked_members_are_told(at_desk: Client, three: list[Alert]) -> None:
    given = {"alert": _uids(three), "member": _members(three[:1]), "advice": HOSTILE, "send": "1"}

    answer = at_desk.post(NEW, given)

    notice = Notice.objects.get()
    assert notice.member_id == three[0].member_id
    assert notice.advice == HOSTILE
    assert answer["Location"] == f"/console/notices/{notice.number}/"
    page = text(at_desk, answer["Location"])
    assert ESCAPED in page
    assert HOSTILE not in page


def test_nobody_ticked_is_nobody_told(at_desk: Client, three: list[Alert]) -> None:
    answer = at_desk.post(NEW, {"alert": _uids(three), "send": "1"})

    assert "There is nobody to notify" in answer.content.decode()
    assert not Notice.objects.exists()


def test_showing_anew_sends_nothing_and_keeps_the_ticks(
    at_desk: Client, three: list[Alert]
) -> None:
    given = {"alert": _uids(three), "member": _members(three[:1]), "advice": "Look at <this>"}

    page = at_desk.post(NEW, given).content.decode()

    assert page.count('name="member"') == 3
    assert page.count(" checked") == 1
    assert "Look at &lt;this&gt;" in page
    assert not Notice.objects.exists()


def test_a_case_tells_its_members_once(at_desk: Client, analyst: User, three: list[Alert]) -> None:
    case = open_case(facts=CaseFacts(title="Wave"), actor=analyst, alerts=three)

    first = at_desk.post(NEW, {"case": case.number, "member": _members(three), "send": "1"})
    again = at_desk.get(NEW, {"case": case.number})

    assert first["Location"] == f"/console/cases/{case.number}/"
    assert case.notices.count() == 3
    assert again.content.decode().count("Already notified of these alerts") == 3


def test_a_notice_shows_its_text_deliveries_and_answers(
    at_desk: Client, analyst: User, three: list[Alert]
) -> None:
    notice = send_notices(actor=analyst, alerts=three[:1])[0]
    notice.answers.create(kind="need_help", comment="We cannot find it")

    page = text(at_desk, f"/console/notices/{notice.number}/")

    for fact in ("Need help", "We cannot find it", "security@fjord-hospital.example", "Queued"):
        assert fact in page
    # The secret of the member's link is for the member.
    assert notice.notification is not None
    assert notice.notification.secret not in page
    assert at_desk.get("/console/notices/N1999-0001/").status_code == 404
