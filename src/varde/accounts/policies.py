"""What a role may do at all; what it may do with which thing is in each floor's ``policies``."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser

from varde.accounts.enums import OPERATOR_ROLES, Role
from varde.accounts.models import User

AnyUser = User | AnonymousUser
Policy = Callable[[AnyUser], bool]


def _has(user: AnyUser, roles: frozenset[Role]) -> bool:
    return isinstance(user, User) and user.is_active and user.role in roles


def may_operate(user: AnyUser) -> bool:
    """Work on alerts, cases and notices."""
    return _has(user, OPERATOR_ROLES)


def may_lead(user: AnyUser) -> bool:
    """Decide for the shift."""
    return _has(user, frozenset({Role.LEAD, Role.ADMINISTRATOR}))


def may_audit(user: AnyUser) -> bool:
    """Read everything, change nothing."""
    return _has(user, frozenset({Role.AUDITOR, Role.ADMINISTRATOR}))


def may_administer(user: AnyUser) -> bool:
    """Look after users and the installation."""
    return _has(user, frozenset({Role.ADMINISTRATOR}))


def may_see_figures(user: AnyUser) -> bool:
    """See numbers about the sector."""
    return _has(
        user,
        frozenset({Role.ANALYST, Role.LEAD, Role.LEADERSHIP, Role.AUDITOR, Role.ADMINISTRATOR}),
    )
