"""One-time links."""

from datetime import UTC, datetime, timedelta

import pytest

from varde.accounts.actions.login import create_login_link, forget_links, use_login_link
from varde.accounts.actions.user import disable_user
from varde.accounts.models import LoginLink, User
from varde.base.errors import Refused
from varde.base.models import AuditDetail, AuditEntry
from varde.base.tokens import digest_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def token_of(path: str) -> str:
    return path.removeprefix("/login/").removesuffix("/")


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
