"""The register as analysts need it: whom a thing concerns, what they own, whom to call."""

from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from varde.base.drawing import Period, validity
from varde.console.access import StaffRequest, reading_page
from varde.constituency.enums import County, OrganisationKind
from varde.constituency.models import Network, Organisation
from varde.constituency.queries import (
    contacts_in_call_order,
    domains_visible_to,
    networks_visible_to,
    organisations_visible_to,
)
from varde.incidents.queries import notice_list, notices_visible_to
from varde.insight.queries import members_overview
from varde.monitoring.queries import alerts_visible_to, placements_visible_to

_PAGE = 50
_OPTIONS = 20
_ALERTS_SHOWN = 15


@reading_page
@require_GET
def member_list(request: StaffRequest) -> HttpResponse:
    asked = request.GET
    text = asked.get("text", "").strip()[:100]
    kind, county = asked.get("kind", ""), asked.get("county", "")
    members = members_overview(request.user, kind=kind, county=county, text=text)
    context = {
        "page": Paginator(members, _PAGE).get_page(asked.get("page")),
        "text": text,
        "kind": kind,
        "county": county,
        "kinds": OrganisationKind.choices,
        "counties": sorted(County.choices, key=lambda choice: choice[1]),
    }
    return render(request, "console/members.html", context)


@reading_page
@require_GET
def member_options(request: StaffRequest) -> HttpResponse:
    """Members whose name or handle holds what has been typed: options of a text field."""
    text = request.GET.get("member", "").strip()[:64]
    members = organisations_visible_to(request.user)
    found = members.filter(Q(name__icontains=text) | Q(handle__icontains=text)) if text else members
    return render(request, "console/member_options.html", {"members": found[:_OPTIONS]})


@reading_page
@require_GET
def member(request: StaffRequest, handle: str) -> HttpResponse:
    organisations = organisations_visible_to(request.user)
    shown = get_object_or_404(organisations.select_related("parent", "it_supplier"), handle=handle)
    user, now = request.user, timezone.now()
    alerts = alerts_visible_to(user).filter(member=shown).defer("why")
    context = {
        "member": shown,
        "now": now,
        "contacts": contacts_in_call_order(shown, now),
        "networks": _histories(request, shown),
        "domains": domains_visible_to(user).filter(organisation=shown),
        "alerts": alerts.order_by("-last_seen")[:_ALERTS_SHOWN],
        "notices": notice_list(notices_visible_to(user).filter(member=shown))[:_ALERTS_SHOWN],
        "placements": placements_visible_to(user).filter(organisation=shown),
    }
    return render(request, "console/member.html", context)


def _histories(request: StaffRequest, shown: Organisation) -> list[dict[str, object]]:
    """Each network the member has or had, with everybody who owned exactly it, in time."""
    own = networks_visible_to(request.user).filter(organisation=shown).values("cidr")
    owners = (
        networks_visible_to(request.user)
        .filter(cidr__in=own)
        .select_related("organisation")
        .order_by("cidr", "valid_from")
    )
    now = timezone.now()
    histories = []
    for cidr, rows in groupby(owners, key=lambda network: network.cidr):
        networks = list(rows)
        drawing = validity([_period(network, shown) for network in networks], now)
        histories.append(
            {
                "cidr": cidr,
                "rows": list(zip(networks, drawing.bars, strict=True)),
                "drawing": drawing,
            }
        )
    return histories


def _period(network: Network, shown: Organisation) -> Period:
    is_own = network.organisation_id == shown.pk
    return Period(
        label=network.organisation.name,
        start=network.valid_from,
        end=network.valid_to,
        kind="" if is_own else "other",
    )
