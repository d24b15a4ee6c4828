from datetime import timedelta

import pytest
from django.utils import timezone

from tests.incidents.conftest import MakeAlert
from varde.accounts.models import User
from varde.base.errors import Refused
from varde.base.models import AuditEntry
from varde.constituency.models import Organisation
from varde.incidents import events
from varde.incidents.actions.answer import (
    LONGEST_COMMENT,
    MOST_ANSWERS_A_DAY,
    answer_notice,
    mark_opened,
    notice_behind,
    record_answer,
)
from varde.incidents.actions.notice import LINK_VALID, send_notices
from varde.incidents.enums import AnswerKind
from varde.incidents.errors import LinkExpired, LinkUnknown
from varde.incidents.models import Answer, Notice


@pytest.fixture
def notice(hospital: Organisation, make_alert: MakeAlert, analyst: User) -> Notice:
    [notice] = send_notices(alerts=[make_alert(hospital, "192.0.2.5")], actor=analyst)
    return notice


@pytest.fixture
def token(notice: Notice) -> str:
    return notice.notification.secret


@pytest.mark.parametrize("kind", AnswerKind)
def test_each_answer_is_kept_with_its_audit_entry(
    notice: Notice, token: str, kind: AnswerKind
) -> None:
    record_answer(token=token, kind=kind, comment=" We did it.\0\ud800 ")

    answer = notice.answers.get()
    assert (answer.kind, answer.comment, answer.answered_by) == (
        kind,
        "We did it.\ufffd\ufffd",
        None,
    )
    entry = AuditEntry.objects.get(action="notice.answer")
    assert entry.actor == f"organisation:{notice.member_id}"


def test_later_answers_count_and_earlier_ones_stay(notice: Notice, token: str) -> None:
    record_answer(token=token, kind="need_help")
    record_answer(token=token, kind="fixed")

    assert [answer.kind for answer in notice.answers.all()] == ["fixed", "need_help"]


@pytest.mark.parametrize("kind", ["", "maybe", "FIXED"])
def test_an_answer_that_is_none_of_the_four_is_refused(token: str, kind: str) -> None:
    with pytest.raises(Refused):
        record_answer(token=token, kind=kind)


def test_a_comment_has_an_end_and_so_has_the_number_of_answers(token: str) -> None:
    with pytest.raises(Refused):
        record_answer(token=token, kind="fixed", comment="x" * (LONGEST_COMMENT + 1))
    for _ in range(MOST_ANSWERS_A_DAY):
        record_answer(token=token, kind="fixed")

    with pytest.raises(Refused):
        record_answer(token=token, kind="fixed")

    assert Answer.objects.count() == MOST_ANSWERS_A_DAY


@pytest.mark.parametrize("guess", ["", "x", "æ", "\ud800", "0" * 43])
def test_an_unknown_link_opens_nothing(notice: Notice, guess: str) -> None:
    with pytest.raises(LinkUnknown):
        notice_behind(guess, now=timezone.now())


def test_a_links_digest_is_not_a_link(notice: Notice) -> None:
    with pytest.raises(LinkUnknown):
        notice_behind(notice.token_digest, now=timezone.now())


def test_a_link_opens_until_it_expires(notice: Notice, token: str) -> None:
    soon = notice.created_at + LINK_VALID - timedelta(seconds=1)

    assert notice_behind(token, now=soon) == notice
    for late in (soon + timedelta(seconds=1), soon + timedelta(days=9)):
        with pytest.raises(LinkExpired):
            record_answer(token=token, kind="fixed", now=late)


def test_only_the_first_opening_is_noted(notice: Notice) -> None:
    first = timezone.now()

    mark_opened(notice=notice, now=first)
    mark_opened(notice=notice, now=first + timedelta(hours=1))

    notice.refresh_from_db()
    assert notice.first_opened_at == first
    assert AuditEntry.objects.filter(action="notice.open").count() == 1


def test_a_contact_answers_its_own_notices_and_no_others(
    notice: Notice, contact: User, outsider: User, stranger: User
) -> None:
    answer = answer_notice(notice=notice, kind="not_ours", actor=contact)

    assert answer.answered_by == contact
    for person in (outsider, stranger):
        with pytest.raises(LinkUnknown):
            answer_notice(notice=notice, kind="fixed", actor=person)


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_announced(notice: Notice, token: str) -> None:
    heard: list[dict[str, object]] = []

    def hear(sender: object, **facts: object) -> None:
        heard.append(facts)

    events.answer_given.connect(hear)

    answer = record_answer(token=token, kind="fixed")

    [facts] = heard
    assert facts["notice_id"] == notice.pk
    assert facts["answer_id"] == answer.pk
    assert facts["member_id"] == notice.member_id
    assert facts["kind"] == "fixed"
