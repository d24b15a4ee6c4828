"""One folder per channel; ``send`` finds the right one."""

from varde.notify.channels import email
from varde.notify.channels.outcome import HandedOver
from varde.notify.enums import ChannelKind
from varde.notify.models import Delivery

_CHANNELS = {ChannelKind.EMAIL: email.send}


def send(delivery: Delivery) -> HandedOver:
    """Hand the delivery over by its channel; raises ``NotifyError`` where it was not taken."""
    return _CHANNELS[ChannelKind(delivery.channel)](delivery)


__all__ = ["HandedOver", "send"]
