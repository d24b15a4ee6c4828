"""The page behind the link in a notice: no account, no script, nothing kept by the browser."""

from functools import wraps
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from varde.base.errors import Refused
from varde.incidents.actions.answer import mark_opened, notice_behind, record_answer
from varde.incidents.errors import LinkExpired, LinkUnknown
from varde.incidents.models import Notice
from varde.incidents.wording import page_context
from varde.public.forms.answer import AnswerForm


class TokenView(Protocol):
    def __call__(self, request: HttpRequest, token: str) -> HttpResponse: ...


def secret_page(view: TokenView) -> TokenView:
    """Keep a page whose address is a secret out of caches, search engines and other sites' logs."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # Other sites get no referrer at all; our own forms on the page need their origin.
        response["Referrer-Policy"] = "same-origin"
        return response

    return guarded


# The secret in the address is the proof: whoever does not hold it cannot forge the form, and a
# reader whose browser refuses cookies can still answer.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the notice, POST answers it."""
    try:
        found = notice_behind(token, now=timezone.now())
    except LinkUnknown:
        return _no_notice(request, status=404)
    except LinkExpired:
        return _no_notice(request, status=410)
    with translation.override(_language(request, found)):
        if request.method == "POST":
            return _answer(request, found, token)
        if request.method == "GET":
            # Mail programs open links too, so opening changes nothing else.
            mark_opened(notice=found, now=timezone.now())
        return _page(request, found, AnswerForm())


def _answer(request: HttpRequest, found: Notice, token: str) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        record_answer(
            token=token, kind=form.cleaned_data["kind"], comment=form.cleaned_data["comment"]
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form, status=422)
    return HttpResponseRedirect(f"{request.path}#answer")


def _page(
    request: HttpRequest, found: Notice, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    answers = list(found.answers.all())
    context = page_context(found) | {"notice": found, "form": form, "answers": answers}
    response = render(request, "public/notice.html", context, status=status)
    response["Content-Language"] = translation.get_language() or found.language
    return response


def _language(request: HttpRequest, found: Notice) -> str:
    """The member's language, unless the reader chose another on our pages."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else found.language


def _no_notice(request: HttpRequest, *, status: int) -> HttpResponse:
    context = {
        "is_expired": status == 410,  # noqa: PLR2004 - HTTP's "gone"
        "phone": settings.CONFIG.organisation_phone,
        "email": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "public/no_notice.html", context, status=status)
