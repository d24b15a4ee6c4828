"""What each role may do at all."""

import pytest
from django.contrib.auth.models import AnonymousUser

from varde.accounts import policies
from varde.accounts.enums import Role
from varde.accounts.models import User

MAY = {
    policies.may_operate: {Role.ANALYST, Role.LEAD, Role.ADMINISTRATOR},
    policies.may_lead: {Role.LEAD, Role.ADMINISTRATOR},
    policies.may_audit: {Role.AUDITOR, Role.ADMINISTRATOR},
    policies.may_administer: {Role.ADMINISTRATOR},
    policies.may_see_figures: set(Role) - {Role.MEMBER},
}


@pytest.mark.parametrize("policy", MAY)
def test_each_role_may_just_this(policy: policies.Policy) -> None:
    allowed = {role for role in Role if policy(User(role=role))}

    assert allowed == MAY[policy]


@pytest.mark.parametrize("policy", MAY)
def test_strangers_and_the_disabled_may_nothing(policy: policies.Policy) -> None:
    assert not policy(AnonymousUser())
    assert not any(policy(User(role=role, is_active=False)) for role in Role)
    assert not policy(User(role="owner"))
