"""Who may do what with cases and notices."""

from django.utils.translation import gettext as _

from varde.accounts.enums import Role
from varde.accounts.models import User
from varde.accounts.policies import may_audit, may_operate
from varde.base.errors import NotAllowed
from varde.base.marking import TLP, Audience, may_have


def may_read_all_cases(user: User) -> bool:
    return may_operate(user) or may_audit(user)


def may_read_open_cases(user: User) -> bool:
    """Leadership reads cases, but not those kept to named people (TLP:RED)."""
    return user.is_active and user.role == Role.LEADERSHIP


def may_handle_cases(user: User) -> bool:
    return may_operate(user)


def may_notify(user: User) -> bool:
    """Whether they may tell members something in the centre's name."""
    return may_operate(user)


def member_may_have(tlp: TLP) -> bool:
    """Whether a member may read what came to the centre under ``tlp``.

    The members are the centre's clients: TLP:AMBER reaches them, AMBER+STRICT stays with us.
    """
    return may_have(Audience.CLIENTS, tlp)


def require_operator(actor: User | None) -> None:
    """Raise ``NotAllowed`` unless they work on cases; ``None`` is the system itself."""
    if actor is not None and not may_handle_cases(actor):
        raise NotAllowed(_("Only those who work on cases may do this."))
