import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.incidents.conftest import MakeAlert
from varde.accounts.models import User
from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.incidents.actions.answer import record_answer
from varde.incidents.actions.case import CaseFacts, open_case
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Case, Notice
from varde.incidents.queries import (
    answers_on_alerts,
    case_page,
    cases_visible_to,
    notice_list,
    notices_of_case,
    notices_on_alerts,
    notices_visible_to,
    recent_answer_count,
)
from varde.incidents.queries.export import notice_rows
from varde.monitoring.models import Alert


@pytest.fixture
def told(
    hospital: Organisation, pharmacy: Organisation, make_alert: MakeAlert, analyst: User
) -> list[Notice]:
    """A case with two members, both told; the hospital has answered twice."""
    alerts = [make_alert(hospital, "192.0.2.5"), make_alert(pharmacy, "198.51.100.7")]
    case = open_case(facts=CaseFacts("Ransomware"), alerts=alerts, actor=analyst)
    notices = send_notices(case=case, actor=analyst)
    for kind in ("need_help", "fixed"):
        record_answer(token=notices[0].notification.secret, kind=kind, comment=kind)
    return notices


def test_who_sees_which_cases(
    told: list[Notice], analyst: User, auditor: User, leader: User, contact: User, stranger: User
) -> None:
    secret = open_case(facts=CaseFacts("For named people", tlp=TLP.RED), actor=analyst)
    both = {secret, *Case.objects.filter(title="Ransomware")}

    assert set(cases_visible_to(analyst)) == both
    assert set(cases_visible_to(auditor)) == both
    assert set(cases_visible_to(leader)) == both - {secret}
    assert not cases_visible_to(contact).exists()
    assert not cases_visible_to(stranger).exists()


def test_who_sees_which_notices(
    told: list[Notice], analyst: User, leader: User, contact: User, outsider: User, stranger: User
) -> None:
    hospitals, pharmacys = told

    assert set(notices_visible_to(analyst)) == set(told)
    assert list(notices_visible_to(contact)) == [hospitals]
    assert list(notices_visible_to(outsider)) == [pharmacys]
    for nobody in (leader, stranger):
        assert not notices_visible_to(nobody).exists()


def test_a_contact_whose_time_is_over_sees_nothing(told: list[Notice], contact: User) -> None:
    contact.contacts.update(valid_to=timezone.now())

    assert not notices_visible_to(contact).exists()


def test_answers_and_notices_are_found_from_their_alerts(
    told: list[Notice], analyst: User, outsider: User
) -> None:
    hospitals, pharmacys = Alert.objects.order_by("pk")
    ids = [hospitals.pk, pharmacys.pk]

    answers = answers_on_alerts(analyst, ids)
    notices = notices_on_alerts(analyst, ids)

    assert {alert: answer.kind for alert, answer in answers.items()} == {hospitals.pk: "fixed"}
    assert notices == {hospitals.pk: [told[0]], pharmacys.pk: [told[1]]}
    assert answers_on_alerts(outsider, ids) == {}
    assert notices_on_alerts(outsider, ids) == {pharmacys.pk: [told[1]]}
    assert recent_answer_count(analyst) == 2


def test_lists_cost_the_same_however_long_they_are(
    told: list[Notice], hospital: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    def cost() -> list[int]:
        counts = []
        for read in (
            lambda: [
                (n.member.name, n.answer_label, [list(d.attempts.all()) for d in
                 n.notification.deliveries.all()])
                for n in notice_list(notices_visible_to(analyst))
            ],
            lambda: [(c.alert_count, c.lead) for c in case_page(analyst)],
            lambda: list(notice_rows()),
        ):  # fmt: skip
            with CaptureQueriesContext(
                connection,
            ) as queries:
                read()
            counts.append(len(queries))
        return counts

    few = cost()
    for n in range(5):
        alert = make_alert(hospital, f"192.0.2.{50 + n}")
        case = open_case(facts=CaseFacts("More"), alerts=[alert], actor=analyst)
        send_notices(case=case, actor=analyst)

    assert cost() == few


def test_a_case_counts_what_belongs_to_it(told: list[Notice], analyst: User) -> None:
    [case] = case_page(analyst, status="open", text="ransom")

    counts = (case.member_count, case.alert_count, case.notice_count, case.answered_count)
    assert counts == (2, 2, 2, 1)
    assert [notice.answer_label for notice in notices_of_case(analyst, case)] == ["", "Løst"]
    assert not case_page(analyst, status="closed").exists()


def test_rows_for_export_hold_no_secret(told: list[Notice]) -> None:
    tokens = [notice.notification.secret for notice in told]

    rows = list(notice_rows())

    assert [row["answer"] for row in rows] == [None, "fixed"]
    assert rows[1]["comment"] == "fixed"
    assert len(list(notice_rows(unanswered=True))) == 1
    assert [row["member"] for row in notice_rows(member="fjord-hospital")] == ["fjord-hospital"]
    said = str(rows)
    assert all(tokens)
    assert not any(token in said for token in tokens)
