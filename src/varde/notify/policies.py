"""Who may see what is sent."""

from varde.accounts.models import User
from varde.accounts.policies import may_audit, may_operate


def may_read_outbox(user: User) -> bool:
    """Whether they may see what was sent to whom."""
    return may_operate(user) or may_audit(user)
