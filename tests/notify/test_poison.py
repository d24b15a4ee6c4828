"""A message that cannot even be made must not keep the others from leaving."""

from datetime import timedelta

from django.utils import timezone

from tests.notify.conftest import MailServer, notify
from varde.constituency.models import Organisation
from varde.notify.actions.delivery import deliver_due
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery, Notification


def test_what_breaks_one_message_is_written_down_and_the_next_one_leaves(
    mail_server: MailServer, hospital: Organisation, pharmacy: Organisation
) -> None:
    broken, whole = notify(hospital), notify(pharmacy)
    # As a later version, or somebody at the database, may leave it.
    Notification.objects.filter(pk=broken.pk).update(tlp="unheard of")
    now = timezone.now()

    assert deliver_due(now=now, worker="test", limit=10) == 2

    assert len(mail_server.messages) == 1
    assert whole.deliveries.get().state == DeliveryState.SENT
    stuck = broken.deliveries.get()
    assert stuck.state == DeliveryState.QUEUED
    assert "unheard of" in stuck.attempts.get().response
    deliver_due(now=now + timedelta(hours=49), worker="test", limit=10)
    assert Delivery.objects.get(pk=stuck.pk).state == DeliveryState.FAILED
