import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from tests.notify.conftest import notify
from varde.constituency.models import Organisation


@pytest.mark.django_db(transaction=True)
def test_a_committed_notification_wakes_the_worker_at_once(hospital: Organisation) -> None:
    with transaction.atomic():
        notify(hospital)
        assert not DBTaskResult.objects.exists()

    assert [result.task_path for result in DBTaskResult.objects.all()] == [
        "varde.notify.tasks.deliver"
    ]
