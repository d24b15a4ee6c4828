"""What a channel answers when it was able to hand a message over."""

from dataclasses import dataclass

from varde.notify.enums import DeliveryState


@dataclass(frozen=True, slots=True)
class HandedOver:
    """``state`` is SENT, or CAPTURED where nothing leaves this machine."""

    state: DeliveryState
    response: str
