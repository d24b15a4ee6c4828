"""What a member does with its notice: open it, answer it."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import Refused
from varde.base.text import storable
from varde.base.tokens import digest_of
from varde.incidents import events
from varde.incidents.enums import AnswerKind
from varde.incidents.errors import LinkExpired, LinkUnknown
from varde.incidents.models import Answer, Notice
from varde.incidents.queries.notices import notices_visible_to

LONGEST_COMMENT = 4000
# Whoever holds a link may change their mind, but not fill the database.
MOST_ANSWERS_A_DAY = 20


def notice_behind(token: str, *, now: datetime) -> Notice:
    """The notice that the link opens; raises ``LinkUnknown`` or ``LinkExpired``."""
    notice = (
        Notice.objects.select_related("member", "case")
        .prefetch_related("answers")
        .filter(token_digest=digest_of(token))
        .first()
    )
    if notice is None:
        raise LinkUnknown(_("This link is not known."))
    if notice.link_expires_at <= now:
        raise LinkExpired(_("This link is too old."))
    return notice


@transaction.atomic
def mark_opened(*, notice: Notice, now: datetime) -> None:
    """Note that the link was opened for the first time.

    Mail programs open links ahead of people, so this says "delivered to a mailbox" at the least
    and nothing else follows from it.
    """
    if notice.first_opened_at is not None:
        return
    first = Notice.objects.filter(pk=notice.pk, first_opened_at=None).update(first_opened_at=now)
    if not first:
        return
    audit.record(notice.member, "notice.open", notice)
    transaction.on_commit(
        partial(events.notice_opened.send, Notice, notice_id=notice.pk, member_id=notice.member_id)
    )


def record_answer(
    *, token: str, kind: str, comment: str = "", now: datetime | None = None
) -> Answer:
    """Answer by the link; raises ``LinkUnknown``, ``LinkExpired`` or ``Refused``."""
    notice = notice_behind(token, now=now or timezone.now())
    return _answer(notice, kind=kind, comment=comment, by=None)


def answer_notice(*, notice: Notice, kind: str, comment: str = "", actor: User) -> Answer:
    """Answer as a contact who has logged in; raises ``Refused`` where it is not theirs to see."""
    if not notices_visible_to(actor).filter(pk=notice.pk).exists():
        raise LinkUnknown(_("This notice is not known."))
    return _answer(notice, kind=kind, comment=comment, by=actor)


@transaction.atomic
def _answer(notice: Notice, *, kind: str, comment: str, by: User | None) -> Answer:
    """Keep the answer. A later one counts; the earlier stay to be read."""
    comment = storable(comment).strip()
    if kind not in AnswerKind.values:
        raise Refused(_("Choose one of the answers."))
    if len(comment) > LONGEST_COMMENT:
        raise Refused(
            _("The comment is longer than %(most)d characters.") % {"most": LONGEST_COMMENT}
        )
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    _refuse_flood(notice)
    answer = Answer.objects.create(notice=notice, kind=kind, comment=comment, answered_by=by)
    audit.record(by or notice.member, "notice.answer", notice, answer=kind, comment=comment)
    transaction.on_commit(
        partial(
            events.answer_given.send,
            Answer,
            notice_id=notice.pk,
            answer_id=answer.pk,
            member_id=notice.member_id,
            kind=kind,
        )
    )
    return answer


def _refuse_flood(notice: Notice) -> None:
    since = timezone.now() - timedelta(days=1)
    if notice.answers.filter(answered_at__gte=since).count() >= MOST_ANSWERS_A_DAY:
        raise Refused(_("This notice has been answered many times today. Please call us instead."))
