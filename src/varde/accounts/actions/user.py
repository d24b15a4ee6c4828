"""People are made, changed and shut out here; they never sign themselves up."""

import unicodedata

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from varde.accounts.enums import Language
from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import Refused


@transaction.atomic
def create_user(
    *,
    email: str,
    role: str,
    name: str = "",
    language: str = Language.BOKMAL,
    actor: User | None,
) -> User:
    """A new user without a password: a login link is their first way in.

    Raises ``Refused`` where the address is no address, or is somebody's already.
    """
    email = _address(email)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, role=role, name=name.strip(), language=language)
    except IntegrityError as error:
        raise Refused(_("Somebody has this e-mail address already.")) from error
    audit.record(actor, "user.create", user, email=email, name=name, role=role)
    return user


@transaction.atomic
def set_role(*, user: User, role: str, actor: User | None) -> None:
    """Give ``user`` another role; their sessions end, so that no page of the old one stays open."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.role == role:
        return
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    audit.record(actor, "user.set_role", user, before=before, after=role)


@transaction.atomic
def set_language(*, user: User, language: str) -> None:
    """Keep the language that somebody chose for themselves."""
    if language not in Language.values:
        raise Refused(_("This language is not known."))
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def disable_user(*, user: User, actor: User | None) -> None:
    """Shut ``user`` out: every session ends now, and every link of theirs is void."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise Refused(_("This user is disabled already."))
    user.is_active = False
    user.generation += 1
    user.save(update_fields=["is_active", "generation"])
    user.login_links.filter(used_at__isnull=True).delete()
    audit.record(actor, "user.disable", user)


@transaction.atomic
def reset_login(*, user: User, actor: User | None) -> None:
    """Forget ``user``'s password and second factors, and end their sessions.

    For somebody who lost their telephone, or may have lost their password: a new login link then
    leads them through the set-up again.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_unusable_password()
    user.generation += 1
    user.save(update_fields=["password", "generation"])
    removed, _each = Authenticator.objects.filter(user=user).delete()
    user.login_links.filter(used_at__isnull=True).delete()
    audit.record(actor, "user.reset_login", user, second_factors_removed=removed)


def _address(email: str) -> str:
    """``email`` in the one form we store: composed (NFKC), lower case, without spaces around."""
    email = unicodedata.normalize("NFKC", email).strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(_("This is no e-mail address.")) from error
    return email
