"""E-mail: the message, and how it is handed to the mail server."""

from django.conf import settings

from varde.notify.channels.email.message import build
from varde.notify.channels.email.smtp import hand_over
from varde.notify.channels.outcome import HandedOver
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery


def is_captured() -> bool:
    """Whether mail stays in the outbox: no mail server is set, or this is a demonstration."""
    return settings.DEMO or not settings.EMAIL_HOST


def send(delivery: Delivery) -> HandedOver:
    """Send it, or keep it where nothing may leave; raises ``NotifyError``."""
    message = build(delivery, to_send=True)
    if is_captured():
        return HandedOver(DeliveryState.CAPTURED, "captured: no mail left this machine")
    return HandedOver(DeliveryState.SENT, hand_over(message, address=delivery.address))


__all__ = ["build", "is_captured", "send"]
