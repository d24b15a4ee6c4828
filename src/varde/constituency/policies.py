"""Who may read and change the register."""

from varde.accounts.models import User
from varde.accounts.policies import AnyUser, may_operate


def may_see_every_organisation(user: AnyUser) -> bool:
    """Everybody who works at the centre may; a member sees its own."""
    return isinstance(user, User) and user.is_active and user.is_centre


def may_change_register(user: AnyUser) -> bool:
    """Those who work on alerts and cases may."""
    return may_operate(user)
