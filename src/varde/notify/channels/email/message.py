"""The message as it goes over the wire: the same delivery gives the same bytes every time."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from varde.base.marking import TLP
from varde.base.text import one_line
from varde.notify.enums import DeliveryState
from varde.notify.errors import NotifyError
from varde.notify.models import Delivery
from varde.notify.text import SECRET_MARK, wire_address


def build(delivery: Delivery, *, to_send: bool = False) -> EmailMessage:
    """Text with an HTML alternative; raises a permanent ``NotifyError`` for a bad address.

    The link's secret is in it only ``to_send``, or where the message was captured: people who read
    the outbox must not be able to answer in a member's name.
    """
    notification = delivery.notification
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = _address(settings.DEFAULT_FROM_EMAIL, settings.ORGANISATION_NAME)
        message["To"] = _address(delivery.address)
    except (ValidationError, ValueError, UnicodeError, MessageError) as error:
        raise NotifyError(f"not an address: {delivery.address!r}", permanent=True) from error
    label = TLP(notification.tlp).label
    message["Subject"] = _labelled(one_line(notification.subject), label)
    message["Date"] = format_datetime(notification.created_at)
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    _fill(message, delivery, label, to_send=to_send)
    # After the bodies: to set those drops every Content- header.
    message["Content-Language"] = notification.language
    return message


def _fill(message: EmailMessage, delivery: Delivery, label: str, *, to_send: bool) -> None:
    """The bodies. Quoted-printable: no line is too long and no server needs 8BITMIME."""
    notification = delivery.notification
    readable = to_send or delivery.state == DeliveryState.CAPTURED
    secret = notification.secret if readable else SECRET_MARK
    text = notification.text if label in notification.text else f"{label}\n\n{notification.text}"
    message.set_content(text.replace(SECRET_MARK, secret), cte="quoted-printable")
    if notification.html:
        html = notification.html.replace(SECRET_MARK, secret)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        # A random boundary would make a message that is sent twice differ from itself.
        message.set_boundary(f"=_{delivery.uid.hex}")


def _labelled(subject: str, label: str) -> str:
    return subject if label in subject else f"[{label}] {subject}"


def _address(text: str, name: str = "") -> Address:
    """One plain address; the domain as it is written in DNS."""
    EmailValidator()(text)
    address = wire_address(text)
    # A local part beyond ASCII needs SMTPUTF8 all the way, which few servers promise.
    address.encode("ascii")
    return Address(one_line(name), addr_spec=address)
