import pytest

from tests.notify.conftest import MailServer, notify
from varde.base.jobs import schedules
from varde.constituency.models import Organisation
from varde.notify import tasks
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery


def test_the_job_empties_the_outbox_and_runs_each_minute(
    hospital: Organisation, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    for n in range(5):
        notify(hospital, key=f"n-{n}")

    tasks.deliver.call()

    assert len(mail_server.messages) == 5
    assert {d.state for d in Delivery.objects.all()} == {DeliveryState.SENT}
    assert schedules()["varde.notify.tasks.deliver"].cron == "* * * * *"
