from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelKind(models.TextChoices):
    EMAIL = "email", _("E-mail")


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    CAPTURED = "captured", _("Captured")
    FAILED = "failed", _("Failed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# A delivery in one of these states is never touched again.
FINAL_STATES = frozenset(
    {
        DeliveryState.SENT,
        DeliveryState.CAPTURED,
        DeliveryState.FAILED,
        DeliveryState.WITHDRAWN,
    }
)
