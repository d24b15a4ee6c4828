"""The two choices every reader has, with or without an account: appearance and language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from varde.base.interface import SCHEME_COOKIE, SCHEMES

_YEAR = 365 * 24 * 3600


@require_POST
def choose_scheme(request: HttpRequest) -> HttpResponse:
    """Keep the colour scheme in a cookie, so that the server renders it and nothing flickers."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    scheme = request.POST.get("scheme", "")
    if scheme in SCHEMES:
        response.set_cookie(
            SCHEME_COOKIE,
            scheme,
            max_age=_YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
