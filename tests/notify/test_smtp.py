"""A mail server that misbehaves: slow, silent, rude, or gone in the middle."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from pytest_django import Settings

from varde.notify.channels.email import smtp
from varde.notify.errors import NotifyError

Behaviour = Callable[[socket.socket], None]


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "csirt@varde.example", "a@b.example"
    message.set_content("Hello")
    return message


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[[Behaviour], None]]:
    listener = socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_HOST, settings.EMAIL_PORT = listener.getsockname()
    settings.EMAIL_TIMEOUT = 2

    def start(behaviour: Behaviour) -> None:
        def once() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    behaviour(connection)
                except OSError:
                    return

        threading.Thread(target=once, daemon=True).start()

    yield start
    listener.close()


def talk(connection: socket.socket, *answers: bytes) -> None:
    connection.sendall(b"220 here\r\n")
    for answer in answers:
        connection.recv(4096)
        connection.sendall(answer)


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        ([b"250 hi\r\n", b"553 sender not allowed\r\n"], False),
        ([b"250 hi\r\n", b"250 ok\r\n", b"550 unknown\r\n"], True),
        ([b"250 hi\r\n", b"250 ok\r\n", b"452 full\r\n"], False),
        ([b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"554 no data\r\n"], True),
        ([b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"552 too big\r\n"], True),
        ([b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"], False),  # gone before "250"
        ([b"500 what\r\n", b"500 what\r\n"], False),
        ([b"\x00\xff garbage\r\n"], False),
        ([], False),
    ],
)
def test_only_what_is_said_of_recipient_and_message_is_final(
    serve: Callable[[Behaviour], None],
    message: EmailMessage,
    answers: list[bytes],
    *,
    permanent: bool,
) -> None:
    serve(lambda connection: talk(connection, *answers))

    with pytest.raises(NotifyError) as refusal:
        smtp.hand_over(message, address="a@b.example")

    assert refusal.value.permanent == permanent
    assert refusal.value.response.isprintable()


def test_a_refused_greeting_may_be_mended(
    serve: Callable[[Behaviour], None], message: EmailMessage
) -> None:
    serve(lambda connection: connection.sendall(b"554 no service\r\n"))

    with pytest.raises(NotifyError, match="554 no service") as refusal:
        smtp.hand_over(message, address="a@b.example")

    assert not refusal.value.permanent


def test_a_byte_a_second_does_not_hold_a_worker_for_ever(
    serve: Callable[[Behaviour], None], message: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "DEADLINE", 1.5)

    def drip(connection: socket.socket) -> None:
        for _ in range(60):
            connection.sendall(b"2")
            time.sleep(0.3)

    serve(drip)
    began = time.monotonic()

    with pytest.raises(NotifyError) as refusal:
        smtp.hand_over(message, address="a@b.example")

    assert time.monotonic() - began < 10
    assert not refusal.value.permanent
