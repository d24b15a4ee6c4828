"""One-time login links, and what is written down about logging in."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from varde.accounts.models import LoginLink, User
from varde.base import audit
from varde.base.errors import Refused
from varde.base.tokens import digest_of, new_token

HOURS = 24


@transaction.atomic
def create_login_link(
    *, user: User, now: datetime, hours: float = HOURS, actor: User | None = None
) -> str:
    """The path of a page that logs ``user`` in once: ``/login/<token>/``.

    It is the first factor: somebody who has set up a second one is asked for it as well.
    """
    if not user.is_active:
        raise Refused(_("This user is disabled."))
    token, digest = new_token()
    expires_at = now + timedelta(hours=hours)
    LoginLink.objects.create(user=user, digest=digest, expires_at=expires_at)
    audit.record(actor, "user.create_login_link", user, expires_at=expires_at)
    return f"/login/{token}/"


@transaction.atomic
def use_login_link(*, token: str, now: datetime) -> User:
    """Whom the link logs in; from now on it is void. Raises ``Refused`` where it was already."""
    link = (
        LoginLink.objects.select_for_update(of=("self",))
        .select_related("user")
        # The digest is looked up, never compared: see ``digest_of`` on time.
        .filter(digest=digest_of(token))
        .first()
    )
    if link is None or link.used_at or link.expires_at <= now or not link.user.is_active:
        raise Refused(_("This link has been used, or is too old. Ask for a new one."))
    link.used_at = now
    link.save(update_fields=["used_at"])
    audit.record(link.user, "user.use_login_link", link.user)
    return link.user


@transaction.atomic
def note_login(*, user: User, deed: str) -> None:
    """Write down that somebody logged in, or changed how they do: ``login``, ``password`` ..."""
    audit.record(user, f"user.{deed}", user)


def forget_links(*, ended_before: datetime) -> int:
    """Remove links that have been void since before then; how many."""
    return LoginLink.objects.filter(expires_at__lt=ended_before).delete()[0]
