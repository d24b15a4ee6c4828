"""Which cases a person may see."""

from django.db.models import Count, Q, QuerySet

from varde.accounts.models import User
from varde.base.marking import TLP
from varde.incidents.enums import CaseStatus
from varde.incidents.models import Case
from varde.incidents.policies import may_read_all_cases, may_read_open_cases


def cases_visible_to(user: User) -> QuerySet[Case]:
    """All to those who work on them and to auditors; to leadership all but TLP:RED; else none."""
    if may_read_all_cases(user):
        return Case.objects.all()
    if may_read_open_cases(user):
        return Case.objects.exclude(tlp=TLP.RED)
    return Case.objects.none()


def case_page(user: User, *, status: str = "", text: str = "") -> QuerySet[Case]:
    """Cases, newest first, with how many members, alerts, notices and answered notices each has."""
    cases = cases_visible_to(user)
    if status in CaseStatus.values:
        cases = cases.filter(status=status)
    if text:
        cases = cases.filter(Q(number__icontains=text) | Q(title__icontains=text))
    return cases.select_related("lead").annotate(
        member_count=Count("members", distinct=True),
        alert_count=Count("alerts", distinct=True),
        notice_count=Count("notices", distinct=True),
        answered_count=Count("notices", filter=Q(notices__answers__isnull=False), distinct=True),
    )
