"""How allauth behaves in this house."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from tests.accounts.ways_in import PASSWORD, sign_in
from varde.accounts.adapter import MFAAdapter
from varde.accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_password_logs_in(client: Client, member: User) -> None:
    assert sign_in(client, member.email.upper(), PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(member.pk)


def test_nobody_signs_up(client: Client) -> None:
    response = client.post(
        "/accounts/signup/",
        {"email": "new@nowhere.example", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert response.status_code == 200
    assert not User.objects.exists()


def test_next_does_not_lead_away(client: Client, member: User) -> None:
    response = client.post(
        "/accounts/login/?next=https://evil.example/",
        {"login": member.email, "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert response["Location"].startswith("/")


def test_an_authenticator_app_says_whose_centre_it_is_for(settings: Settings) -> None:
    settings.ORGANISATION_NAME = "Fjord CSIRT"

    assert MFAAdapter().get_totp_issuer() == "Fjord CSIRT"


def test_passkeys_are_numbered(analyst: User) -> None:
    with translation.override("en"):
        first = MFAAdapter().generate_authenticator_name(analyst, "webauthn")
        Authenticator.objects.create(user=analyst, type="webauthn", data={})
        second = MFAAdapter().generate_authenticator_name(analyst, "webauthn")

    assert (first, second) == ("Passkey 1", "Passkey 2")
