"""What allauth and Django announce about logging in."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from varde.accounts import second_factor
from varde.accounts.actions.login import note_login
from varde.accounts.models import User
from varde.accounts.queries import has_second_factor


@receiver(user_logged_in)
def write_down_login(user: User, **_rest: Any) -> None:  # noqa: ANN401 - a signal's rest
    note_login(user=user, deed="login")


@receiver([password_changed, password_set])
def write_down_password(user: User, **_rest: Any) -> None:  # noqa: ANN401 - as above
    note_login(user=user, deed="password")


@receiver(authenticator_used)
def believe(request: HttpRequest, user: User, **_rest: Any) -> None:  # noqa: ANN401 - as above
    second_factor.prove(request, user)


@receiver(authenticator_added)
def believe_new(request: HttpRequest, user: User, **_rest: Any) -> None:  # noqa: ANN401 - as above
    """Whoever sets a factor up has just shown that they have it."""
    second_factor.prove(request, user)
    # Else the page with the recovery codes, which comes next, asks for the code just used up.
    record_authentication(request, user, "mfa", reauthenticated=True)
    note_login(user=user, deed="second_factor_added")


@receiver(authenticator_removed)
def stop_believing(request: HttpRequest, user: User, **_rest: Any) -> None:  # noqa: ANN401 - as above
    note_login(user=user, deed="second_factor_removed")
    if not has_second_factor(user):
        second_factor.withdraw(request)
