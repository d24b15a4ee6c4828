"""The triage queue, and one alert with all that is needed to judge it."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from varde.base.errors import Refused
from varde.console.access import StaffRequest, reading_page, working_page
from varde.console.charts import hours_chart
from varde.console.choosing import chosen_alerts
from varde.console.explanation import explain, hosts, next_steps
from varde.console.filters import PERIODS, alert_filter
from varde.constituency.queries import contacts_in_call_order
from varde.incidents.queries import (
    cases_visible_to,
    notice_list,
    notices_on_alerts,
    notices_visible_to,
)
from varde.monitoring.actions.alert import assess_alerts, reopen_alerts
from varde.monitoring.enums import AlertStatus, DetectionKind, Severity
from varde.monitoring.models import Alert
from varde.monitoring.queries import (
    AlertOrder,
    alert_page,
    alerts_visible_to,
    count_by_status,
    elsewhere,
    events_of,
    hours_of,
    newest_alert_id,
    raw_line,
)

_EVENTS_SHOWN = 100
# What a chosen set of alerts may lead on to: a page that is given them.
_LEADS_TO = {
    "case": "console:case_new",
    "suppress": "console:suppression_new",
    "notify": "console:notice_new",
}


@reading_page
@require_GET
def queue(request: StaffRequest) -> HttpResponse:
    asked = request.GET
    wanted = alert_filter(asked.dict(), timezone.now())
    page = alert_page(request.user, wanted)
    context = {
        "page": page,
        "wanted": wanted,
        "asked": asked,
        "status": asked.get("status", AlertStatus.NEW),
        "next_page": _with(asked, after=page.after) if page.after else "",
        "first_page": _with(asked, after="") if wanted.after else "",
        "counts": count_by_status(request.user),
        "statuses": AlertStatus.choices,
        "severities": Severity.choices,
        "kinds": DetectionKind.choices,
        "orders": AlertOrder.choices,
        "periods": [(code, label) for code, (_span, label) in PERIODS.items()],
        "narrowed": any(asked.get(name) for name in _NARROWING),
        "newest": newest_alert_id(request.user),
    }
    return render(request, "console/alerts.html", context)


_NARROWING = ("severity", "kind", "member", "detection", "period", "since", "until", "text")


@reading_page
@require_GET
def alert(request: StaffRequest, uid: UUID) -> HttpResponse:
    shown = _visible(request, uid)
    user = request.user
    hours = hours_of(shown)
    context = {
        "alert": shown,
        "reasons": explain(shown),
        "claims": shown.why.get("claims", []),
        "hosts": hosts(shown),
        "steps": next_steps(shown),
        "events": events_of(shown)[:_EVENTS_SHOWN],
        "hours": hours,
        "chart": hours_chart(hours, _("Events")),
        "notices": notices_on_alerts(user, [shown.pk]).get(shown.pk, []),
        "cases": cases_visible_to(user).filter(alerts=shown),
        "others": elsewhere(user, shown, limit=8),
        "is_open": shown.status in {AlertStatus.NEW, AlertStatus.IN_CASE},
    }
    if shown.member:
        context["contacts"] = contacts_in_call_order(shown.member, timezone.now())
        context["earlier"] = notice_list(
            notices_visible_to(user).filter(member=shown.member).exclude(alerts=shown)
        )[:5]
    return render(request, "console/alert.html", context)


@reading_page
@require_GET
def event(request: StaffRequest, uid: UUID, event_id: int) -> HttpResponse:
    """The line as the sensor wrote it; asked for on its own, because it may be long."""
    shown = _visible(request, uid)
    found = get_object_or_404(events_of(shown), pk=event_id)
    line = raw_line(found)
    return render(
        request,
        "console/event.html",
        {"alert": shown, "event": found, "line": line and line.decode(errors="backslashreplace")},
    )


@working_page
@require_POST
def decide(request: StaffRequest) -> HttpResponse:
    """What is done with the alerts that were chosen in the queue or on an alert's page."""
    back = _back(request)
    chosen = chosen_alerts(request, request.POST.getlist("alert"))
    verb = request.POST.get("verb", "")
    if not chosen:
        messages.warning(request, _("Choose at least one alert."))
        return redirect(back)
    if verb in _LEADS_TO:
        alerts = urlencode([("alert", str(one.uid)) for one in chosen])
        return redirect(f"{reverse(_LEADS_TO[verb])}?{alerts}")
    try:
        messages.success(request, _done(request, chosen, verb))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect(back)


def _done(request: StaffRequest, chosen: list[Alert], verb: str) -> str:
    """Carry out ``verb`` and say what happened. Raises ``Refused``, or 404 for no verb of ours."""
    comment = request.POST.get("comment", "")
    if verb == "reopen":
        count = reopen_alerts(alerts=chosen, actor=request.user, comment=comment)
        text = ngettext("%(count)d alert reopened.", "%(count)d alerts reopened.", count)
    elif verb in AlertStatus.values:
        count = assess_alerts(alerts=chosen, verdict=verb, actor=request.user, comment=comment)
        text = ngettext("%(count)d alert assessed.", "%(count)d alerts assessed.", count)
    else:
        raise Http404
    return text % {"count": count}


def _visible(request: StaffRequest, uid: UUID) -> Alert:
    alerts = alerts_visible_to(request.user).select_related("member", "assessed_by")
    return get_object_or_404(alerts, uid=uid)


def _with(asked: QueryDict, **changed: str) -> str:
    """The address ``asked`` with some of it changed; what is empty is left out."""
    query = asked.copy()
    for name, value in changed.items():
        query[name] = value
    return "?" + urlencode([(k, v) for k, vs in query.lists() for v in vs if v or k == "status"])


def _back(request: StaffRequest) -> str:
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return back
    return reverse("console:alerts")
