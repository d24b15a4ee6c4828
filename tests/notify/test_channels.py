import pytest
from pytest_django import Settings

from tests.notify.conftest import MailServer, notify
from varde.constituency.models import Organisation
from varde.notify import channels
from varde.notify.enums import ChannelKind, DeliveryState
from varde.notify.errors import NotifyError


def test_a_channel_says_what_became_of_the_message(
    hospital: Organisation, mail_server: MailServer
) -> None:
    delivery = notify(hospital).deliveries.get()

    handed_over = channels.send(delivery)

    assert handed_over.state == DeliveryState.SENT
    assert handed_over.response == "250 2.0.0 queued as 4711"


def test_every_kind_of_channel_has_its_folder(hospital: Organisation, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    delivery = notify(hospital).deliveries.get()

    for kind in ChannelKind:
        delivery.channel = kind
        assert channels.send(delivery).state == DeliveryState.CAPTURED


def test_a_bad_address_is_told_even_where_nothing_leaves(
    hospital: Organisation, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    delivery = notify(hospital).deliveries.get()
    delivery.address = "nobody"

    with pytest.raises(NotifyError) as refusal:
        channels.send(delivery)

    assert refusal.value.permanent
