"""What is sent to whom, and what came of it: notification -> delivery -> attempt."""

from django.db import models

from varde.accounts.enums import Language
from varde.base.ids import uuid7
from varde.base.marking import TLP
from varde.constituency.models import Contact, Organisation
from varde.notify.enums import ChannelKind, DeliveryState


class Notification(models.Model):
    """One message to one organisation: rendered once, then frozen.

    ``secret`` stands in ``text`` and ``html`` as ``actions.notification.SECRET_MARK`` and is put in
    at the moment of sending; it is emptied once the message has left, so that a link which opens
    something is nowhere to be read afterwards.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="notifications"
    )
    about = models.CharField(max_length=128)  # "incidents.notice:17": what it is about
    deduplication_key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    secret = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=2, choices=Language)
    tlp = models.CharField(max_length=20, choices=TLP)
    created_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["about"], name="notification_about")]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """A notification on its way to one address over one channel; the outbox is this table.

    A worker claims a due row by lease; a lease that ran out is taken over. ``message_id`` is fixed
    at creation: a message sent twice carries the same one.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="deliveries"
    )
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    channel = models.CharField(max_length=20, choices=ChannelKind, default=ChannelKind.EMAIL)
    address = models.CharField(max_length=254)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=20, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempt_count = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["state", "due_at"], name="delivery_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel", "address"], name="delivery_once_per_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.state}"


class Attempt(models.Model):
    """One try to hand a delivery over, with what the other side said."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    succeeded = models.BooleanField()
    permanent = models.BooleanField(default=False)
    response = models.TextField(blank=True)
    seconds = models.FloatField(default=0)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.response[:40]}"
