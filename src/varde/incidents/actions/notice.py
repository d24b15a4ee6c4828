"""Tell members: one notice each, in its language, with the evidence of its own hosts only."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.actions.counter import next_number
from varde.base.errors import NotAllowed, Refused
from varde.base.tokens import new_token
from varde.incidents import events
from varde.incidents.actions.draft import Draft, Wishes, draft_notices
from varde.incidents.enums import CaseStatus
from varde.incidents.errors import NobodyToNotify
from varde.incidents.models import Case, Notice
from varde.incidents.policies import may_notify
from varde.incidents.wording import Facts, Wording, word
from varde.monitoring.models import Alert
from varde.notify.actions.notification import Message, queue_notification
from varde.notify.models import Notification

LINK_VALID = timedelta(days=90)


@transaction.atomic
def send_notices(
    *,
    actor: User,
    case: Case | None = None,
    alerts: Iterable[Alert] | None = None,
    wishes: Wishes | None = None,
    now: datetime | None = None,
) -> list[Notice]:
    """Queue one notice per member of ``alerts``, or of all alerts of ``case``.

    A member that has been told of an alert is not told of it again unless ``wishes.again``.
    Raises ``NobodyToNotify`` where every member is left out, with the reasons.
    """
    if not may_notify(actor):
        raise NotAllowed(_("Only those who work on cases may notify members."))
    now = now or timezone.now()
    chosen = _locked(case=case, alerts=alerts)
    drafts = draft_notices(now=now, case=case, alerts=chosen, wishes=wishes)
    sendable = [draft for draft in drafts if draft.skip is None]
    if not sendable:
        raise NobodyToNotify(_reasons(drafts))
    return [_send(draft, case=case, actor=actor, now=now) for draft in sendable]


def _locked(*, case: Case | None, alerts: Iterable[Alert] | None) -> list[Alert]:
    """The alerts, locked: two people who press "send" at once must not both notify."""
    if case is not None:
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.status == CaseStatus.CLOSED:
            raise Refused(_("The case is closed. Reopen it first."))
        if alerts is None:
            alerts = case.alerts.all()
    ids = [alert.pk for alert in alerts or []]
    return list(Alert.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _send(draft: Draft, *, case: Case | None, actor: User, now: datetime) -> Notice:
    year = timezone.localtime(now).year
    facts = replace(draft.facts, number=f"N{year}-{next_number(f'notice-{year}'):04d}")
    wording = word(facts)
    token, digest = new_token()
    notice = Notice.objects.create(
        number=facts.number,
        member=draft.member,
        case=case,
        language=facts.language,
        tlp=facts.tlp,
        subject=wording.subject,
        advice=facts.advice,
        findings=list(facts.findings),
        evidence=list(facts.rows),
        event_count=facts.event_count,
        token_digest=digest,
        sent_by=actor,
        created_at=now,
        answer_by=facts.deadline,
        link_expires_at=now + LINK_VALID,
    )
    notice.alerts.set(draft.alerts)
    message = _message(facts, wording, secret=token)
    notice.notification = _queue(notice, draft, message, actor)
    notice.save(update_fields=["notification"])
    _record(notice, draft, actor)
    _announce(notice)
    return notice


def _message(facts: Facts, wording: Wording, *, secret: str) -> Message:
    return Message(
        subject=wording.subject,
        text=wording.text,
        html=wording.html,
        secret=secret,
        language=facts.language,
        tlp=facts.tlp,
        deadline=facts.deadline,
    )


def _queue(notice: Notice, draft: Draft, message: Message, actor: User) -> Notification:
    return queue_notification(
        organisation=draft.member,
        contacts=draft.contacts,
        about=audit.label(notice),
        deduplication_key=f"notice:{notice.number}",
        message=message,
        actor=actor,
    )


def _record(notice: Notice, draft: Draft, actor: User) -> None:
    audit.record(
        actor,
        "notice.send",
        notice,
        number=notice.number,
        member=draft.member.pk,
        alerts=[alert.pk for alert in draft.alerts],
        addresses=draft.addresses,
    )


def _announce(notice: Notice) -> None:
    transaction.on_commit(
        partial(
            events.notice_sent.send,
            Notice,
            notice_id=notice.pk,
            member_id=notice.member_id,
            case_id=notice.case_id,
        )
    )


def _reasons(drafts: list[Draft]) -> str:
    if not drafts:
        return _("There is nobody to notify: no alert belongs to a member.")
    reasons = ", ".join(
        f"{draft.member.name}: {draft.skip.label}" for draft in drafts if draft.skip is not None
    )
    return _("There is nobody to notify. %(reasons)s") % {"reasons": reasons}


__all__ = ["Draft", "Wishes", "draft_notices", "send_notices"]
