"""The alerts and the case that a form or an address names."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from varde.console.access import StaffRequest
from varde.incidents.models import Case
from varde.incidents.queries import cases_visible_to
from varde.monitoring.models import Alert
from varde.monitoring.queries import alerts_visible_to

_MOST = 200


def chosen_alerts(request: StaffRequest, uids: list[str]) -> list[Alert]:
    """Those of ``uids`` that the user may see, most severe first; others are left out."""
    valid = [uid for uid in uids[:_MOST] if _is_uid(uid)]
    return list(alerts_visible_to(request.user).filter(uid__in=valid).select_related("member"))


def case_called(request: StaffRequest, number: str) -> Case:
    """The case with that number where the user may see it; else 404."""
    if "\0" in number:
        raise Http404
    cases = cases_visible_to(request.user).select_related("lead", "opened_by")
    return get_object_or_404(cases, number=number)


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
