"""Send what is due: claim by lease, hand over, write down what the other side said.

A worker may die at any line. Before the claim is committed nothing has happened. After it the lease
runs out and another worker takes over; if the first had handed the message over already it is sent
a second time with the same Message-ID. So each message leaves at least once, and a second time
only where a worker died between the other side's "250" and our commit.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread

import structlog
from django.db import connection, transaction
from django.db.models import F, Q
from django.dispatch import Signal

from varde.base import audit
from varde.base.text import storable
from varde.constituency.models import Contact
from varde.constituency.queries import contacts_to_notify
from varde.notify import channels, events
from varde.notify.actions.notification import add_recipients
from varde.notify.enums import FINAL_STATES, DeliveryState
from varde.notify.errors import NotifyError
from varde.notify.models import Attempt, Delivery, Notification
from varde.notify.schedule import LEASE, MOST_TRIES, next_try

log = structlog.get_logger()
Clock = Callable[[], datetime]
_LONGEST_RESPONSE = 1000


def deliver_due(*, now: datetime, worker: str, limit: int) -> int:
    """Try the due deliveries, oldest first, at most ``limit``; returns how many were tried."""
    clock = _clock(now)
    due = Delivery.objects.filter(_due(now)).order_by("due_at", "id").values_list("pk", flat=True)
    tried = 0
    for delivery_id in list(due[:limit]):
        if _claim(delivery_id, worker=worker, now=clock()):
            _deliver(delivery_id, worker=worker, clock=clock)
            tried += 1
    return tried


def _clock(now: datetime) -> Clock:
    """The time, going on from ``now``: one slow mail server must not shorten the next lease."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _due(now: datetime) -> Q:
    """Waiting and due, or claimed by a worker whose lease ran out."""
    return Q(state=DeliveryState.QUEUED, due_at__lte=now) | Q(
        state=DeliveryState.SENDING, lease_until__lte=now
    )


@transaction.atomic
def _claim(delivery_id: int, *, worker: str, now: datetime) -> bool:
    """Whether this worker won the row: one conditional UPDATE, so exactly one does."""
    sending = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.SENDING)
    vanished = sending.values_list("lease_by", flat=True).first()
    won = Delivery.objects.filter(_due(now), pk=delivery_id).update(
        state=DeliveryState.SENDING,
        lease_by=worker,
        lease_until=now + LEASE,
        attempt_count=F("attempt_count") + 1,
    )
    if won and vanished is not None:
        # It may have been handed over: whoever wonders about a duplicate finds this line.
        Attempt.objects.create(
            delivery_id=delivery_id,
            at=now,
            succeeded=False,
            response=f"worker {vanished} vanished while sending; taken over",
        )
    return bool(won)


def _deliver(delivery_id: int, *, worker: str, clock: Clock) -> None:
    delivery = Delivery.objects.select_related("notification__organisation", "contact").get(
        pk=delivery_id
    )
    attempt = Attempt(delivery=delivery, at=clock(), succeeded=False)
    if reason := _no_longer_entitled(delivery, now=attempt.at):
        attempt.response = reason
        _withdraw(delivery, attempt=attempt)
        return
    state = None
    started = time.monotonic()
    try:
        with _heartbeat(delivery_id, worker, clock):
            handed_over = channels.send(delivery)
    except NotifyError as error:
        attempt.permanent, attempt.response = error.permanent, error.response
    except Exception as error:  # one message must not stop those behind it
        log.exception("delivery.broken", delivery=delivery_id)
        attempt.response = storable(f"{type(error).__name__}: {error}")[:_LONGEST_RESPONSE]
    else:
        attempt.succeeded, attempt.response = True, handed_over.response
        state = handed_over.state
    attempt.seconds = round(time.monotonic() - started, 3)
    _settle(delivery, attempt=attempt, state=state, now=clock())


@transaction.atomic
def _settle(
    delivery: Delivery, *, attempt: Attempt, state: DeliveryState | None, now: datetime
) -> None:
    """Write the outcome down; ``state`` is ``None`` where the message was not taken."""
    claimed_by = delivery.lease_by
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("notification")
        .get(pk=delivery.pk)
    )
    attempt.save()
    is_taken_over = state is None and delivery.lease_by != claimed_by
    if delivery.state in FINAL_STATES or is_taken_over:
        # Another worker took over while this one hung; the attempt stays, the state is theirs.
        return
    if state is None:
        state = _after_failure(delivery, attempt=attempt, now=now)
    else:
        delivery.sent_at = now
    _release(delivery, state)
    if state in FINAL_STATES:
        audit.record(None, f"delivery.{state}", delivery)
        event = events.delivery_failed if state == DeliveryState.FAILED else events.delivery_sent
        _announce(event, delivery)
    log.info("delivery.tried", delivery=delivery.pk, state=str(state), seconds=attempt.seconds)


def _after_failure(delivery: Delivery, *, attempt: Attempt, now: datetime) -> DeliveryState:
    due_at = next_try(
        attempts=delivery.attempt_count, queued_at=delivery.notification.created_at, now=now
    )
    if attempt.permanent or due_at is None:
        return DeliveryState.FAILED
    delivery.due_at = due_at
    return DeliveryState.QUEUED


def _release(delivery: Delivery, state: DeliveryState) -> None:
    delivery.state = state
    delivery.lease_until, delivery.lease_by = None, ""
    delivery.save(update_fields=["state", "due_at", "sent_at", "lease_until", "lease_by"])
    _forget_secret(delivery.notification)


def _announce(event: Signal, delivery: Delivery) -> None:
    transaction.on_commit(
        partial(
            event.send,
            Delivery,
            delivery_id=delivery.pk,
            about=delivery.notification.about,
        )
    )


def _forget_secret(notification: Notification) -> None:
    """Once no copy is on its way the link is in the members' mailboxes only.

    A captured message never left: its outbox page is the mailbox, so the secret stays.
    """
    keep = Q(state=DeliveryState.CAPTURED) | ~Q(state__in=FINAL_STATES)
    if notification.secret and not notification.deliveries.filter(keep).exists():
        notification.secret = ""
        notification.save(update_fields=["secret"])


def _no_longer_entitled(delivery: Delivery, *, now: datetime) -> str:
    """Why the address may not have the message any more; empty where it may.

    Between queueing and sending lie up to 48 hours: people leave, addresses change hands.
    """
    contact = delivery.contact
    if contact is None:
        return "the contact was removed"
    if contact.organisation_id != delivery.notification.organisation_id:
        return "the contact moved to another organisation"
    if contact.email.strip() != delivery.address:
        return "the contact's address changed"
    if not _is_valid(contact, now):
        return "the contact's validity ended"
    if delivery.attempt_count > MOST_TRIES:
        return "given up: every worker that tried vanished"
    return ""


def _is_valid(contact: Contact, now: datetime) -> bool:
    ended = contact.valid_to is not None and contact.valid_to <= now
    return contact.valid_from <= now and not ended


@transaction.atomic
def _withdraw(delivery: Delivery, *, attempt: Attempt) -> None:
    """Take the delivery back, and send to whoever is the right contact now."""
    attempt.permanent = True
    attempt.save()
    notification = delivery.notification
    added = add_recipients(
        notification=notification,
        contacts=contacts_to_notify(notification.organisation, attempt.at),
    )
    _release(delivery, DeliveryState.WITHDRAWN)
    audit.record(None, "delivery.withdrawn", delivery, reason=attempt.response, instead=added)
    lost = [DeliveryState.WITHDRAWN, DeliveryState.FAILED]
    if added:
        transaction.on_commit(
            partial(events.notification_queued.send, Notification, notification_id=notification.pk)
        )
    elif not notification.deliveries.exclude(state__in=lost).exists():
        _announce(events.delivery_failed, delivery)


@contextmanager
def _heartbeat(delivery_id: int, worker: str, clock: Clock) -> Iterator[None]:
    """Renew the lease while the other side takes its time; the channel bounds how long."""
    done = Event()

    def beat() -> None:
        while not done.wait(LEASE.total_seconds() / 3):
            mine = Delivery.objects.filter(
                pk=delivery_id, state=DeliveryState.SENDING, lease_by=worker
            )
            mine.update(lease_until=clock() + LEASE)
            connection.close()

    thread = Thread(target=beat, name=f"lease-{delivery_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
