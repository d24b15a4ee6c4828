"""The worker as a process: killed, told to end, and two at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.base import sample_jobs
from tests.base.notes import said, wait_for
from varde.base.models import JobWorker

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


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
    process = subprocess.Popen([sys.executable, "-m", "varde.project", "worker"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


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
