"""Whoever works at the centre must use a second factor; allauth has no switch for that.

What counts is that *this session* has proved one, not that the user owns one: else somebody who
knows only the password could open a session, wait until the owner sets up a factor, and be in.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse

from varde.accounts.models import User
from varde.accounts.queries import has_second_factor

KEY = "second_factor"
ALWAYS = frozenset({"account_logout", "account_inactive", "set_language", "choose_scheme"})
# Somebody without a factor sets one up, and a password if they like, and does nothing else.
SET_UP = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_set_password",
        "account_change_password",
    }
)
# Somebody who has one proves it.
PROVE = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


def prove(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Say that this session has proved ``user``'s second factor."""
    request.session[KEY] = user.pk


def withdraw(request: HttpRequest) -> None:
    """Say that it has not."""
    request.session.pop(KEY, None)


def is_proved(request: HttpRequest) -> bool:
    return bool(request.user.pk and request.session.get(KEY) == request.user.pk)


def is_missing(request: HttpRequest) -> bool:
    """Whether somebody of the centre has yet to prove a second factor."""
    user = request.user
    return isinstance(user, User) and user.is_centre and not is_proved(request)


class SecondFactorMiddleware:
    """Sends whoever has yet to prove a second factor to the page where they do; nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        if not is_missing(request):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        owns_one = has_second_factor(request.user)  # type: ignore[arg-type]  # is_missing: a User
        if name in ALWAYS | (PROVE if owns_one else SET_UP):
            return None
        return _send_away(request, owns_one=owns_one)


def _send_away(request: HttpRequest, *, owns_one: bool) -> HttpResponse:
    try:
        if not owns_one:
            return HttpResponseRedirect(reverse("mfa_index"))
        query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
    except NoReverseMatch:
        # The live updates run by themselves and have no such pages.
        return HttpResponseForbidden()
