"""A real mail server on loopback, and notifications to send through it."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction
from pytest_django import Settings

from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.notify.actions.notification import Message, queue_notification
from varde.notify.models import Notification


@dataclass
class MailServer:
    """What arrived, and what to answer to the next recipient and to the next message."""

    port: int = 0
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_message: str = "250 2.0.0 queued as 4711"
    seconds: float = 0  # how long it thinks about a message

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's interface
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        self.recipients.append(address)
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's interface
        await asyncio.sleep(self.seconds)
        if self.to_message.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
        return self.to_message

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(raw, policy=policy.default) for raw in self.raw]
        return [message for message in parsed if isinstance(message, EmailMessage)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port, ready_timeout=10)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 5
    try:
        yield server
    finally:
        controller.stop()


def notify(organisation: Organisation, **changes: Any) -> Notification:
    """A notification to every contact of ``organisation``."""
    facts: dict[str, Any] = {
        "subject": "Security notice",
        "text": "Something was seen.\n",
        "html": "<p>Something was seen.</p>",
        "language": organisation.language,
        "tlp": TLP.AMBER,
    }
    with transaction.atomic():
        return queue_notification(
            organisation=organisation,
            contacts=organisation.contacts.all(),
            about="tests.thing:1",
            deduplication_key=changes.pop("key", f"test:{organisation.handle}"),
            message=Message(**facts | changes),
            actor=None,
        )
