"""Deliveries through a real mail server: what arrives, what is kept, what is tried again."""

import threading
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from tests.at_once import at_once
from tests.notify.conftest import MailServer, notify
from tests.people import LONG_AGO
from varde.constituency.models import Organisation
from varde.notify import channels, events
from varde.notify.actions import delivery as delivery_actions
from varde.notify.actions.delivery import deliver_due
from varde.notify.enums import DeliveryState
from varde.notify.errors import NotifyError
from varde.notify.models import Delivery
from varde.notify.schedule import LEASE, MOST_TRIES

MINUTE = timedelta(minutes=1)


def deliver(*, after: timedelta = timedelta(0), worker: str = "w1") -> int:
    return deliver_due(now=timezone.now() + after, worker=worker, limit=50)


def test_what_is_due_is_sent_once_and_written_down(
    hospital: Organisation, mail_server: MailServer
) -> None:
    notify(hospital)

    assert deliver() == 1
    assert deliver() == 0

    [message] = mail_server.messages
    delivery = Delivery.objects.get()
    attempt = delivery.attempts.get()
    assert message["Message-ID"] == delivery.message_id
    assert message["To"] == "security@fjord-hospital.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nb"
    assert message["Subject"] == "[TLP:AMBER] Security notice"
    assert delivery.state == DeliveryState.SENT
    assert delivery.sent_at is not None
    assert attempt.succeeded
    assert attempt.response == "250 2.0.0 queued as 4711"
    assert attempt.seconds >= 0


def test_mail_is_captured_where_no_server_is_set(
    hospital: Organisation, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    notify(hospital)

    deliver()

    assert Delivery.objects.get().state == DeliveryState.CAPTURED


def test_a_demonstration_sends_nothing_even_with_a_server(
    hospital: Organisation, mail_server: MailServer, settings: Settings
) -> None:
    settings.DEMO = True
    notify(hospital)

    deliver()

    assert Delivery.objects.get().state == DeliveryState.CAPTURED
    assert mail_server.recipients == []


@pytest.mark.parametrize("words", ["421 4.3.2 closing", "451 4.7.1 greylisted, try again"])
def test_a_temporary_refusal_is_tried_again_in_a_minute(
    hospital: Organisation, mail_server: MailServer, words: str
) -> None:
    notify(hospital)
    mail_server.to_recipient = words
    deliver()

    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.QUEUED
    assert delivery.attempts.get().response == words
    assert deliver(after=MINUTE / 2) == 0

    mail_server.to_recipient = "250 OK"
    assert deliver(after=2 * MINUTE) == 1
    assert [a.succeeded for a in delivery.attempts.all()] == [False, True]
    [message] = mail_server.messages
    assert message["Message-ID"] == delivery.message_id


@pytest.mark.parametrize("where", ["to_recipient", "to_message"])
@pytest.mark.django_db(transaction=True)
def test_a_permanent_refusal_fails_at_once_and_is_announced(
    hospital: Organisation, mail_server: MailServer, where: str
) -> None:
    heard = []

    def hear(sender: object, **facts: object) -> None:
        heard.append(facts["about"])

    events.delivery_failed.connect(hear)
    notify(hospital)
    setattr(mail_server, where, "550 5.1.1 no such user")

    deliver()

    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.FAILED
    assert delivery.attempts.get().permanent
    assert "550 5.1.1 no such user" in delivery.attempts.get().response
    assert heard == ["tests.thing:1"]
    assert deliver(after=timedelta(days=1)) == 0


def test_two_days_of_refusals_end_in_failure(
    hospital: Organisation, mail_server: MailServer
) -> None:
    notify(hospital)
    mail_server.to_message = "451 not now"

    hours = 0
    while Delivery.objects.get().state == DeliveryState.QUEUED:
        deliver(after=timedelta(hours=hours))
        hours += 1

    assert hours == 49
    assert 8 <= Delivery.objects.get().attempts.count() <= 12


def test_a_server_that_is_down_is_a_temporary_error(
    hospital: Organisation, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    notify(hospital)

    deliver()

    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.QUEUED
    assert "ConnectionRefusedError" in delivery.attempts.get().response


def test_nothing_goes_in_the_clear_where_encryption_is_stripped(
    hospital: Organisation, mail_server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True
    notify(hospital)

    deliver()

    assert mail_server.recipients == []
    assert Delivery.objects.get().state == DeliveryState.QUEUED


def test_one_refused_address_does_not_hold_up_the_others(
    hospital: Organisation, pharmacy: Organisation, mail_server: MailServer
) -> None:
    contact = hospital.contacts.get()
    contact.email = "alice@hospital.no )bob@evil.example"
    contact.save()
    notify(hospital)
    notify(pharmacy)

    assert deliver() == 2

    states = {d.notification.organisation.handle: d.state for d in Delivery.objects.all()}
    assert states == {
        "fjord-hospital": DeliveryState.FAILED,
        "torg-pharmacy": DeliveryState.SENT,
    }
    assert mail_server.recipients == ["security@torg-pharmacy.example"]


@pytest.mark.parametrize("change", ["ended", "moved", "renamed", "removed"])
def test_who_lost_the_right_meanwhile_gets_nothing_and_who_has_it_now_does(
    hospital: Organisation, pharmacy: Organisation, mail_server: MailServer, change: str
) -> None:
    notify(hospital)
    contact = hospital.contacts.get()
    match change:
        case "ended":
            contact.valid_to = timezone.now()
        case "moved":
            contact.organisation = pharmacy
        case "renamed":
            contact.email = "new@fjord-hospital.example"
    contact.save()
    if change == "removed":
        contact.delete()
    hospital.contacts.create(role="duty", email="duty@fjord.example", valid_from=LONG_AGO)

    deliver()
    deliver()

    expected = {"duty@fjord.example"}
    if change == "renamed":
        expected.add("new@fjord-hospital.example")
    assert set(mail_server.recipients) == expected
    withdrawn = Delivery.objects.get(state=DeliveryState.WITHDRAWN)
    assert withdrawn.address == "security@fjord-hospital.example"
    assert withdrawn.attempts.get().response.startswith("the contact")


def test_a_claimed_delivery_is_left_alone_until_its_lease_runs_out(
    hospital: Organisation, mail_server: MailServer
) -> None:
    notify(hospital)
    now = timezone.now()
    Delivery.objects.update(
        state=DeliveryState.SENDING, lease_by="dead", lease_until=now + LEASE, attempt_count=1
    )

    assert deliver(worker="w2") == 0
    assert deliver(worker="w2", after=2 * LEASE) == 1

    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.SENT
    assert [a.response for a in delivery.attempts.all()] == [
        "worker dead vanished while sending; taken over",
        "250 2.0.0 queued as 4711",
    ]


def test_a_worker_that_lost_its_lease_does_not_queue_what_another_is_sending(
    hospital: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(hospital)

    def hang_until_taken_over(delivery: Delivery) -> None:
        Delivery.objects.filter(pk=delivery.pk).update(lease_by="w2")
        raise NotifyError("451 try later", permanent=False)

    monkeypatch.setattr(channels, "send", hang_until_taken_over)

    deliver(worker="w1")

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.lease_by) == (DeliveryState.SENDING, "w2")
    assert [a.response for a in delivery.attempts.all()] == ["451 try later"]


def test_a_message_that_kills_every_worker_is_given_up(
    hospital: Organisation, mail_server: MailServer
) -> None:
    notify(hospital)
    Delivery.objects.update(attempt_count=MOST_TRIES)

    deliver()

    assert mail_server.recipients == []
    assert Delivery.objects.get().state == DeliveryState.WITHDRAWN


def test_the_secret_is_forgotten_when_the_last_copy_has_left(
    hospital: Organisation, mail_server: MailServer
) -> None:
    notification = notify(hospital, text="https://x/s3cr3t/", html="", secret="s3cr3t")

    deliver()

    notification.refresh_from_db()
    assert notification.secret == ""
    [message] = mail_server.messages
    assert "https://x/s3cr3t/" in message.get_content()


def test_the_secret_of_a_captured_message_stays_readable(
    hospital: Organisation, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    notification = notify(hospital, text="https://x/s3cr3t/", secret="s3cr3t")

    deliver()

    notification.refresh_from_db()
    assert notification.secret == "s3cr3t"


@pytest.mark.django_db(transaction=True)
def test_a_slow_server_does_not_cost_the_lease(
    hospital: Organisation, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_actions, "LEASE", timedelta(seconds=0.6))
    mail_server.seconds = 2
    notify(hospital)
    slow = threading.Thread(target=lambda: (deliver(worker="slow"), connection.close()))
    slow.start()
    time.sleep(1.2)

    stolen = deliver(worker="thief")
    slow.join()

    assert stolen == 0
    assert len(mail_server.messages) == 1
    assert Delivery.objects.get().attempts.get().succeeded


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_outbox_and_send_each_message_once(
    hospital: Organisation, mail_server: MailServer
) -> None:
    for n in range(20):
        notify(hospital, key=f"n-{n}")

    at_once(*(partial(deliver, worker=f"w{n}") for n in range(3)))

    ids = [message["Message-ID"] for message in mail_server.messages]
    assert len(ids) == len(set(ids)) == 20
