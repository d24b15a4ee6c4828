"""The pages of one-time links, and the way past them."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from tests.accounts.ways_in import link_for
from varde.accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_mail_scanner_that_opens_the_link_does_not_use_it_up(
    client: Client, contact: User
) -> None:
    path = link_for(contact)

    for _ in range(3):
        assert client.get(path).status_code == 200
    response = client.post(path)

    assert response.status_code == 302
    assert response["Location"] == "/members/"
    assert client.session["_auth_user_id"] == str(contact.pk)
    assert client.post(path).status_code == 410


def test_a_link_page_is_kept_nowhere(client: Client, contact: User) -> None:
    response = client.get(link_for(contact))

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


def test_the_session_id_changes_at_login(client: Client, contact: User) -> None:
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key

    client.post(link_for(contact))

    assert client.session.session_key != before
    assert "planted" not in client.session


def test_a_link_ends_the_session_of_whoever_was_there(
    client: Client, contact: User, analyst: User
) -> None:
    client.force_login(analyst)

    client.post(link_for(contact))

    assert client.session["_auth_user_id"] == str(contact.pk)
    assert "second_factor" not in client.session


def test_in_a_demonstration_the_link_is_enough(
    client: Client, analyst: User, settings: Settings
) -> None:
    settings.DEMO = True

    assert client.post(link_for(analyst))["Location"] == "/console/"
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.session["second_factor"] == analyst.pk


@pytest.mark.parametrize("path", ["password/reset/", "email/", "login/code/", "social/signup/"])
def test_what_we_do_not_offer_is_not_there(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_USER", "HTTP_REMOTE_USER", "HTTP_X_SSL_CLIENT_S_DN"]
)
def test_a_header_is_no_way_in(client: Client, member: User, header: str) -> None:
    client.get("/accounts/2fa/", **{header: member.email})

    assert "_auth_user_id" not in client.session


def test_a_forged_host_is_refused(client: Client) -> None:
    assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400
