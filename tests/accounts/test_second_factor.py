"""Whoever works at the centre proves a second factor, in this very session."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.accounts.sessions import force_login_without_second_factor
from varde.accounts.actions.login import create_login_link
from varde.accounts.enums import STAFF_ROLES, Role
from varde.accounts.models import User
from varde.base.models import AuditEntry

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def code() -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def give_app(user: User) -> None:
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
@pytest.mark.parametrize("path", ["/", "/console/", "/members/", "/accounts/2fa/webauthn/"])
def test_without_one_every_page_leads_to_the_set_up(
    client: Client, analyst: User, role: str, path: str
) -> None:
    analyst.role = role
    analyst.save()
    force_login_without_second_factor(client, analyst)

    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/set/",
        "/accounts/logout/",
    ],
)
def test_the_pages_of_the_set_up_open(half: Client, path: str) -> None:
    assert half.get(path).status_code == 200


def test_nothing_can_be_posted_either(half: Client) -> None:
    response = half.post("/console/alerts/", {"verdict": "true"})

    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")


def test_a_member_may_do_without(client: Client, contact: User) -> None:
    force_login_without_second_factor(client, contact)

    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/")["Location"] == "/members/"


def test_a_stranger_is_not_asked(client: Client) -> None:
    assert client.get("/").status_code == 200


@pytest.mark.django_db(transaction=True)  # allauth announces it after the commit
def test_whoever_sets_up_an_app_is_in(half: Client, analyst: User) -> None:
    half.get("/accounts/2fa/totp/activate/")
    session = half.session
    session["mfa.totp.secret"] = SECRET
    session.save()

    response = half.post("/accounts/2fa/totp/activate/", {"code": code()})

    assert response.status_code == 302
    assert half.get("/")["Location"] == "/console/"
    assert half.get("/accounts/2fa/recovery-codes/").status_code == 200
    assert AuditEntry.objects.filter(action="user.second_factor_added").exists()


def test_a_link_asks_whoever_has_an_app_for_a_code(client: Client, analyst: User) -> None:
    give_app(analyst)
    path = create_login_link(user=analyst, now=timezone.now())

    assert client.post(path)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    response = client.post("/accounts/2fa/authenticate/", {"code": code()})

    assert response["Location"] == "/console/"
    assert client.get("/")["Location"] == "/console/"


def test_a_code_cannot_be_used_twice(client: Client, analyst: User) -> None:
    give_app(analyst)
    used = code()
    client.post(create_login_link(user=analyst, now=timezone.now()))
    client.post("/accounts/2fa/authenticate/", {"code": used})
    other = Client()
    other.post(create_login_link(user=analyst, now=timezone.now()))

    other.post("/accounts/2fa/authenticate/", {"code": used})

    assert "_auth_user_id" not in other.session


@pytest.mark.parametrize("wrong", ["", "000000", "123 456", "x" * 100_000, "\0", "１２３４５６"])
def test_a_wrong_code_is_no_way_in(client: Client, analyst: User, wrong: str) -> None:
    give_app(analyst)
    client.post(create_login_link(user=analyst, now=timezone.now()))

    assert client.post("/accounts/2fa/authenticate/", {"code": wrong}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_guessing_codes_is_stopped(client: Client, analyst: User) -> None:
    give_app(analyst)
    client.post(create_login_link(user=analyst, now=timezone.now()))
    for _ in range(6):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    client.post("/accounts/2fa/authenticate/", {"code": code()})

    assert "_auth_user_id" not in client.session


def test_a_session_from_before_the_factor_must_prove_it_too(half: Client, analyst: User) -> None:
    # Somebody who stole the password waits in the set-up pages until the owner has a factor.
    give_app(analyst)

    for path in ("/", "/accounts/2fa/", "/accounts/2fa/webauthn/add/", "/accounts/password/set/"):
        assert half.get(path)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert half.get("/accounts/2fa/reauthenticate/").status_code == 200
    half.post("/accounts/2fa/reauthenticate/", {"code": code()})

    assert half.get("/")["Location"] == "/console/"


def test_a_recovery_code_counts(client: Client, analyst: User) -> None:
    give_app(analyst)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client.post(create_login_link(user=analyst, now=timezone.now()))

    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})

    assert client.get("/")["Location"] == "/console/"


def test_whoever_removes_their_last_factor_is_back_at_the_set_up(
    client: Client, analyst: User
) -> None:
    give_app(analyst)
    client.post(create_login_link(user=analyst, now=timezone.now()))
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/2fa/totp/deactivate/")
    if Authenticator.objects.filter(type="totp").exists():  # asked to prove it once more
        codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
        client.post("/accounts/2fa/reauthenticate/", {"code": codes[0]})
        client.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(type="totp").exists()
    assert client.get("/")["Location"] == "/accounts/2fa/"


def test_one_persons_proof_is_not_anothers(client: Client, analyst: User, lead: User) -> None:
    client.force_login(analyst)
    session = client.session
    proved = session["second_factor"]
    force_login_without_second_factor(client, lead)
    session = client.session
    session["second_factor"] = proved
    session.save()

    assert client.get("/")["Location"] == "/accounts/2fa/"


def test_a_member_who_becomes_an_analyst_needs_one(client: Client, contact: User) -> None:
    User.objects.filter(pk=contact.pk).update(role=Role.ANALYST)
    contact.refresh_from_db()
    force_login_without_second_factor(client, contact)

    assert client.get("/")["Location"] == "/accounts/2fa/"
