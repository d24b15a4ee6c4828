"""What the job queue says of itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.base import sample_jobs
from varde.base import worker
from varde.base.actions.job import (
    claim_job,
    see_worker,
)
from varde.base.queries import abandoned_jobs, queue_state

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_the_queue_tells_how_it_does(notes: Path) -> None:
    sample_jobs.once.enqueue()
    worker.run_ready()
    sample_jobs.note.enqueue(path=str(notes), text="x")

    state = queue_state(seen_since=NOW)

    assert (state.ready, state.running, state.dead, state.workers) == (1, 0, 1, 0)
    assert state.oldest is not None


def test_the_job_of_a_lively_worker_is_left_alone(notes: Path) -> None:
    sample_jobs.slowly.enqueue(path=str(notes), seconds=0)
    see_worker(name="lively", now=timezone.now())
    claim_job(worker="lively", now=timezone.now() - timedelta(hours=3))

    assert abandoned_jobs(seen_since=timezone.now() - worker.LEASE, gone=lambda _name: False) == []
