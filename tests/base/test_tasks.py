"""What is tidied up by the clock."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.base import sample_jobs
from varde.base import worker
from varde.base.actions.job import see_worker
from varde.base.jobs import schedules
from varde.base.models import JobWorker
from varde.base.tasks import KEEP_DONE, tidy_jobs

pytestmark = pytest.mark.django_db


def test_what_ended_long_ago_is_removed_and_the_rest_stays() -> None:
    sample_jobs.once.enqueue()
    worker.run_ready()
    sample_jobs.once.enqueue()
    long_ago = timezone.now() - timedelta(days=40)
    DBTaskResult.objects.filter(status="FAILED").update(finished_at=long_ago)
    see_worker(name="gone", now=timezone.now() - KEEP_DONE * 2)
    see_worker(name="here", now=timezone.now())

    tidy_jobs.call()

    assert DBTaskResult.objects.count() == 1
    assert list(JobWorker.objects.values_list("name", flat=True)) == ["here"]


def test_it_runs_by_itself() -> None:
    assert tidy_jobs.module_path in schedules()
