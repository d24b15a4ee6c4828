"""What is going on, in numbers: for the person on duty and for leadership, who see no more.

Every figure is of a period, says so, and follows from rows that can be counted by hand.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, F, Func, Max, Min, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.accounts.policies import may_see_figures
from varde.base.errors import NotAllowed
from varde.constituency.models import Organisation
from varde.incidents.enums import AnswerKind, CaseStatus
from varde.incidents.models import Answer, Case, Notice
from varde.monitoring.enums import AlertStatus, Severity
from varde.monitoring.models import Alert, Sensor
from varde.monitoring.queries.batches import SILENT_AFTER
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery

HOURS = 7 * 24
NOTICE_DAYS = 30
_OPEN = (AlertStatus.NEW, AlertStatus.IN_CASE)


class _Hour(Func):
    """The UTC hour of a time as text, "2026-11-24 10", on either database.

    Django's own ``TruncHour`` calls Python for each row on SQLite: a second for 100,000 alerts.
    """

    output_field = TextField()
    template = "to_char(%(expressions)s at time zone 'UTC', 'YYYY-MM-DD HH24')"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: object
    ) -> tuple[str, tuple[str | int, ...]]:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 13)")


@dataclass(frozen=True, slots=True)
class Answers:
    """Notices of the last thirty days; ``overdue`` are past the time that was asked for."""

    sent: int
    answered: int
    overdue: int
    kinds: dict[str, int]

    @property
    def unanswered(self) -> int:
        return self.sent - self.answered


@dataclass(frozen=True, slots=True)
class Figures:
    """Alerts by the hour they were last seen, without a gap, and what waits now.

    ``severe`` are high and critical, ``other`` the rest. ``by_kind``, ``by_county``: open alerts.
    """

    hours: list[datetime]
    severe: list[int]
    other: list[int]
    waiting: int
    waiting_critical: int
    by_kind: dict[str, int]
    by_county: dict[str, int]
    open_cases: int
    answers: Answers
    time_to_notify: timedelta | None
    undelivered: int
    sensors: int
    silent_sensors: int

    @property
    def speaking(self) -> int:
        return self.sensors - self.silent_sensors


def figures(user: User, *, now: datetime) -> Figures:
    """All figures of the dashboard, in a constant number of queries.

    Raises ``NotAllowed`` where ``user`` may not see them.
    """
    if not may_see_figures(user):
        raise NotAllowed(_("You may not see figures."))
    hours = _grid(now)
    severe, other = _by_hour(hours)
    waiting = _waiting()
    kinds, counties = _where()
    sensors = list(Sensor.objects.values_list("last_batch_at", flat=True))
    notices = Notice.objects.filter(created_at__gte=now - timedelta(days=NOTICE_DAYS))
    return Figures(
        hours=hours,
        severe=severe,
        other=other,
        waiting=sum(waiting.values()),
        waiting_critical=waiting.get(Severity.CRITICAL, 0),
        by_kind=kinds,
        by_county=counties,
        open_cases=Case.objects.exclude(status=CaseStatus.CLOSED).count(),
        answers=_answers(notices, now),
        time_to_notify=_time_to_notify(notices),
        undelivered=Delivery.objects.filter(state=DeliveryState.FAILED).count(),
        sensors=len(sensors),
        silent_sensors=sum(1 for last in sensors if not last or now - last > SILENT_AFTER),
    )


def _grid(now: datetime) -> list[datetime]:
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [last - timedelta(hours=n) for n in reversed(range(HOURS))]


def _by_hour(hours: Sequence[datetime]) -> tuple[list[int], list[int]]:
    rows = (
        Alert.objects.filter(last_seen__gte=hours[0])
        .order_by()
        .annotate(hour=_Hour(F("last_seen")))
        .values("hour")
        .annotate(
            severe=Count("pk", filter=Q(severity__gte=Severity.HIGH)),
            every=Count("pk"),
        )
    )
    counts = {row["hour"]: (row["severe"], row["every"] - row["severe"]) for row in rows}
    pairs = [counts.get(f"{hour:%Y-%m-%d %H}", (0, 0)) for hour in hours]
    return [severe for severe, _other in pairs], [other for _severe, other in pairs]


def _waiting() -> dict[int, int]:
    """How many alerts nobody has looked at, by severity."""
    rows = Alert.objects.filter(status=AlertStatus.NEW).order_by().values_list("severity")
    return dict(rows.annotate(n=Count("pk")))


def _where() -> tuple[dict[str, int], dict[str, int]]:
    """Open alerts by the member's kind and by its county.

    Counted by member first: joining each alert to its member takes three times as long.
    """
    rows = (
        Alert.objects.filter(status__in=_OPEN, member__isnull=False)
        .order_by()
        .values_list("member")
        .annotate(n=Count("pk"))
    )
    places = {pk: (kind, county) for pk, kind, county in _members()}
    kinds: Counter[str] = Counter()
    counties: Counter[str] = Counter()
    for member, count in rows:
        kind, county = places[member]
        kinds[kind] += count
        if county:
            counties[county] += count
    return dict(kinds.most_common()), dict(counties)


def _members() -> QuerySet[Organisation, tuple[int, str, str]]:
    return Organisation.objects.order_by().values_list("pk", "kind", "county")


def _answers(notices: QuerySet[Notice], now: datetime) -> Answers:
    latest = Answer.objects.filter(notice=OuterRef("pk")).order_by("-answered_at", "-id")
    rows = notices.order_by().annotate(answer=Subquery(latest.values("kind")[:1]))
    told = list(rows.values_list("answer", "answer_by"))
    kinds = Counter(kind for kind, _by in told if kind)
    return Answers(
        sent=len(told),
        answered=sum(kinds.values()),
        overdue=sum(1 for kind, by in told if not kind and by and by < now),
        kinds={str(kind): kinds.get(kind, 0) for kind in AnswerKind},
    )


def _time_to_notify(notices: QuerySet[Notice]) -> timedelta | None:
    """From the first alert of a notice being raised until the notice is written: the median."""
    rows: Iterable[tuple[datetime, datetime]] = (
        notices.order_by()
        .values_list("pk")
        .annotate(sent=Max("created_at"), raised=Min("alerts__created_at"))
        .filter(raised__isnull=False)
        .values_list("sent", "raised")
    )
    waits = [max((sent - raised).total_seconds(), 0.0) for sent, raised in rows]
    return timedelta(seconds=median(waits)) if waits else None
