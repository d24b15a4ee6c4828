"""Which notices a person may see, and what came of them."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from varde.accounts.enums import Role
from varde.accounts.models import User
from varde.constituency.queries import organisations_visible_to
from varde.incidents.models import Answer, Case, Notice
from varde.incidents.policies import may_read_all_cases
from varde.notify.models import Delivery


def notices_visible_to(user: User) -> QuerySet[Notice]:
    """All to those who work on cases and to auditors; a member's own to its contacts; else none."""
    if may_read_all_cases(user):
        return Notice.objects.all()
    if user.is_active and user.role == Role.MEMBER:
        return Notice.objects.filter(member__in=organisations_visible_to(user))
    return Notice.objects.none()


def notice_list(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """``notices`` ready for a list: member, case, latest answer and deliveries in four queries.

    Adds ``answer_kind``, ``answer_comment`` and ``answered_at`` (of the latest answer; null where
    there is none).
    """
    latest = Answer.objects.filter(notice=OuterRef("pk")).order_by("-answered_at", "-id")
    deliveries = Delivery.objects.order_by("id").prefetch_related("attempts")
    return (
        notices.select_related("member", "case", "notification")
        .annotate(
            answer_kind=Subquery(latest.values("kind")[:1]),
            answer_comment=Subquery(latest.values("comment")[:1]),
            answered_at=Subquery(latest.values("answered_at")[:1]),
        )
        .prefetch_related(Prefetch("notification__deliveries", queryset=deliveries))
        .order_by("-created_at", "-id")
    )


def notices_of_case(user: User, case: Case) -> QuerySet[Notice]:
    """The notices that a case has sent, ready for a list."""
    return notice_list(notices_visible_to(user).filter(case=case))


def notices_on_alerts(user: User, alert_ids: Iterable[int]) -> dict[int, list[Notice]]:
    """The notices about each alert, newest first, ready for a list."""
    found: dict[int, list[Notice]] = {}
    through = Notice.alerts.through.objects.filter(alert_id__in=list(alert_ids))
    pairs = list(through.values_list("alert_id", "notice_id"))
    visible = notices_visible_to(user).filter(pk__in={notice_id for _, notice_id in pairs})
    notices = {notice.pk: notice for notice in notice_list(visible)}
    for alert_id, notice_id in sorted(pairs, key=lambda pair: -pair[1]):
        if notice_id in notices:
            found.setdefault(alert_id, []).append(notices[notice_id])
    return found


def answers_on_alerts(user: User, alert_ids: Iterable[int]) -> dict[int, Answer]:
    """The latest answer on each alert that has one."""
    through = Notice.alerts.through.objects.filter(alert_id__in=list(alert_ids))
    pairs = list(through.values_list("alert_id", "notice_id"))
    given = (
        Answer.objects.filter(
            notice__in=notices_visible_to(user), notice_id__in={notice for _, notice in pairs}
        )
        .select_related("notice__member")
        .order_by("answered_at", "id")
    )
    latest = {answer.notice_id: answer for answer in given}
    by_age = sorted(
        (pair for pair in pairs if pair[1] in latest),
        key=lambda pair: (latest[pair[1]].answered_at, latest[pair[1]].pk),
    )
    return {alert_id: latest[notice_id] for alert_id, notice_id in by_age}


def recent_answer_count(user: User, *, days: int = 7) -> int:
    """How many notices were answered in the last ``days``: what the badge shows."""
    since = timezone.now() - timedelta(days=days)
    return Answer.objects.filter(
        notice__in=notices_visible_to(user), answered_at__gte=since
    ).count()
