"""Jobs: run, retried, buried, revived, rescued; and the clock that enqueues them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
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
    see_worker,
)
from varde.base.errors import Refused
from varde.base.models import AuditEntry, DeadJob, JobWorker
from varde.base.queries import abandoned_jobs, dead_jobs, queue_state

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    file = tmp_path / "notes"
    file.touch()
    return file


def said(notes: Path) -> list[str]:
    return [line.split(" ", 1)[1] for line in notes.read_text().splitlines()]


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


def test_a_job_this_version_does_not_know_dies_visibly(notes: Path) -> None:
    sample_jobs.note.enqueue(path=str(notes), text="x")
    DBTaskResult.objects.update(task_path="varde.base.tasks.gone")

    worker.run_ready()

    dead = DeadJob.objects.get()
    assert "gone" in dead.error
    with pytest.raises(Refused):
        revive_job(dead=dead, actor=None, now=NOW)


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


def test_the_job_of_a_silent_worker_goes_to_another(notes: Path) -> None:
    sample_jobs.slowly.enqueue(path=str(notes), seconds=0)
    see_worker(name="silent", now=timezone.now() - timedelta(seconds=61))
    see_worker(name="lively", now=timezone.now())
    row = claim_job(worker="silent", now=timezone.now() - timedelta(seconds=61))
    assert row is not None

    worker.keep_house()

    assert worker.run_ready() == 1
    assert said(notes) == ["begun", "done"]


def test_the_job_of_a_lively_worker_is_left_alone(notes: Path) -> None:
    sample_jobs.slowly.enqueue(path=str(notes), seconds=0)
    see_worker(name="lively", now=timezone.now())
    claim_job(worker="lively", now=timezone.now() - timedelta(hours=3))

    assert abandoned_jobs(seen_since=timezone.now() - worker.LEASE, gone=lambda _name: False) == []


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


def test_the_queue_tells_how_it_does(notes: Path) -> None:
    sample_jobs.once.enqueue()
    worker.run_ready()
    sample_jobs.note.enqueue(path=str(notes), text="x")

    state = queue_state(seen_since=NOW)

    assert (state.ready, state.running, state.dead, state.workers) == (1, 0, 1, 0)
    assert state.oldest is not None


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


@contextmanager
def a_worker(home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A real worker on the test's database."""
    with connection.cursor():
        name = str(connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "VARDE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "varde.project.settings",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    if connection.vendor == "sqlite":
        (home / "varde.sqlite3").unlink(missing_ok=True)
        (home / "varde.sqlite3").symlink_to(name)
    else:
        url = os.environ["VARDE_DATABASE_URL"]
        path, query = [*url.split("?", 1), ""][:2]
        environment["VARDE_DATABASE_URL"] = f"{path.rsplit('/', 1)[0]}/{name}?{query}".rstrip("?")
    process = subprocess.Popen([sys.executable, "-m", "django", "work"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_no_job(notes: Path, tmp_path: Path) -> None:
    sample_jobs.slowly.enqueue(path=str(notes), seconds=30)
    with a_worker(tmp_path) as process:
        wait_for(lambda: said(notes) == ["begun"])
        process.send_signal(signal.SIGKILL)
        process.wait()
    DBTaskResult.objects.update(
        args_kwargs={"args": [], "kwargs": {"path": str(notes), "seconds": 0}}
    )

    with a_worker(tmp_path):
        wait_for(lambda: said(notes) == ["begun", "begun", "done"])
        wait_for(lambda: DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL)


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_end_finishes_its_job(notes: Path, tmp_path: Path) -> None:
    sample_jobs.slowly.enqueue(path=str(notes), seconds=1)
    with a_worker(tmp_path) as process:
        wait_for(lambda: said(notes) == ["begun"])
        process.terminate()
        assert process.wait(timeout=20) == 0

    assert said(notes) == ["begun", "done"]
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    assert not JobWorker.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_jobs_and_run_each_once(notes: Path, tmp_path: Path) -> None:
    with transaction.atomic():
        for number in range(60):
            sample_jobs.note.enqueue(path=str(notes), text=str(number))

    with a_worker(tmp_path), a_worker(tmp_path):
        wait_for(lambda: len(said(notes)) >= 60, seconds=40)
        wait_for(lambda: not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists())

    assert sorted(map(int, said(notes))) == list(range(60))


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
