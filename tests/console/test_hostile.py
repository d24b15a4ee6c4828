"""Addresses and forms that nobody types: no page breaks over them."""

import pytest
from django.utils import timezone

from tests.console.conftest import Desk, text
from varde.accounts.models import User
from varde.incidents.actions.notice import send_notices
from varde.monitoring.models import Alert
from varde.notify.actions.delivery import deliver_due
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery

NUL = "%00"
MANY_DIGITS = "9" * 5000

ADDRESSES = [
    "alerts/?since=0001-01-01T00:00",
    "alerts/?until=9999-12-31T23:59-12:00",
    f"alerts/?severity={MANY_DIGITS}",
    "alerts/?order=latest&after=0001-01-01T00:00:00%2B14:00~1",
    "alerts/?after=4~9999-12-31T23:59:59-14:00~1",
    f"alerts/?order=count&after={MANY_DIGITS}~1",
    f"alerts/?member={NUL}",
    f"alerts/?detection={NUL}",
    f"alerts/?text={NUL}",
    "alerts/?text=%ED%A0%80",
    f"cases/?text={NUL}",
    f"cases/{NUL}/",
    f"members/?text={NUL}",
    f"members/?kind={NUL}",
    f"member-options/?member={NUL}",
    f"indicators/?text={NUL}",
    f"indicators/?source={NUL}",
    f"indicators/?after={MANY_DIGITS}",
    f"outbox/?page={MANY_DIGITS}",
    f"notices/{NUL}/",
    f"notices/new/?case={NUL}",
    f"notices/new/?alert={NUL}",
    f"suppression/new/?alert={NUL}",
]
FORMS = [
    ("notices/new/", {"member": MANY_DIGITS}),
    ("notices/new/", {"case": "\0"}),
    ("cases/join/", {"case": "\0"}),
    ("cases/new/", {"title": "\0"}),
    ("alerts/decide/", {"verb": "true", "comment": "\0", "next": "//elsewhere.example/"}),
    ("suppression/new/", {"name": "\0", "detection": "suricata:1", "reason": "x"}),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_makes_no_sense_asks_nothing_or_is_not_there(
    desk: Desk, analyst: User, address: str
) -> None:
    assert desk(analyst).get(f"/console/{address}").status_code in {200, 404}


@pytest.mark.parametrize(("address", "form"), FORMS)
def test_a_form_that_makes_no_sense_is_refused(
    desk: Desk, analyst: User, three: list[Alert], address: str, form: dict[str, str]
) -> None:
    chosen = {"alert": [str(alert.uid) for alert in three]}

    answer = desk(analyst).post(f"/console/{address}", form | chosen)

    assert answer.status_code in {200, 302, 404}
    assert answer.get("Location", "/").startswith("/console/" if answer.status_code == 302 else "/")


@pytest.fixture
def captured(analyst: User, three: list[Alert]) -> Delivery:
    send_notices(actor=analyst, alerts=three[:1])
    deliver_due(now=timezone.now(), worker="test", limit=10)
    return Delivery.objects.get()


def test_a_message_to_an_address_that_is_none_can_be_looked_at(
    desk: Desk, analyst: User, captured: Delivery
) -> None:
    Delivery.objects.update(address="no address", state=DeliveryState.FAILED)

    page = text(desk(analyst), f"/console/outbox/{captured.uid}/")

    assert "192.0.2.5" in page
    assert captured.notification.secret not in page


def test_an_auditor_cannot_answer_for_a_member_by_a_captured_message(
    desk: Desk, auditor: User, analyst: User, captured: Delivery
) -> None:
    path = f"/console/outbox/{captured.uid}/"

    assert captured.notification.secret in text(desk(analyst), path)
    assert captured.notification.secret not in text(desk(auditor), path)
