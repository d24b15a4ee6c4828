"""Who there is."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, QuerySet

from varde.accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def all_users() -> QuerySet[User]:
    """Everybody, by address, each with ``second_factor``: whether they have set one up."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return User.objects.order_by("email").annotate(second_factor=Exists(factors))


def user_rows() -> Iterator[dict[str, object]]:
    """Everybody as plain rows."""
    fields = ("email", "name", "role", "language", "second_factor", "last_login")
    yield from all_users().values(*fields, active=F("is_active"))


def user_of(email: str) -> User | None:
    """The user with this address, whatever its case."""
    return User.objects.filter(email=email.strip().lower()).first()


def has_second_factor(user: User) -> bool:
    """Whether they have set up an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def count_passkeys(user: User) -> int:
    return int(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count())
