"""A member's own alerts."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from varde.incidents.queries.portal import own_alerts
from varde.members.access import MemberRequest, member_page
from varde.monitoring.queries import alerts_visible_to

PAGE = 50


@require_safe
@member_page
def alerts(request: MemberRequest) -> HttpResponse:
    """What we have seen at them, newest first, cut as a notice is."""
    visible = alerts_visible_to(request.user).select_related("member")
    page = Paginator(visible.order_by("-last_seen", "-id"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": own_alerts(page.object_list)}
    return render(request, "members/alerts.html", context)
