"""People: made, changed, shut out."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from varde.accounts.actions.user import (
    _address,
    create_user,
    disable_user,
    reset_login,
    set_language,
    set_role,
)
from varde.accounts.enums import Role
from varde.accounts.models import User
from varde.accounts.queries import has_second_factor
from varde.base import audit
from varde.base.errors import Refused
from varde.base.models import AuditEntry

pytestmark = pytest.mark.django_db
PRIVATE = "/accounts/2fa/"


def test_a_user_is_made_without_a_password(lead: User) -> None:
    user = create_user(email="Kari@Sykehus.Example ", role=Role.MEMBER, name="Kari", actor=lead)

    assert (user.email, user.role, user.language) == ("kari@sykehus.example", Role.MEMBER, "nb")
    assert not user.has_usable_password()
    entry = AuditEntry.objects.get(action="user.create")
    assert entry.actor == f"user:{lead.pk}"
    assert "kari" not in f"{entry.subject}{entry.actor}"


@pytest.mark.parametrize(
    "again", ["ada@centre.example", "ADA@CENTRE.EXAMPLE", "ada@centre.example "]
)
def test_one_address_is_one_person(analyst: User, again: str) -> None:
    with pytest.raises(Refused):
        create_user(email=again, role=Role.MEMBER, actor=None)

    assert User.objects.count() == 1


def test_a_look_alike_in_wide_letters_is_the_same_person(analyst: User) -> None:
    with pytest.raises(Refused):
        create_user(email="ａｄａ@centre.example", role=Role.MEMBER, actor=None)


@pytest.mark.parametrize(
    "email", ["", " ", "ada", "ada@", "a b@c.example", "a\0@c.example", "@c.no"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Refused):
        create_user(email=email, role=Role.MEMBER, actor=None)


@given(st.text(max_size=300))
def test_an_address_is_refused_or_in_its_one_form(text: str) -> None:
    try:
        address = _address(text)
    except Refused:
        return
    assert address == _address(address)


def test_a_disabled_user_is_out_at_once_and_stays_out(client: Client, analyst: User) -> None:
    client.force_login(analyst)
    assert client.get(PRIVATE).status_code == 200

    disable_user(user=analyst, actor=None)

    assert client.get(PRIVATE).status_code == 302
    User.objects.update(is_active=True)
    assert client.get(PRIVATE).status_code == 302


def test_nobody_is_disabled_twice(analyst: User) -> None:
    disable_user(user=analyst, actor=None)

    with pytest.raises(Refused):
        disable_user(user=analyst, actor=None)


def test_a_new_role_ends_the_sessions_of_the_old_one(client: Client, analyst: User) -> None:
    client.force_login(analyst)

    set_role(user=analyst, role=Role.LEADERSHIP, actor=None)

    assert client.get(PRIVATE).status_code == 302
    analyst.refresh_from_db()
    assert analyst.role == Role.LEADERSHIP
    detail = AuditEntry.objects.get(action="user.set_role").detail
    assert detail.facts == {"before": "analyst", "after": "leadership"}


def test_the_same_role_again_changes_nothing(analyst: User) -> None:
    set_role(user=analyst, role=Role.ANALYST, actor=None)

    assert not AuditEntry.objects.exists()


def test_a_reset_forgets_password_and_factors_and_ends_sessions(
    client: Client, analyst: User
) -> None:
    analyst.set_password("a long enough password")
    analyst.save()
    Authenticator.objects.create(user=analyst, type=Authenticator.Type.TOTP, data={})
    client.force_login(analyst)

    reset_login(user=analyst, actor=None)

    analyst.refresh_from_db()
    assert not analyst.has_usable_password()
    assert not has_second_factor(analyst)
    assert client.get(PRIVATE).status_code == 302


def test_a_language_that_is_not_known_is_refused(analyst: User) -> None:
    set_language(user=analyst, language="nn")
    analyst.refresh_from_db()
    assert analyst.language == "nn"

    with pytest.raises(Refused):
        set_language(user=analyst, language="xx")


def test_every_deed_leaves_the_chain_whole(analyst: User) -> None:
    set_role(user=analyst, role=Role.LEAD, actor=None)
    reset_login(user=analyst, actor=None)
    disable_user(user=analyst, actor=None)

    assert audit.verify().entries == 3
    assert audit.verify().broken_at is None
