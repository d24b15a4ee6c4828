"""The pages of one-time login links, and the choice of language."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as django_set_language

from varde.accounts import second_factor
from varde.accounts.actions.login import use_login_link
from varde.accounts.actions.user import set_language
from varde.accounts.models import User
from varde.base.errors import Refused


@sensitive_variables("token")
@never_cache
@require_http_methods(["GET", "POST"])
def login_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Log in by a one-time link.

    GET changes nothing and shows a button: mail scanners and previews open every link they see,
    and would use it up.
    """
    if request.method == "GET":
        return render(request, "accounts/login_link.html")
    try:
        user = use_login_link(token=token, now=timezone.now())
    except Refused as refusal:
        context = {"refusal": refusal}
        return render(request, "accounts/login_link_void.html", context, status=410)
    # Whoever was logged in here before, and what their session held, is gone.
    logout(request)
    if settings.DEMO:
        # In a demonstration the link is enough: it was printed on the operator's own screen,
        # nothing real lies behind it, and a visitor should not have to set up a telephone first.
        second_factor.prove(request, user)
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language for whoever is logged in; for a stranger, in a cookie."""
    response: HttpResponse = django_set_language(request)
    if isinstance(request.user, User):
        try:
            set_language(user=request.user, language=request.POST.get("language", ""))
        except Refused:
            return response
    return response
