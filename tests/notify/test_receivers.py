import pytest
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.notify.conftest import notify
from varde.constituency.models import Organisation


@pytest.mark.django_db(transaction=True)
def test_a_committed_notification_wakes_the_worker_at_once(hospital: Organisation) -> None:
    with transaction.atomic():
        for n in range(3):
            notify(hospital, key=f"n-{n}")
        assert not DBTaskResult.objects.exists()

    assert [result.task_path for result in DBTaskResult.objects.all()] == [
        "varde.notify.tasks.deliver"
    ]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_has_begun_does_not_count_as_waiting(hospital: Organisation) -> None:
    with transaction.atomic():
        notify(hospital, key="first")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)

    with transaction.atomic():
        notify(hospital, key="second")

    assert DBTaskResult.objects.count() == 2
