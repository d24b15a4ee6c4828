"""How allauth behaves in this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from varde.accounts.lockout import address_of
from varde.accounts.models import User
from varde.accounts.queries import count_passkeys


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up; the address is the user's own field, not allauth's second table."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        is_centre = isinstance(request.user, User) and request.user.is_centre
        return str(settings.CENTRE_HOME if is_centre else settings.MEMBER_HOME)

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return bool(found and found.pk == user.pk)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """An authenticator app shows whose centre the code is for."""

    def get_totp_issuer(self) -> str:
        return str(settings.ORGANISATION_NAME)

    def generate_authenticator_name(self, user: User, _type: str) -> str:
        return _("Passkey %(number)d") % {"number": count_passkeys(user) + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.ORGANISATION_NAME}
