"""A member's own notices."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from varde.base.errors import Refused
from varde.constituency.queries import organisations_visible_to
from varde.incidents.actions.answer import answer_notice
from varde.incidents.models import Notice
from varde.incidents.queries import notice_list, notices_visible_to
from varde.incidents.wording import page_context
from varde.members.access import MemberRequest, member_page
from varde.members.forms.answer import AnswerForm

PAGE = 50


@require_safe
@member_page
def notices(request: MemberRequest) -> HttpResponse:
    """What we have told them, newest first, with what they answered."""
    found = notice_list(notices_visible_to(request.user))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "members": organisations_visible_to(request.user)}
    return render(request, "members/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def notice(request: MemberRequest, uid: UUID) -> HttpResponse:
    """One notice; POST answers it."""
    visible = notices_visible_to(request.user).select_related("member", "case")
    found = get_object_or_404(visible, uid=uid)
    if request.method != "POST":
        return _page(request, found, AnswerForm())
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        answer_notice(notice=found, actor=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form, status=422)
    messages.success(request, _("Thank you. We have your answer."))
    return redirect("members:notice", found.uid)


def _page(
    request: MemberRequest, found: Notice, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    answers = list(found.answers.all())
    context = page_context(found) | {"notice": found, "form": form, "answers": answers}
    return render(request, "members/notice.html", context, status=status)
