"""Who may do what with alerts, rules and sensors."""

from varde.accounts.enums import Role
from varde.accounts.models import User
from varde.accounts.policies import AnyUser, may_administer, may_audit, may_lead, may_operate


def may_see_all_alerts(user: AnyUser) -> bool:
    return may_operate(user) or may_audit(user)


def may_see_own_alerts(user: AnyUser) -> bool:
    """Those of the organisations they are a contact of."""
    return isinstance(user, User) and user.is_active and user.role == Role.MEMBER


def may_see_sensors(user: AnyUser) -> bool:
    """Sensors, batches, and lines that could not be read."""
    return may_operate(user) or may_audit(user)


def may_assess(user: AnyUser) -> bool:
    return may_operate(user)


def may_suppress(user: AnyUser) -> bool:
    """A rule hides alerts from everybody, so whoever answers for the shift makes it."""
    return may_operate(user)


def may_place_sensors(user: AnyUser) -> bool:
    """Whose traffic a sensor sees decides who is told: for leads and administrators."""
    return may_lead(user) or may_administer(user)
