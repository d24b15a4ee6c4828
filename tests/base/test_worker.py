"""Jobs: run, retried, and rescued from workers that died."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.base import sample_jobs
from tests.base.notes import said, wait_for
from varde.base import worker
from varde.base.actions.job import (
    claim_job,
    see_worker,
)
from varde.base.models import DeadJob

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_job_runs_once(notes: Path) -> None:
    sample_jobs.note.enqueue(path=str(notes), text="hello")

    assert worker.run_ready() == 1
    assert worker.run_ready() == 0
    assert said(notes) == ["hello"]
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


def test_a_job_goes_away_with_the_transaction_that_enqueued_it(notes: Path) -> None:
    with transaction.atomic():
        sample_jobs.note.enqueue(path=str(notes), text="never")
        transaction.set_rollback(True)

    assert worker.run_ready() == 0


def test_a_failed_job_waits_as_long_as_its_policy_says_then_dies(notes: Path) -> None:
    sample_jobs.fail.enqueue(path=str(notes))
    waits = []

    for _attempt in range(3):
        DBTaskResult.objects.update(run_after=timezone.now())
        before = timezone.now()
        assert worker.run_ready() == 1
        waits.append(round((DBTaskResult.objects.get().run_after - before).total_seconds()))

    assert waits[:2] == [10, 60]
    assert said(notes) == ["tried"] * 3
    dead = DeadJob.objects.get()
    assert (dead.task, dead.attempts) == ("tests.base.sample_jobs.fail", 3)
    assert dead.arguments == {"args": [], "kwargs": {"path": str(notes)}}
    assert "ValueError: a bad \ufffd day" in dead.error
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


def test_one_bad_job_does_not_stop_the_next(notes: Path) -> None:
    sample_jobs.once.enqueue()
    sample_jobs.note.enqueue(path=str(notes), text="after")

    assert worker.run_ready() == 2
    assert said(notes) == ["after"]


def test_the_job_of_a_silent_worker_goes_to_another(notes: Path) -> None:
    sample_jobs.slowly.enqueue(path=str(notes), seconds=0)
    see_worker(name="silent", now=timezone.now() - timedelta(seconds=61))
    see_worker(name="lively", now=timezone.now())
    row = claim_job(worker="silent", now=timezone.now() - timedelta(seconds=61))
    assert row is not None

    worker.keep_house()

    assert worker.run_ready() == 1
    assert said(notes) == ["begun", "done"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_in_a_thread_ends_when_told(notes: Path) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(stop, 0.05))
    thread.start()
    sample_jobs.note.enqueue(path=str(notes), text="hello")

    wait_for(lambda: said(notes) == ["hello"])
    stop.set()
    thread.join(timeout=10)

    assert not thread.is_alive()
