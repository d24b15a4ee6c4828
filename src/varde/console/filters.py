"""What the address of a list asks for."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from varde.monitoring.enums import AlertStatus, DetectionKind, Severity
from varde.monitoring.queries import AlertFilter, AlertOrder

ALL = "all"
PERIODS: dict[str, tuple[timedelta, object]] = {
    "1h": (timedelta(hours=1), _("Last hour")),
    "24h": (timedelta(hours=24), _("Last 24 hours")),
    "7d": (timedelta(days=7), _("Last 7 days")),
    "30d": (timedelta(days=30), _("Last 30 days")),
}


def alert_filter(asked: Mapping[str, str], now: datetime) -> AlertFilter:
    """The queue that ``asked`` (of an address) describes; what makes no sense asks nothing.

    Without a status the queue is what nobody has looked at yet.
    """
    status = asked.get("status", AlertStatus.NEW)
    period = PERIODS.get(asked.get("period", ""))
    return AlertFilter(
        status=status if status in AlertStatus.values else "",
        severity=_severity(asked.get("severity", "")),
        kind=asked["kind"] if asked.get("kind") in DetectionKind.values else "",
        member=asked.get("member", "").strip()[:64],
        detection=asked.get("detection", "").strip()[:300],
        text=asked.get("text", "").strip()[:200],
        since=now - period[0] if period else moment(asked.get("since", "")),
        until=moment(asked.get("until", "")),
        order=AlertOrder(asked["order"])
        if asked.get("order") in AlertOrder.values
        else AlertOrder.SEVERITY,
        after=asked.get("after", "")[:200],
    )


def moment(text: str) -> datetime | None:
    """``2026-11-24T10:15`` as the reader's clock has it; None where it is no time."""
    try:
        parsed = parse_datetime(text)
        if parsed is None:
            return None
        aware = parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)
        aware.astimezone(UTC)  # a time at the end of the calendar has no other zone's form
    except (ValueError, OverflowError):
        return None
    return aware


def _severity(text: str) -> int:
    return int(text) if text in map(str, Severity.values) else 0
