"""Who there is."""

import pytest
from allauth.mfa.models import Authenticator

from varde.accounts.models import User
from varde.accounts.queries import all_users, has_second_factor, user_of, user_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead_with_app(lead: User, analyst: User) -> User:
    """The lead has an app; the analyst has recovery codes alone, which are no second factor."""
    Authenticator.objects.create(user=lead, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=analyst, type=Authenticator.Type.RECOVERY_CODES, data={})
    return lead


def test_the_list_says_who_has_a_second_factor(lead_with_app: User, analyst: User) -> None:
    assert has_second_factor(lead_with_app)
    assert not has_second_factor(analyst)
    assert list(all_users()) == [analyst, lead_with_app]
    assert [(row["email"], row["second_factor"]) for row in user_rows()] == [
        (analyst.email, False),
        (lead_with_app.email, True),
    ]


def test_a_user_is_found_whatever_the_case(analyst: User) -> None:
    assert user_of(" ADA@centre.example ") == analyst
    assert user_of("nobody@centre.example") is None
