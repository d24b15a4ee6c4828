"""A worker killed at the worst moments: each message arrives once or twice, with one Message-ID."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from tests.notify.conftest import MailServer, notify
from varde.constituency.models import Organisation
from varde.notify.actions.delivery import deliver_due
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery
from varde.notify.schedule import LEASE

WORKER = Path(__file__).with_name("worker.py")

pytestmark = pytest.mark.django_db(transaction=True)


def kill_worker_at(place: str, mail_server: MailServer, mark: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, WORKER, connection.settings_dict["NAME"], str(mail_server.port), place,
         str(mark)],
        env={**os.environ, "VARDE_SECRET_KEY": "a key for tests only, long enough to be taken"},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not mark.exists() and process.poll() is None:
            assert time.monotonic() < deadline, "the worker did not get there"
            time.sleep(0.05)
        assert process.poll() is None, "the worker ended by itself"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize(("place", "copies"), [("before", 1), ("after", 2)])
def test_a_killed_workers_message_is_sent_by_the_next(
    hospital: Organisation, mail_server: MailServer, tmp_path: Path, place: str, copies: int
) -> None:
    notify(hospital)
    kill_worker_at(place, mail_server, tmp_path / "mark")
    claimed = Delivery.objects.get()
    assert claimed.state == DeliveryState.SENDING
    assert claimed.lease_by.startswith("killed-")

    early = deliver_due(now=timezone.now(), worker="next", limit=10)
    late = deliver_due(now=timezone.now() + 2 * LEASE, worker="next", limit=10)

    assert (early, late) == (0, 1)
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.SENT
    assert [m["Message-ID"] for m in mail_server.messages] == [delivery.message_id] * copies
    assert len(set(mail_server.raw)) == 1
    assert delivery.attempts.first().response.startswith("worker killed-")


def test_the_others_of_a_killed_workers_batch_are_sent_once(
    hospital: Organisation, pharmacy: Organisation, mail_server: MailServer, tmp_path: Path
) -> None:
    for organisation in (hospital, pharmacy):
        notify(organisation)
    kill_worker_at("after", mail_server, tmp_path / "mark")

    deliver_due(now=timezone.now(), worker="next", limit=10)
    deliver_due(now=timezone.now() + 2 * LEASE, worker="next", limit=10)

    copies = Counter(message["To"] for message in mail_server.messages)
    assert copies == {"security@fjord-hospital.example": 2, "security@torg-pharmacy.example": 1}
