"""Cases: the list, one case with everybody it concerns, and opening one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from varde.base.errors import Refused
from varde.base.marking import TLP
from varde.console.access import StaffRequest, reading_page, working_page
from varde.console.choosing import case_called, chosen_alerts
from varde.console.forms.cases import CaseForm, NoteForm
from varde.console.timeline import timeline_of
from varde.incidents.actions.case import (
    add_alerts,
    add_note,
    close_case,
    edit_case,
    open_case,
    remove_alerts,
    reopen_case,
    set_status,
)
from varde.incidents.enums import CaseStatus
from varde.incidents.models import Case
from varde.incidents.queries import case_page, cases_visible_to, notices_of_case
from varde.monitoring.enums import AlertStatus
from varde.monitoring.models import Alert
from varde.monitoring.queries import alerts_visible_to

_PAGE = 50


@reading_page
@require_GET
def case_list(request: StaffRequest) -> HttpResponse:
    status = request.GET.get("status", CaseStatus.OPEN)
    text = request.GET.get("text", "").strip()[:200]
    cases = case_page(request.user, status="" if status == "all" else status, text=text)
    cases = cases.order_by("-opened_at", "-pk")
    context = {
        "page": Paginator(cases, _PAGE).get_page(request.GET.get("page")),
        "status": status,
        "statuses": CaseStatus.choices,
        "text": text,
    }
    return render(request, "console/cases.html", context)


@reading_page
@require_GET
def case(request: StaffRequest, number: str) -> HttpResponse:
    shown = case_called(request, number)
    notices = list(notices_of_case(request.user, shown).prefetch_related("answers"))
    joined = alerts_visible_to(request.user).filter(cases=shown).select_related("member")
    alerts = list(joined.defer("why").order_by("-severity", "-last_seen", "-pk"))
    context = {
        "case": shown,
        "alerts": alerts,
        "members": _members(shown, alerts, notices),
        "timeline": timeline_of(shown, notices),
        "form": CaseForm(initial=_said(shown)),
        "note": NoteForm(),
        "is_closed": shown.status == CaseStatus.CLOSED,
        "told": sum(1 for notice in notices if notice.answers.all()),
        "notices": notices,
    }
    return render(request, "console/case.html", context)


@working_page
@require_http_methods(["GET", "POST"])
def case_new(request: StaffRequest) -> HttpResponse:
    """Open a case with the alerts of the address, or let them join one that is open."""
    given = request.POST if request.method == "POST" else request.GET
    alerts = chosen_alerts(request, given.getlist("alert"))
    form = CaseForm(request.POST or None, initial=_proposal(alerts))
    if request.method == "POST" and form.is_valid():
        try:
            opened = open_case(facts=form.facts(), actor=request.user, alerts=alerts)
        except Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Case %(number)s is open.") % {"number": opened.number})
            return redirect("console:case", opened.number)
    open_cases = cases_visible_to(request.user).exclude(status=CaseStatus.CLOSED)
    context = {"form": form, "alerts": alerts, "open_cases": open_cases[:50]}
    return render(request, "console/case_new.html", context)


@working_page
@require_POST
def case_join(request: StaffRequest) -> HttpResponse:
    """Let the chosen alerts join the case of the form."""
    joined = case_called(request, request.POST.get("case", ""))
    alerts = chosen_alerts(request, request.POST.getlist("alert"))
    try:
        count = add_alerts(case=joined, alerts=alerts, actor=request.user)
        text = ngettext(
            "%(count)d alert joined the case.", "%(count)d alerts joined the case.", count
        )
        messages.success(request, text % {"count": count})
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("console:case", joined.number)


@working_page
@require_POST
def case_change(request: StaffRequest, number: str) -> HttpResponse:
    """One change of a case; ``verb`` says which."""
    changed = case_called(request, number)
    change = _CHANGES.get(request.POST.get("verb", ""))
    if change is None:
        raise Http404
    try:
        change(request, changed)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("console:case", changed.number)


def _edit(request: StaffRequest, shown: Case) -> None:
    form = CaseForm(request.POST)
    if not form.is_valid():
        raise Refused(_("The case was not changed: look at the fields again."))
    edit_case(case=shown, facts=form.facts(), actor=request.user)
    messages.success(request, _("The case is changed."))


def _note(request: StaffRequest, shown: Case) -> None:
    add_note(case=shown, text=request.POST.get("text", ""), actor=request.user)
    messages.success(request, _("The note is written."))


def _close(request: StaffRequest, shown: Case) -> None:
    close_case(case=shown, actor=request.user, note=request.POST.get("text", ""))
    messages.success(request, _("The case is closed."))


def _reopen(request: StaffRequest, shown: Case) -> None:
    reopen_case(case=shown, actor=request.user)


def _wait(request: StaffRequest, shown: Case) -> None:
    set_status(case=shown, status=CaseStatus.WAITING, actor=request.user)


def _work(request: StaffRequest, shown: Case) -> None:
    set_status(case=shown, status=CaseStatus.OPEN, actor=request.user)


def _remove(request: StaffRequest, shown: Case) -> None:
    alerts = chosen_alerts(request, request.POST.getlist("alert"))
    remove_alerts(case=shown, alerts=alerts, actor=request.user)


_CHANGES: dict[str, Callable[[StaffRequest, Case], None]] = {
    "edit": _edit,
    "note": _note,
    "close": _close,
    "reopen": _reopen,
    "waiting": _wait,
    "open": _work,
    "remove": _remove,
}


def _said(shown: Case) -> dict[str, Any]:
    return {
        name: getattr(shown, name) for name in ("title", "severity", "classification", "tlp", "pap")
    }


def _proposal(alerts: list[Alert]) -> dict[str, Any]:
    """What the alerts suggest: the gravest gives title and severity, the strictest the label."""
    if not alerts:
        return {}
    from_tlp = max(alerts, key=lambda alert: TLP(alert.tlp))
    title = alerts[0].indicator or alerts[0].title
    return {"title": title[:200], "severity": alerts[0].severity, "tlp": from_tlp.tlp}


def _members(shown: Case, alerts: list[Alert], notices: list[Any]) -> list[dict[str, Any]]:
    """Each member of the case with its alerts and what it was told, most alerts first."""
    rows = []
    for member in shown.members.order_by("name"):
        own = [alert for alert in alerts if alert.member_id == member.pk]
        rows.append(
            {
                "member": member,
                "alerts": len(own),
                "open": sum(1 for alert in own if alert.status == AlertStatus.IN_CASE),
                "notices": [notice for notice in notices if notice.member_id == member.pk],
            }
        )
    return sorted(rows, key=lambda row: -row["alerts"])
