"""One-time links, passwords, lockout."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from varde.accounts.actions.login import create_login_link, forget_links, use_login_link
from varde.accounts.actions.user import disable_user
from varde.accounts.models import LoginLink, User
from varde.base.errors import Refused
from varde.base.models import AuditDetail, AuditEntry
from varde.base.tokens import digest_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    """What allauth counts in memory would last across tests."""
    cache.clear()


def token_of(path: str) -> str:
    return path.removeprefix("/login/").removesuffix("/")


def link_for(user: User, *, hours: float = 24) -> str:
    return create_login_link(user=user, now=timezone.now(), hours=hours)


def test_only_a_digest_of_the_token_is_kept(analyst: User) -> None:
    token = token_of(create_login_link(user=analyst, now=NOW))

    link = LoginLink.objects.get()
    assert link.digest == digest_of(token)
    assert link.expires_at == NOW + timedelta(hours=24)
    assert token not in str(list(AuditEntry.objects.values()) + list(AuditDetail.objects.values()))


def test_a_link_works_once(analyst: User) -> None:
    token = token_of(create_login_link(user=analyst, now=NOW))

    assert use_login_link(token=token, now=NOW) == analyst
    with pytest.raises(Refused):
        use_login_link(token=token, now=NOW)


@pytest.mark.parametrize("late", [0, 1])
def test_a_link_ends_at_its_hour(analyst: User, late: int) -> None:
    token = token_of(create_login_link(user=analyst, now=NOW, hours=1))

    with pytest.raises(Refused):
        use_login_link(token=token, now=NOW + timedelta(hours=1, seconds=late))


@pytest.mark.parametrize("token", ["", "x", "ø", "\ud800", "a" * 100_000, "' OR 1=1 --"])
def test_a_token_that_was_never_given_is_refused(analyst: User, token: str) -> None:
    create_login_link(user=analyst, now=NOW)

    with pytest.raises(Refused):
        use_login_link(token=token, now=NOW)


def test_a_disabled_user_gets_no_link_and_old_ones_are_void(analyst: User) -> None:
    token = token_of(create_login_link(user=analyst, now=NOW))
    disable_user(user=analyst, actor=None)
    analyst.refresh_from_db()

    with pytest.raises(Refused):
        use_login_link(token=token, now=NOW)
    with pytest.raises(Refused):
        create_login_link(user=analyst, now=NOW)


def test_old_links_are_forgotten(analyst: User) -> None:
    create_login_link(user=analyst, now=NOW)

    assert forget_links(ended_before=NOW) == 0
    assert forget_links(ended_before=NOW + timedelta(days=2)) == 1


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


def test_logging_in_is_written_down(client: Client, contact: User) -> None:
    client.post(link_for(contact))

    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "user.create_login_link",
        "user.use_login_link",
        "user.login",
    ]


def test_in_a_demonstration_the_link_is_enough(
    client: Client, analyst: User, settings: Settings
) -> None:
    settings.DEMO = True

    assert client.post(link_for(analyst))["Location"] == "/console/"
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.session["second_factor"] == analyst.pk


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post("/accounts/login/", {"login": email, "password": password}).status_code


@pytest.fixture
def member(contact: User) -> User:
    contact.set_password(PASSWORD)
    contact.save()
    return contact


def test_a_password_logs_in(client: Client, member: User) -> None:
    assert sign_in(client, member.email.upper(), PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(member.pk)


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


def test_a_changed_password_ends_other_sessions(client: Client, member: User) -> None:
    sign_in(client, member.email, PASSWORD)
    other = Client()
    sign_in(other, member.email, PASSWORD)

    response = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": PASSWORD * 2, "password2": PASSWORD * 2},
    )

    assert response.status_code == 302
    assert client.get("/accounts/2fa/").status_code == 200
    assert other.get("/accounts/2fa/").status_code == 302
    assert AuditEntry.objects.filter(action="user.password").count() == 1


@pytest.mark.parametrize("password", ["short", "password123456", "a" * 300])
def test_a_bad_new_password_is_refused(client: Client, member: User, password: str) -> None:
    client.force_login(member)

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )

    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_nobody_signs_up(client: Client) -> None:
    response = client.post(
        "/accounts/signup/",
        {"email": "new@nowhere.example", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert response.status_code == 200
    assert not User.objects.exists()


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


def test_next_does_not_lead_away(client: Client, member: User) -> None:
    response = client.post(
        "/accounts/login/?next=https://evil.example/",
        {"login": member.email, "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert response["Location"].startswith("/")
