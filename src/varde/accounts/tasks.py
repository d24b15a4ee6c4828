"""The jobs of this floor."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from varde.accounts.actions.login import forget_links
from varde.base.jobs import periodic

KEEP_LINKS = timedelta(days=30)


@periodic(cron="41 3 * * *")
def tidy_logins() -> None:
    """Sessions that ran out, and links that nobody can use any more."""
    SessionStore.clear_expired()
    forget_links(ended_before=timezone.now() - KEEP_LINKS)
