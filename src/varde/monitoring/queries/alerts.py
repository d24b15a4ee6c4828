"""The triage queue and what stands around one alert.

A page costs the same however long the queue is: it is read along an index from where the last
page ended (keyset), and numbers are counted to a bound only ("more than 1,000"). First the page's
keys are found, in an index alone; then its rows are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from varde.accounts.policies import AnyUser
from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.constituency.queries import organisations_visible_to
from varde.monitoring.enums import AlertStatus
from varde.monitoring.models import Alert, DetectionName
from varde.monitoring.policies import may_see_all_alerts, may_see_own_alerts

COUNT_BOUND = 1000
_NAMED = 400  # of each kind, that a text may stand for


class AlertOrder(models.TextChoices):
    SEVERITY = "severity", _("Most severe first")
    LATEST = "latest", _("Latest first")
    OLDEST = "oldest", _("Oldest first")
    COUNT = "count", _("Most events first")


# The columns a page is ordered by; a minus means from high to low.
_COLUMNS: dict[AlertOrder, tuple[str, ...]] = {
    AlertOrder.SEVERITY: ("-severity", "-last_seen", "-id"),
    AlertOrder.LATEST: ("-last_seen", "-id"),
    AlertOrder.OLDEST: ("last_seen", "id"),
    AlertOrder.COUNT: ("-count", "-id"),
}


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What is asked of the queue; an empty value asks nothing.

    ``severity`` means at least. ``member`` is a handle, or "-" for alerts of no member.
    ``after`` is the cursor that the page before gave.
    """

    status: str = ""
    severity: int = 0
    kind: str = ""
    member: str = ""
    detection: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    order: AlertOrder = AlertOrder.SEVERITY
    after: str = ""


@dataclass(frozen=True, slots=True)
class AlertPage:
    """``after`` leads on to the next page (empty: this is the last). ``more`` = than ``count``."""

    alerts: Sequence[Alert]
    after: str
    count: int
    more: bool


def alerts_visible_to(user: AnyUser) -> QuerySet[Alert]:
    """The alerts that ``user`` may see: all for the centre's operators and auditors.

    A member's contact sees their own organisations' alerts, but none that rest on information for
    named recipients only (TLP:RED). Nobody else sees any.
    """
    if may_see_all_alerts(user):
        return Alert.objects.all()
    if may_see_own_alerts(user):
        # As numbers: a query inside the query would be answered anew for every alert.
        own = list(organisations_visible_to(user).order_by().values_list("pk", flat=True))
        return Alert.objects.filter(_at_one_of(own)).exclude(tlp=TLP.RED)
    return Alert.objects.none()


def alerts_on_this_machine() -> QuerySet[Alert]:
    """All alerts: for the command line, whose user can read the database anyway."""
    return Alert.objects.all()


def filtered(alerts: QuerySet[Alert], wanted: AlertFilter) -> QuerySet[Alert]:
    """Those of ``alerts`` that ``wanted`` asks for, without order or page."""
    exact = {"status": wanted.status, "kind": wanted.kind, "detection": wanted.detection}
    alerts = alerts.filter(**{field: value for field, value in exact.items() if value})
    if wanted.severity:
        alerts = alerts.filter(severity__gte=wanted.severity)
    if wanted.member:
        alerts = alerts.filter(_of_member(wanted.member))
    if wanted.since:
        alerts = alerts.filter(last_seen__gte=wanted.since)
    if wanted.until:
        alerts = alerts.filter(first_seen__lt=wanted.until)
    return alerts.filter(_says(wanted.text)) if wanted.text.strip() else alerts


def alert_page(user: AnyUser, wanted: AlertFilter, *, size: int = 50) -> AlertPage:
    """One page of the queue as ``user`` may see it, in a constant number of queries."""
    alerts = filtered(alerts_visible_to(user), wanted)
    count = _count_to(alerts, COUNT_BOUND)
    columns = _COLUMNS[wanted.order]
    following = alerts.filter(_after(columns, wanted.after)).order_by(*columns)
    keys = list(following.values_list("pk", flat=True)[: size + 1])
    rows = Alert.objects.select_related("member", "assessed_by").defer("why")
    page = list(rows.filter(pk__in=keys[:size]).order_by(*columns))
    after = _cursor(columns, page[-1]) if len(keys) > size else ""
    return AlertPage(page, after, min(count, COUNT_BOUND), count > COUNT_BOUND)


def count_by_status(user: AnyUser) -> dict[str, int]:
    """How many alerts stand in each status, each counted to ``COUNT_BOUND`` + 1."""
    alerts = alerts_visible_to(user)
    return {str(s): _count_to(alerts.filter(status=s), COUNT_BOUND) for s in AlertStatus}


def open_alert_count(user: AnyUser) -> int:
    """How many alerts nobody has looked at, counted to ``COUNT_BOUND`` + 1: for the badge."""
    return _count_to(alerts_visible_to(user).filter(status=AlertStatus.NEW), COUNT_BOUND)


def newest_alert_id(user: AnyUser) -> int:
    """The id of the newest alert that ``user`` may see, 0 where there is none."""
    return alerts_visible_to(user).aggregate(newest=Max("id"))["newest"] or 0


def alert_pulse() -> int:
    """The id of the newest alert of all: tells whether there is news, and nobody what it is."""
    return Alert.objects.aggregate(newest=Max("id"))["newest"] or 0


def alerts_newer_than(user: AnyUser, alert_id: int) -> int:
    """How many alerts came after ``alert_id``, counted to ``COUNT_BOUND`` + 1."""
    return _count_to(alerts_visible_to(user).filter(pk__gt=alert_id), COUNT_BOUND)


def elsewhere(user: AnyUser, alert: Alert, *, limit: int = 20) -> QuerySet[Alert]:
    """The same detection at other members or on other days: how wide it is."""
    others = alerts_visible_to(user).filter(detection=alert.detection).exclude(pk=alert.pk)
    return others.select_related("member").defer("why").order_by("-last_seen", "-id")[:limit]


def hours_of(alert: Alert) -> list[tuple[datetime, int]]:
    """How many events fell in each hour of the alert's window: 24 pairs, exact."""
    hours: list[int] = alert.why.get("hours") or [0] * 24
    return [(alert.window_start + timedelta(hours=n), count) for n, count in enumerate(hours)]


def _of_member(handle: str) -> Q:
    if handle == "-":
        return Q(member__isnull=True)
    found = Organisation.objects.filter(handle=handle).order_by().values_list("pk", flat=True)
    return _at_one_of(list(found))


def _at_one_of(members: list[int]) -> Q:
    # One number, not a list of one: only so the index gives its order too.
    return Q(member_id=members[0]) if len(members) == 1 else Q(member_id__in=members)


def _says(text: str) -> Q:
    """Alerts whose title, detection (which names the indicator) or member's name holds ``text``.

    Where more than 400 of either are called so, the first 400 count.
    """
    text = text.strip()[:200].replace("\0", "")
    members = Organisation.objects.filter(Q(name__icontains=text) | Q(handle__icontains=text))
    names = DetectionName.objects.filter(Q(detection__icontains=text) | Q(title__icontains=text))
    return Q(member_id__in=list(members.order_by().values_list("pk", flat=True)[:_NAMED])) | Q(
        detection__in=list(names.order_by("pk").values_list("detection", flat=True)[:_NAMED])
    )


def _count_to(alerts: QuerySet[Alert], bound: int) -> int:
    return alerts.order_by()[: bound + 1].count()


def _cursor(columns: tuple[str, ...], alert: Alert) -> str:
    """Where ``alert`` stands in the order: its values of ``columns``, readable in a URL."""
    values = (getattr(alert, column.lstrip("-")) for column in columns)
    return "~".join(v.isoformat() if isinstance(v, datetime) else str(v) for v in values)


def _after(columns: tuple[str, ...], cursor: str) -> Q:
    """Rows that come after ``cursor`` in the order; a cursor that makes no sense is the start."""
    texts = cursor.split("~")
    if len(texts) != len(columns):
        return Q()
    try:
        values = [_value(column.lstrip("-"), text) for column, text in zip(columns, texts)]  # noqa: B905 - lengths are equal
    except (ValueError, OverflowError):
        return Q()
    names = [(c.lstrip("-"), "lt" if c.startswith("-") else "gt") for c in columns]
    after, same = Q(), Q()
    for (name, way), value in zip(names, values, strict=True):
        after |= same & Q(**{f"{name}__{way}": value})
        same &= Q(**{name: value})
    # Says again what follows from the rest, in the form that an index can be entered by.
    first, way = names[0]
    return Q(**{f"{first}__{way}e": values[0]}) & after


def _value(column: str, text: str) -> datetime | int:
    if column != "last_seen":
        number = int(text)
        if not 0 <= number < 2**63:
            raise OverflowError(text)
        return number
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)
