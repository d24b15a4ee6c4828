"""Rules that keep noise out of the queue: who made them, why, and what they hide."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from varde.base.errors import Refused
from varde.console.access import StaffRequest, reading_page, working_page
from varde.console.choosing import chosen_alerts
from varde.console.forms.suppression import RuleForm
from varde.constituency.models import Organisation
from varde.constituency.queries import organisations_visible_to
from varde.monitoring.actions.suppression import add_rule, switch_rule
from varde.monitoring.queries import Preview, alerts_hidden_by, suppression_rules_visible_to


@reading_page
@require_GET
def rule_list(request: StaffRequest) -> HttpResponse:
    rules = suppression_rules_visible_to(request.user).order_by("shipped", "-hits", "name")
    return render(request, "console/suppression.html", {"rules": rules, "now": timezone.now()})


@working_page
@require_http_methods(["GET", "POST"])
def rule_new(request: StaffRequest) -> HttpResponse:
    """Make a rule; "preview" shows what it would have hidden, and saves nothing."""
    form = RuleForm(request.POST or None, initial=_proposal(request))
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" not in request.POST:
                return _save(request, form)
            preview = _preview(request, form)
        except Refused as refusal:
            messages.warning(request, str(refusal))
    return render(request, "console/suppression_new.html", {"form": form, "preview": preview})


@working_page
@require_POST
def rule_switch(request: StaffRequest, rule_id: int) -> HttpResponse:
    rule = get_object_or_404(suppression_rules_visible_to(request.user), pk=rule_id)
    try:
        switch_rule(rule=rule, enabled=request.POST.get("enabled") == "1", actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("console:suppression")


def _save(request: StaffRequest, form: RuleForm) -> HttpResponse:
    now = timezone.now()
    rule = add_rule(form.terms(_member(request, form), now), actor=request.user, now=now)
    messages.success(request, _("The rule %(name)s is in force.") % {"name": rule.name})
    return redirect("console:suppression")


def _preview(request: StaffRequest, form: RuleForm) -> Preview:
    said = form.cleaned_data
    try:
        return alerts_hidden_by(
            request.user,
            said["detection"].strip(),
            member=_member(request, form),
            address=said["address"].strip(),
            now=timezone.now(),
        )
    except ValueError:
        raise Refused(_("The detection or the address cannot be read.")) from None


def _member(request: StaffRequest, form: RuleForm) -> Organisation | None:
    handle = form.cleaned_data["member"].strip()
    if not handle:
        return None
    member = organisations_visible_to(request.user).filter(handle=handle).first()
    if member is None:
        raise Refused(_("There is no member with the short name %(name)s.") % {"name": handle})
    return member


def _proposal(request: StaffRequest) -> dict[str, str]:
    """A rule for the alert in the address: its detection, at its member."""
    alerts = chosen_alerts(request, request.GET.getlist("alert"))
    if not alerts:
        return {"lifetime": "30"}
    first = alerts[0]
    members = {alert.member.handle for alert in alerts if alert.member}
    return {
        "name": first.title[:200],
        "detection": first.detection,
        "member": members.pop() if len(members) == 1 else "",
        "lifetime": "30",
    }
