"""What is typed into the login form."""

import time
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.accounts.ways_in import PASSWORD, sign_in
from varde.accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    ["", " ", "wrong", PASSWORD.upper(), PASSWORD + " ", "x" * 1_000_000, "\0", "\ud7ff"],
)
def test_no_other_password_does(client: Client, member: User, password: str) -> None:
    assert sign_in(client, member.email, password) == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "email",
    ["", "ｋａｒｉ@fjord-hospital.example", "kari@fjord-hospital.example\0", "kari", "k" * 100_000],
)
def test_no_other_name_does(client: Client, member: User, email: str) -> None:
    assert sign_in(client, email, PASSWORD) == 200
    assert "_auth_user_id" not in client.session


def test_a_password_of_a_megabyte_is_refused_before_it_is_hashed(
    client: Client, member: User
) -> None:
    started = time.process_time()

    sign_in(client, member.email, "x" * 1_000_000)

    assert time.process_time() - started < 1


def test_a_user_without_a_password_cannot_log_in_with_none(client: Client, analyst: User) -> None:
    assert sign_in(client, analyst.email, "") == 200
    assert sign_in(client, analyst.email, "!") == 200
    assert "_auth_user_id" not in client.session


def test_a_json_body_is_no_way_in(client: Client, member: User) -> None:
    body = {"login": member.email, "password": PASSWORD}

    response = client.post("/accounts/login/", body, content_type="application/json")

    assert response.status_code < 500
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_no_way_in(client: Client, member: User, method: str) -> None:
    assert getattr(client, method)("/accounts/login/").status_code < 500
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("password", ["short", "password123456", "a" * 300])
def test_a_bad_new_password_is_refused(client: Client, member: User, password: str) -> None:
    client.force_login(member)

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )

    member.refresh_from_db()
    assert member.check_password(PASSWORD)
