"""Jobs: claimed, buried, revived, forgotten; and the clock that enqueues them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.base import sample_jobs
from varde.accounts.models import User
from varde.base import jobs, worker
from varde.base.actions.job import (
    claim_job,
    enqueue_due,
    fail_job,
    finish_job,
    forget_jobs,
    rescue_job,
    revive_job,
)
from varde.base.errors import Refused
from varde.base.models import AuditEntry, DeadJob
from varde.base.queries import dead_jobs

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_dead_job_can_be_run_again_once(notes: Path, lead: User) -> None:
    sample_jobs.once.enqueue()
    worker.run_ready()
    dead = dead_jobs().get()

    revive_job(dead=dead, actor=lead, now=NOW)

    assert not dead_jobs().exists()
    assert DBTaskResult.objects.ready().count() == 1
    assert AuditEntry.objects.get().action == "job.revive"
    with pytest.raises(Refused):
        revive_job(dead=dead, actor=lead, now=NOW)


def test_only_one_worker_gets_a_job(notes: Path) -> None:
    sample_jobs.note.enqueue(path=str(notes), text="x")

    assert claim_job(worker="a", now=NOW) is not None
    assert claim_job(worker="b", now=NOW) is None


def test_a_worker_can_be_kept_to_some_queues(notes: Path) -> None:
    sample_jobs.note.using(queue_name="slow").enqueue(path=str(notes), text="x")

    assert claim_job(worker="a", now=NOW, queues=["default"]) is None
    assert claim_job(worker="a", now=NOW, queues=["slow"]) is not None


def test_a_worker_taken_for_dead_cannot_overwrite_what_happened_since(notes: Path) -> None:
    sample_jobs.slowly.enqueue(path=str(notes), seconds=0)
    stale = claim_job(worker="a", now=NOW)
    assert stale is not None
    rescue_job(row=stale, now=NOW)
    fresh = claim_job(worker="b", now=NOW + timedelta(seconds=1))
    assert fresh is not None

    finish_job(row=stale, now=NOW)
    fail_job(row=stale, error="late", now=NOW)

    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING
    finish_job(row=fresh, now=NOW)
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    assert not DeadJob.objects.exists()


def test_a_job_that_kills_its_workers_is_buried(notes: Path) -> None:
    sample_jobs.slowly.enqueue(path=str(notes), seconds=0)

    for number in range(3):
        row = claim_job(worker=f"w{number}", now=NOW)
        assert row is not None
        rescue_job(row=row, now=NOW)

    assert claim_job(worker="w9", now=NOW) is None
    assert "died" in DeadJob.objects.get().error


def test_old_jobs_are_forgotten_and_the_dead_are_not(notes: Path) -> None:
    sample_jobs.note.enqueue(path=str(notes), text="x")
    sample_jobs.once.enqueue()
    worker.run_ready()
    later = timezone.now() + timedelta(days=40)

    assert forget_jobs(finished_before=later, failed_before=later) == 2
    assert DeadJob.objects.count() == 1


@pytest.fixture
def every_five_minutes(monkeypatch: pytest.MonkeyPatch) -> str:
    """The one periodic job there is."""
    path = sample_jobs.once.module_path
    monkeypatch.setattr(jobs, "_schedules", {path: jobs.Schedule(sample_jobs.once, "*/5 * * * *")})
    return path


def test_a_periodic_job_is_enqueued_once_by_two_schedulers(every_five_minutes: str) -> None:
    assert enqueue_due(now=NOW) == []
    later = NOW + timedelta(minutes=5)

    assert [enqueue_due(now=later), enqueue_due(now=later)] == [[every_five_minutes], []]
    assert DBTaskResult.objects.count() == 1


def test_times_missed_are_made_up_for_once(every_five_minutes: str) -> None:
    enqueue_due(now=NOW)

    enqueue_due(now=NOW + timedelta(hours=2))

    assert DBTaskResult.objects.count() == 1


def test_a_periodic_job_that_still_waits_is_not_piled_up(every_five_minutes: str) -> None:
    enqueue_due(now=NOW)

    for minutes in range(5, 60, 5):
        enqueue_due(now=NOW + timedelta(minutes=minutes))

    assert DBTaskResult.objects.count() == 1


def test_a_periodic_job_that_keeps_failing_is_one_dead_job(every_five_minutes: str) -> None:
    enqueue_due(now=NOW)

    for minutes in (5, 10, 15):
        enqueue_due(now=NOW + timedelta(minutes=minutes))
        worker.run_ready()

    assert DeadJob.objects.get().attempts == 3


def test_a_job_this_version_does_not_know_dies_visibly(notes: Path) -> None:
    sample_jobs.note.enqueue(path=str(notes), text="x")
    DBTaskResult.objects.update(task_path="varde.base.tasks.gone")

    worker.run_ready()

    dead = DeadJob.objects.get()
    assert "gone" in dead.error
    with pytest.raises(Refused):
        revive_job(dead=dead, actor=None, now=NOW)
