"""Guessing passwords, and what it tells."""

import time
from datetime import UTC, datetime
from statistics import median

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from tests.accounts.ways_in import PASSWORD, sign_in
from varde.accounts.lockout import address_of, name_of
from varde.accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_somebody_who_guesses_is_locked_out_and_others_are_not(
    client: Client, member: User, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False  # allauth's own, which would answer first
    statuses = [sign_in(client, member.email, f"guess {number}") for number in range(11)]

    assert statuses[:9] == [200] * 9
    assert statuses[-1] == 429
    assert sign_in(client, member.email, PASSWORD) == 429
    assert sign_in(client, member.email.upper(), PASSWORD) == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in(elsewhere, member.email, PASSWORD) == 302


def test_allauth_slows_guessing_down_first(client: Client, member: User) -> None:
    for number in range(6):
        sign_in(client, member.email, f"guess {number}")

    response = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_takes_as_long_as_a_known_one(
    client: Client, member: User, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    settings.AXES_ENABLED = False

    def seconds(email: str) -> float:
        started = time.process_time()
        sign_in(client, email, "a wrong password")
        return time.process_time() - started

    seconds(member.email)
    pairs = [(seconds(member.email), seconds("nobody@nowhere.example")) for _ in range(9)]

    known, unknown = (median(times) for times in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.35 * known


@pytest.mark.parametrize(
    ("credentials", "posted", "name"),
    [
        ({"email": " Ada@Centre.Example"}, "", "ada@centre.example"),
        (None, "ADA@centre.example ", "ada@centre.example"),
        ({}, "", ""),
        ({"email": "a" * 100_000}, "", "a" * 254),
    ],
)
def test_every_spelling_of_an_address_is_one_counter(
    credentials: dict[str, str] | None, posted: str, name: str, rf: RequestFactory
) -> None:
    assert name_of(rf.post("/", {"login": posted}), credentials) == name
    if credentials:
        assert name_of(None, credentials) == name


@pytest.mark.parametrize(
    ("sender", "said", "address"),
    [
        ("192.0.2.7", "198.51.100.9", "192.0.2.7"),  # anybody may say so
        ("127.0.0.1", "203.0.113.1, 198.51.100.9", "198.51.100.9"),  # the proxy's own word is last
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.9", ""),
    ],
)
def test_only_our_own_proxy_is_believed(
    settings: Settings, sender: str, said: str, address: str
) -> None:
    settings.TRUSTED_PROXY = "127.0.0.1"
    request = RequestFactory().get("/", REMOTE_ADDR=sender, HTTP_X_FORWARDED_FOR=said)

    assert address_of(request) == address


def test_behind_the_proxy_one_who_guesses_does_not_lock_the_others_out(
    member: User, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    settings.TRUSTED_PROXY = "127.0.0.1"
    thief = Client(HTTP_X_FORWARDED_FOR="203.0.113.9")
    owner = Client(HTTP_X_FORWARDED_FOR="198.51.100.7")

    statuses = [sign_in(thief, member.email, f"guess {number}") for number in range(11)]

    assert statuses[-1] == 429
    assert sign_in(owner, member.email, PASSWORD) == 302
