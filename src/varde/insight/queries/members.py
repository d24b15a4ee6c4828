"""The members as a list that says where it burns."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from varde.accounts.models import User
from varde.constituency.enums import County, OrganisationKind
from varde.constituency.models import Organisation
from varde.constituency.queries import organisations_visible_to
from varde.incidents.queries import notices_visible_to
from varde.monitoring.enums import AlertStatus
from varde.monitoring.queries import alerts_visible_to

_OPEN = (AlertStatus.NEW, AlertStatus.IN_CASE)


def members_overview(
    user: User, *, kind: str = "", county: str = "", text: str = ""
) -> QuerySet[Organisation]:
    """Organisations by name, each with ``open_alerts`` and ``unanswered`` notices; one query."""
    members = organisations_visible_to(user)
    if kind in OrganisationKind.values:
        members = members.filter(kind=kind)
    if county in County.values:
        members = members.filter(county=county)
    if text:
        members = members.filter(
            Q(name__icontains=text) | Q(handle__icontains=text) | Q(number__startswith=text)
        )
    alerts = alerts_visible_to(user).filter(member=OuterRef("pk"), status__in=_OPEN)
    notices = notices_visible_to(user).filter(member=OuterRef("pk"), answers__isnull=True)
    return members.annotate(
        open_alerts=_count(alerts.order_by(), "member"),
        unanswered=_count(notices.order_by(), "member"),
    ).order_by("name", "pk")


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
