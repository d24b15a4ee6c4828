"""Queue a message: in the same transaction as what caused it, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from varde.accounts.models import User
from varde.base import audit
from varde.base.marking import TLP
from varde.base.text import one_line, storable
from varde.constituency.models import Contact, Organisation
from varde.notify import events
from varde.notify.enums import ChannelKind
from varde.notify.models import Delivery, Notification
from varde.notify.text import SECRET_MARK


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: ``html`` may be empty; ``secret`` is cut out of both until it is sent."""

    subject: str
    text: str
    language: str
    tlp: TLP
    html: str = ""
    secret: str = ""
    deadline: datetime | None = None  # when an answer is wanted


@transaction.atomic
def queue_notification(
    *,
    organisation: Organisation,
    contacts: Iterable[Contact],
    about: str,
    deduplication_key: str,
    message: Message,
    actor: User | None,
) -> Notification:
    """The notification with one queued delivery per address; the same key twice gives the first.

    Joins the transaction of its cause (transactional outbox): if the cause is rolled back nothing
    is sent, if it is committed the message is sent even if this process dies right after.
    """
    notification, created = Notification.objects.get_or_create(
        deduplication_key=deduplication_key,
        defaults={
            "organisation": organisation,
            "about": about,
            "subject": one_line(message.subject)[:300],
            "text": _without(message.secret, message.text),
            "html": _without(message.secret, message.html),
            "secret": message.secret,
            "language": message.language,
            "tlp": message.tlp,
            "created_at": timezone.now(),
            "deadline": message.deadline,
        },
    )
    if not created:
        return notification
    addresses = add_recipients(notification=notification, contacts=contacts)
    audit.record(actor, "notification.queue", notification, about=about, addresses=addresses)
    transaction.on_commit(
        partial(events.notification_queued.send, Notification, notification_id=notification.pk)
    )
    return notification


def add_recipients(*, notification: Notification, contacts: Iterable[Contact]) -> list[str]:
    """A delivery for each address that has none yet; returns the addresses added."""
    known = set(notification.deliveries.values_list("address", flat=True))
    added: list[str] = []
    for contact in contacts:
        address = contact.email.strip()
        if not address or address in known:
            continue
        known.add(address)
        added.append(address)
        delivery = Delivery(
            notification=notification,
            contact=contact,
            channel=ChannelKind.EMAIL,
            address=address,
            due_at=notification.created_at,
        )
        delivery.message_id = f"<{delivery.uid}@{_domain()}>"
        delivery.save()
    return added


def _without(secret: str, text: str) -> str:
    text = storable(text)
    return text.replace(secret, SECRET_MARK) if secret else text


def _domain() -> str:
    """The right-hand side of our Message-IDs."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
