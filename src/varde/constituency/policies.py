"""Who may read and change the register."""

from django.contrib.auth.models import AnonymousUser

from varde.accounts.models import User

AnyUser = User | AnonymousUser


def may_see_every_organisation(user: AnyUser) -> bool:
    """Everybody who works at the centre may; a member sees its own."""
    return isinstance(user, User) and user.is_active and user.is_centre


def may_change_register(user: AnyUser) -> bool:
    """Those who work on alerts and cases may."""
    return isinstance(user, User) and user.is_active and user.is_operator
