"""What happens to a job: claimed, finished, tried again, buried, revived; and the clock's jobs.

A claim names its moment (``started_at``); every later change of a running job asks for that
moment, so a worker that was taken for dead cannot overwrite what happened since.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from varde.base import audit, chain
from varde.base.errors import Refused
from varde.base.jobs import policy_of, schedules
from varde.base.models import DeadJob, JobWorker, PeriodicRun
from varde.base.queries import JobRow

# A worker's death says nothing about the job, so even a job of one attempt gets these.
DEATHS = 3
_LOOK_AHEAD = 5
_LONGEST_ERROR = 20_000


def claim_job(*, worker: str, now: datetime, queues: Iterable[str] | None = None) -> JobRow | None:
    """The next job that is ready, now running in ``worker``; None where there is none."""
    ready = DBTaskResult.objects.ready()
    if queues is not None:
        ready = ready.filter(queue_name__in=list(queues))
    # Read first, then a conditional update: an idle worker takes no lock.
    for found in ready[:_LOOK_AHEAD]:
        workers = [*found.worker_ids, worker]
        claimed = DBTaskResult.objects.filter(
            pk=found.pk, status=TaskResultStatus.READY, run_after=found.run_after
        ).update(status=TaskResultStatus.RUNNING, started_at=now, worker_ids=workers)
        if claimed:
            found.status, found.started_at, found.worker_ids = (
                TaskResultStatus.RUNNING,
                now,
                workers,
            )
            return found
    return None


def finish_job(*, row: JobRow, now: datetime) -> None:
    """Say that the job is done."""
    _claimed(row).update(
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=now,
        exception_class_path="",
        traceback="",
    )


@transaction.atomic
def fail_job(*, row: JobRow, error: str, now: datetime) -> datetime | None:
    """Try the job again later, or bury it after its last attempt; when, or None."""
    wait = policy_of(row.task_path).wait(len(row.worker_ids))
    if wait is not None:
        _try_again(row, error, now + wait)
        return now + wait
    _bury(row, error, now)
    return None


@transaction.atomic
def rescue_job(*, row: JobRow, now: datetime) -> None:
    """Give a job whose worker died to the next worker, unless it seems to kill workers."""
    error = f"The worker {row.worker_ids[-1]} died."
    if len(row.worker_ids) < max(policy_of(row.task_path).attempts, DEATHS):
        _try_again(row, error, now)
    else:
        _bury(row, error, now)


@transaction.atomic
def revive_job(*, dead: DeadJob, actor: models.Model | None, now: datetime) -> None:
    """Enqueue a dead job once more, with all its attempts."""
    dead = DeadJob.objects.select_for_update().get(pk=dead.pk)
    if dead.revived_at:
        raise Refused(_("This job has been run again already."))
    task = _task_at(dead.task)

    dead.revived_at = now
    dead.save(update_fields=["revived_at"])
    task.enqueue(*dead.arguments.get("args", []), **dead.arguments.get("kwargs", {}))
    audit.record(actor, "job.revive", dead, task=dead.task)


def enqueue_due(*, now: datetime) -> list[str]:
    """Enqueue each periodic job that has become due; the paths of those.

    Any number of schedulers may call this: each due time is enqueued once. Times missed while
    nobody looked are enqueued as one, and a job that still waits is not enqueued again.
    """
    known = dict(PeriodicRun.objects.values_list("task", "due_at"))
    return [
        path
        for path, schedule in schedules().items()
        if _enqueue_once(path, schedule.task, known.get(path), schedule.last_due(now))
    ]


@transaction.atomic
def see_worker(*, name: str, now: datetime) -> None:
    """Note that a worker lives."""
    JobWorker.objects.update_or_create(name=name, defaults={"seen_at": now})


def forget_workers(*, names: Iterable[str] = (), unseen_since: datetime | None = None) -> None:
    """Remove workers that ended, or that have not been seen for long."""
    JobWorker.objects.filter(name__in=list(names)).delete()
    if unseen_since:
        JobWorker.objects.filter(seen_at__lt=unseen_since).delete()


def forget_jobs(*, finished_before: datetime, failed_before: datetime) -> int:
    """Remove rows of jobs that ended; the dead ones live on as ``DeadJob``. How many."""
    done = DBTaskResult.objects.successful().filter(finished_at__lt=finished_before)
    failed = DBTaskResult.objects.failed().filter(finished_at__lt=failed_before)
    return int(done.delete()[0] + failed.delete()[0])


def _claimed(row: JobRow) -> models.QuerySet[JobRow]:
    """The row, if it still is what this worker claimed."""
    return DBTaskResult.objects.filter(
        pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at
    )


def _try_again(row: JobRow, error: str, at: datetime) -> None:
    _claimed(row).update(status=TaskResultStatus.READY, run_after=at, traceback=_storable(error))


def _bury(row: JobRow, error: str, now: datetime) -> None:
    """Give up. A periodic job that keeps failing is one dead job, not one a minute."""
    error = _storable(error)
    buried = _claimed(row).update(status=TaskResultStatus.FAILED, finished_at=now, traceback=error)
    if not buried:
        return
    attempts = len(row.worker_ids)
    if row.task_path in schedules():
        waiting = DeadJob.objects.filter(task=row.task_path, revived_at__isnull=True)
        if waiting.update(attempts=models.F("attempts") + attempts, error=error, died_at=now):
            return
    DeadJob.objects.create(
        task=row.task_path, arguments=row.args_kwargs, attempts=attempts, error=error
    )


def _storable(error: str) -> str:
    """The end of a traceback, which says most, in characters that PostgreSQL takes."""
    return chain.text(error)[-_LONGEST_ERROR:]


def _task_at(path: str) -> Task[..., Any]:
    try:
        task = import_string(path)
    except ImportError:
        task = None
    if not isinstance(task, Task):
        raise Refused(_("This version has no such job any more."))
    return task


@transaction.atomic
def _enqueue_once(path: str, task: Task[[], Any], before: datetime | None, due: datetime) -> bool:
    """Enqueue ``task`` unless another scheduler did, or the last one still waits."""
    if before is None:
        # First seen: it waits for its time. A fresh installation should not run all at once.
        PeriodicRun.objects.get_or_create(task=path, defaults={"due_at": due})
        return False
    if before >= due:
        return False
    if not PeriodicRun.objects.filter(task=path, due_at__lt=due).update(due_at=due):
        return False
    if DBTaskResult.objects.filter(task_path=path, status=TaskResultStatus.READY).exists():
        return False
    task.enqueue()
    return True
