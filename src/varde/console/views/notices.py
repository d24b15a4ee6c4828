"""Telling members: look at what each would be told, then send; and what came of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from varde.base.errors import Refused
from varde.console.access import StaffRequest, reading_page, working_page
from varde.console.choosing import case_called, chosen_alerts
from varde.console.forms.notices import NoticeForm
from varde.incidents.actions.draft import draft_notices
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Case
from varde.incidents.queries import notice_list, notices_visible_to
from varde.monitoring.models import Alert
from varde.monitoring.queries import alerts_visible_to

_DIGITS = 18  # of a number that the database can hold


@working_page
@require_http_methods(["GET", "POST"])
def notice_new(request: StaffRequest) -> HttpResponse:
    """What each member would be told, of a case or of the alerts chosen; sent on "send".

    A POST without "send" shows the drafts anew with what was chosen.
    """
    given = request.POST if request.method == "POST" else request.GET
    case = _case(request, given.get("case", ""))
    alerts = _alerts(request, case, given.getlist("alert"))
    form = NoticeForm(given if request.method == "POST" else None)
    wishes = None
    if form.is_bound and form.is_valid():
        wishes = form.wishes()
        if "send" in given:
            sent = _send(request, case, alerts, form)
            if sent is not None:
                return sent
    drafts = draft_notices(now=timezone.now(), case=case, alerts=alerts, wishes=wishes)
    context = {
        "form": form,
        "case": case,
        "alerts": alerts,
        "sending": [draft for draft in drafts if draft.skip is None],
        "skipped": [draft for draft in drafts if draft.skip is not None],
        "ticked": _members(given.getlist("member")) if form.is_bound else None,
        "without_member": [alert for alert in alerts if alert.member_id is None],
    }
    return render(request, "console/notice_new.html", context)


@reading_page
@require_GET
def notice(request: StaffRequest, number: str) -> HttpResponse:
    shown = get_object_or_404(
        notice_list(notices_visible_to(request.user)).select_related("sent_by"), number=number
    )
    alerts = alerts_visible_to(request.user).filter(notices=shown).defer("why")
    context = {"notice": shown, "answers": shown.answers.all(), "alerts": alerts}
    return render(request, "console/notice.html", context)


def _send(
    request: StaffRequest, case: Case | None, alerts: list[Alert], form: NoticeForm
) -> HttpResponse | None:
    """Send and go where the notices show; None where the refusal is told on the same page."""
    wishes = form.wishes(_members(request.POST.getlist("member")))
    try:
        sent = send_notices(actor=request.user, case=case, alerts=alerts, wishes=wishes)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return None
    text = ngettext(
        "%(count)d notice is on its way.", "%(count)d notices are on their way.", len(sent)
    )
    messages.success(request, text % {"count": len(sent)})
    if case is not None:
        return redirect("console:case", case.number)
    return redirect("console:notice", sent[0].number)


def _case(request: StaffRequest, number: str) -> Case | None:
    return case_called(request, number) if number else None


def _alerts(request: StaffRequest, case: Case | None, uids: list[str]) -> list[Alert]:
    """The alerts that are named; all of the case where none is."""
    if case is not None and not uids:
        return list(alerts_visible_to(request.user).filter(cases=case).select_related("member"))
    return chosen_alerts(request, uids)


def _members(texts: list[str]) -> frozenset[int]:
    """The members ticked in the form: nobody ticked is nobody told."""
    known = (text for text in texts if text.isascii() and text.isdigit() and len(text) <= _DIGITS)
    return frozenset(map(int, known))
