"""Hand one message to the mail server.

By ``smtplib`` itself and not by Django's backend: that one throws away what the server said (the
queue id an operator needs to trace a message), and its timeout is per read, so a server that sends
a byte a second could hold a worker for hours.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer

from django.conf import settings

from varde.base.text import printable
from varde.notify.errors import NotifyError
from varde.notify.text import wire_address

DEADLINE = 120.0  # seconds for the whole conversation
PERMANENT = 500


def hand_over(message: EmailMessage, *, address: str) -> str:
    """What the server said when it took ``message``; raises ``NotifyError`` with its words.

    Never falls back to clear text: where STARTTLS is set and not offered, nothing is sent.
    """
    try:
        with _session() as server:
            return _converse(server, message, address)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotifyError(f"{type(error).__name__}: {error}", permanent=False) from error


def _converse(server: smtplib.SMTP, message: EmailMessage, address: str) -> str:
    sender = str(message["From"].addresses[0].addr_spec)
    # A refused greeting, login or sender is about us and can be mended: only what the server says
    # of this recipient and this message is final.
    _expect(server.mail(sender), may_be_final=False)
    _expect(server.rcpt(wire_address(address)))
    try:
        return _expect(server.data(message.as_bytes()))
    except smtplib.SMTPDataError as error:
        return _expect((error.smtp_code, error.smtp_error))


def _expect(reply: tuple[int, bytes | str], *, may_be_final: bool = True) -> str:
    """The reply in words; raises ``NotifyError`` where it is not SMTP's "done"."""
    code, words = reply
    said = f"{code} {_text(words)}"
    if not 200 <= code < 300:  # noqa: PLR2004 - the class of success
        raise NotifyError(said, permanent=may_be_final and code >= PERMANENT)
    return said


def _text(words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return printable(text[:1000], instead=" ")


@contextmanager
def _session() -> Iterator[smtplib.SMTP]:
    """A connection, encrypted and logged in as the settings say; cut off at the deadline."""
    context = ssl.create_default_context()
    timeout = settings.EMAIL_TIMEOUT
    server = (
        smtplib.SMTP_SSL(timeout=timeout, context=context)
        if settings.EMAIL_USE_SSL
        else smtplib.SMTP(timeout=timeout)
    )
    alarm = Timer(DEADLINE, _cut, args=[server])
    alarm.daemon = True
    alarm.start()
    try:
        _greet(server, context)
        yield server
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        alarm.cancel()
        server.close()


def _greet(server: smtplib.SMTP, context: ssl.SSLContext) -> None:
    _expect(server.connect(settings.EMAIL_HOST, settings.EMAIL_PORT), may_be_final=False)
    server.ehlo_or_helo_if_needed()
    if settings.EMAIL_USE_TLS:
        # smtplib checks the certificate against the name it was given at construction.
        server._host = settings.EMAIL_HOST  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
        server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
    if settings.EMAIL_HOST_USER:
        server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)


def _cut(server: smtplib.SMTP) -> None:
    """End a conversation from outside: the reader wakes with an error."""
    if server.sock is not None:
        with suppress(OSError):
            server.sock.shutdown(socket.SHUT_RDWR)
