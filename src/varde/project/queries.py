"""Reads over the whole house, for the people who run it: counts and ages, never contents.

The only reads without ``visible_to``: they are for the machine's operator, not for a user.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min, Q

from varde.accounts.models import User
from varde.base.models import AuditEntry, AuditHead, DeadJob
from varde.base.queries import QueueState, dead_jobs, queue_state
from varde.constituency.models import Organisation
from varde.incidents.enums import CaseStatus
from varde.incidents.models import Case, Notice
from varde.intel.models import Indicator
from varde.monitoring.enums import AlertStatus, BatchState
from varde.monitoring.models import Alert, Batch, Sensor
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery

UNDELIVERED = (DeliveryState.QUEUED, DeliveryState.SENDING)


def counts() -> dict[str, int]:
    """How much there is of everything that people ask for."""
    return {
        "users": User.objects.count(),
        "members": Organisation.objects.count(),
        "indicators": Indicator.objects.count(),
        "sensors": Sensor.objects.count(),
        "batches": Batch.objects.count(),
        "alerts": Alert.objects.count(),
        "alerts_new": Alert.objects.filter(status=AlertStatus.NEW).count(),
        "cases": Case.objects.count(),
        "cases_open": Case.objects.exclude(status=CaseStatus.CLOSED).count(),
        "notices": Notice.objects.count(),
        "notices_unanswered": Notice.objects.filter(answers=None).count(),
        "dead_jobs": dead_jobs().count(),
        "audit_entries": AuditHead.objects.values_list("sequence", flat=True).first() or 0,
    }


def queues(now: datetime) -> dict[str, dict[str, float]]:
    """How many wait in each queue, and for how many seconds the first has been overdue."""
    waiting = Delivery.objects.filter(state__in=UNDELIVERED)
    outbox = waiting.aggregate(count=Count("id"), oldest=Min("due_at"))
    jobs = job_state(now)
    return {
        "outbox": _queue(outbox["count"], outbox["oldest"], now),
        "jobs": _queue(jobs.ready, jobs.oldest, now),
    }


def job_state(now: datetime) -> QueueState:
    """The job queue, with the workers seen within the last minute."""
    return queue_state(now - timedelta(minutes=1))


def _queue(count: int, oldest: datetime | None, now: datetime) -> dict[str, float]:
    age = (now - oldest).total_seconds() if oldest else 0.0
    return {"count": count, "oldest_seconds": round(max(0.0, age), 1)}


def failed_batches() -> int:
    """Batches that were kept but could not be worked through."""
    return Batch.objects.filter(state=BatchState.FAILED).count()


def last_events() -> list[dict[str, object]]:
    """For each sensor: when it last sent, and how old its newest event was."""
    fields: Sequence[str] = ("name", "last_batch_at", "last_event_at")
    return [dict(row) for row in Sensor.objects.order_by("name").values(*fields)]


def silent_sensors(now: datetime, patience: timedelta) -> list[str]:
    """Sensors that have sent before, but not within ``patience``."""
    late = Sensor.objects.filter(last_batch_at__lt=now - patience).order_by("name")
    return list(late.values_list("name", flat=True))


def people() -> dict[str, int]:
    """How many may come in at all, by role."""
    rows = User.objects.filter(is_active=True).values("role").annotate(count=Count("id"))
    return {row["role"]: row["count"] for row in rows.order_by("role")}


def newest_moment() -> datetime | None:
    """The latest time that any audit entry states."""
    newest = AuditEntry.objects.aggregate(newest=Max("at"))["newest"]
    return newest if isinstance(newest, datetime) else None


def members_without_contact(now: datetime) -> int:
    """Members that a notice could not reach today."""
    valid = Q(contacts__valid_from__lte=now) & (
        Q(contacts__valid_to=None) | Q(contacts__valid_to__gt=now)
    )
    reachable = Organisation.objects.filter(valid & ~Q(contacts__email="")).values("id")
    current = Organisation.objects.filter(Q(valid_to=None) | Q(valid_to__gt=now))
    return current.exclude(id__in=reachable).count()


def dead_job_rows() -> Iterator[dict[str, object]]:
    """Every job that gave up and was not run again, newest first."""
    for dead in dead_jobs():
        yield {
            "id": dead.uid,
            "task": dead.task,
            "attempts": dead.attempts,
            "died_at": dead.died_at,
            "error": dead.error.strip().rpartition("\n")[2],
        }


def dead_job_called(uid: str) -> DeadJob | None:
    """The job that gave up under this id."""
    try:
        return dead_jobs().filter(uid=uid).first()
    except ValidationError:  # no id at all
        return None


def sensor_rows() -> Iterator[dict[str, object]]:
    """Every sensor with its latest placement, by name."""
    for sensor in Sensor.objects.prefetch_related("placements__organisation").order_by("name"):
        latest = max(sensor.placements.all(), key=lambda p: p.valid_from, default=None)
        yield {
            "name": sensor.name,
            "format": sensor.format,
            "member": latest.organisation.handle if latest else None,
            "since": latest.valid_from if latest else None,
            "last_batch_at": sensor.last_batch_at,
            "last_event_at": sensor.last_event_at,
        }


def member_called(handle: str) -> Organisation | None:
    return Organisation.objects.filter(handle=handle).first()
