"""Notices as plain rows, for the command line on this machine."""

from collections.abc import Iterator

from varde.incidents.models import Notice
from varde.incidents.queries.notices import notice_list
from varde.notify.models import Delivery

Row = dict[str, object]
_CHUNK = 500


def notice_rows(*, member: str = "", unanswered: bool = False) -> Iterator[Row]:
    """Every notice, newest first; of one member (its handle); only those without an answer.

    Whoever can run commands on the machine can read the database: there is no user to ask about.
    The secret of the link is in no row, and nowhere else either.
    """
    notices = notice_list(Notice.objects.all()).prefetch_related("alerts", "answers")
    if member:
        notices = notices.filter(member__handle=member)
    if unanswered:
        notices = notices.filter(answers__isnull=True)
    for notice in notices.iterator(chunk_size=_CHUNK):
        yield _row(notice)


def _row(notice: Notice) -> Row:
    deliveries = notice.notification.deliveries.all() if notice.notification else []
    latest = next(iter(notice.answers.all()), None)
    return {
        "id": str(notice.uid),
        "number": notice.number,
        "member": notice.member.handle,
        "subject": notice.subject,
        "language": notice.language,
        "tlp": notice.tlp,
        "case": notice.case.number if notice.case else None,
        "alerts": [str(alert.uid) for alert in notice.alerts.all()],
        "created_at": notice.created_at.isoformat(),
        "answer_by": notice.answer_by.isoformat() if notice.answer_by else None,
        "deliveries": [_delivery(delivery) for delivery in deliveries],
        "opened_at": notice.first_opened_at.isoformat() if notice.first_opened_at else None,
        "answer": latest.kind if latest else None,
        "comment": latest.comment if latest else None,
        "answered_at": latest.answered_at.isoformat() if latest else None,
    }


def _delivery(delivery: Delivery) -> Row:
    attempts = [
        {
            "at": attempt.at.isoformat(),
            "succeeded": attempt.succeeded,
            "permanent": attempt.permanent,
            "response": attempt.response,
            "seconds": attempt.seconds,
        }
        for attempt in delivery.attempts.all()
    ]
    return {
        "address": delivery.address,
        "state": delivery.state,
        "message_id": delivery.message_id,
        "attempts": attempts,
    }
