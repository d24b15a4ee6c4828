"""Reads that every floor may need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from varde.base.models import AuditEntry, DeadJob, JobWorker, Revision

JobRow = DBTaskResult[..., Any]


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the job queue does; ``oldest`` is when the longest waiting job was enqueued."""

    ready: int
    running: int
    dead: int
    workers: int
    oldest: datetime | None


def current_revision(name: str) -> int:
    """How often the facts called ``name`` have changed; 0 where they never did."""
    return Revision.objects.filter(name=name).values_list("number", flat=True).first() or 0


def latest_entries() -> QuerySet[AuditEntry]:
    """The audit chain with its details, newest first."""
    return AuditEntry.objects.select_related("detail").order_by("-sequence")


def dead_jobs() -> QuerySet[DeadJob]:
    """Jobs that failed for good and were not run again, newest first."""
    return DeadJob.objects.filter(revived_at__isnull=True)


def queue_state(seen_since: datetime) -> QueueState:
    """The job queue in figures; ``workers`` counts those seen since then."""
    ready = DBTaskResult.objects.ready()
    oldest = ready.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    return QueueState(
        ready=ready.count(),
        running=DBTaskResult.objects.running().count(),
        dead=dead_jobs().count(),
        workers=JobWorker.objects.filter(seen_at__gte=seen_since).count(),
        oldest=oldest,
    )


def abandoned_jobs(*, seen_since: datetime, gone: Callable[[str], bool]) -> list[JobRow]:
    """Running jobs whose worker was not seen since then, or is known to be ``gone``."""
    running = list(DBTaskResult.objects.running().exclude(worker_ids=[]))
    if not running:
        return []
    alive = set(JobWorker.objects.filter(seen_at__gte=seen_since).values_list("name", flat=True))
    return [row for row in running if row.worker_ids[-1] not in alive or gone(row.worker_ids[-1])]
