import pytest
from django.test import Client
from django.utils import timezone

from tests.console.conftest import ESCAPED, HOSTILE, queries, text
from varde.accounts.models import User
from varde.incidents.actions.draft import Wishes
from varde.incidents.actions.notice import send_notices
from varde.monitoring.models import Alert
from varde.notify.actions.delivery import deliver_due
from varde.notify.models import Delivery


@pytest.fixture
def captured(analyst: User, three: list[Alert]) -> Delivery:
    send_notices(actor=analyst, alerts=three, wishes=Wishes(advice=HOSTILE))
    deliver_due(now=timezone.now(), worker="test", limit=10)
    return Delivery.objects.get(address="security@dal-municipality.example")


def test_the_outbox_lists_what_was_captured(at_desk: Client, captured: Delivery) -> None:
    page = text(at_desk, "/console/outbox/")

    assert "messages are captured here" in page
    assert page.count("/console/outbox/0") == 3
    assert "The outbox is empty" in text(at_desk, "/console/outbox/?state=failed")


def test_the_outbox_takes_as_many_queries_for_three_as_for_one(
    at_desk: Client, captured: Delivery
) -> None:
    for_three = queries(at_desk, "/console/outbox/")
    Delivery.objects.exclude(pk=captured.pk).delete()

    assert queries(at_desk, "/console/outbox/") == for_three


def test_a_captured_message_shows_as_it_would_have_left(
    at_desk: Client, captured: Delivery
) -> None:
    page = text(at_desk, f"/console/outbox/{captured.uid}/")

    assert captured.message_id.strip("<>") in page
    assert ESCAPED in page
    assert HOSTILE not in page
    # The HTML part is there, and is no HTML here.
    assert "&lt;html" in page
    assert "Open the link as the member" in page


def test_the_members_link_of_a_message_that_has_left_is_not_shown(
    at_desk: Client, captured: Delivery
) -> None:
    secret = captured.notification.secret
    Delivery.objects.filter(pk=captured.pk).update(state="sent")

    page = text(at_desk, f"/console/outbox/{captured.uid}/")

    assert secret not in page
    assert "Open the link as the member" not in page


def test_a_message_nobody_knows_is_not_found(at_desk: Client) -> None:
    path = "/console/outbox/01999999-9999-7999-8999-999999999999/"

    assert at_desk.get(path).status_code == 404
