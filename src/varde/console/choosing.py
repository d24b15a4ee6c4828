"""The alerts that a form or an address names."""

from uuid import UUID

from varde.console.access import StaffRequest
from varde.monitoring.models import Alert
from varde.monitoring.queries import alerts_visible_to

_MOST = 200


def chosen_alerts(request: StaffRequest, uids: list[str]) -> list[Alert]:
    """Those of ``uids`` that the user may see, most severe first; others are left out."""
    valid = [uid for uid in uids[:_MOST] if _is_uid(uid)]
    return list(alerts_visible_to(request.user).filter(uid__in=valid).select_related("member"))


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
