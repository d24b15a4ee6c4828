"""Who may do what with alerts, rules and sensors."""

from varde.accounts.models import User
from varde.accounts.policies import may_administer, may_lead, may_operate


def may_assess(user: User) -> bool:
    return may_operate(user)


def may_suppress(user: User) -> bool:
    """A rule hides alerts from everybody, so whoever answers for the shift makes it."""
    return may_operate(user)


def may_place_sensors(user: User) -> bool:
    """Whose traffic a sensor sees decides who is told: for leads and administrators."""
    return may_lead(user) or may_administer(user)
