"""A session as after a whole login: ``force_login`` skips the second factor as it does the first.

A test of the second factor itself asks Django's own ``Client._login`` for a session without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client

from varde.accounts.models import User
from varde.accounts.second_factor import KEY


def force_login_without_second_factor(client: Client, user: User) -> None:
    """A session of somebody who gave their password, and nothing more."""
    client._login(user, settings.AUTHENTICATION_BACKENDS[1])  # type: ignore[attr-defined]  # noqa: SLF001 - what force_login does


@contextmanager
def force_login_is_whole() -> Iterator[None]:
    """Let ``force_login`` prove the second factor as well."""
    original = Client.force_login

    def force_login(self: Client, user: Any, backend: str | None = None) -> None:
        original(self, user, backend)
        session = self.session
        session[KEY] = user.pk
        session.save()

    Client.force_login = force_login  # type: ignore[method-assign]  # put back below
    try:
        yield
    finally:
        Client.force_login = original  # type: ignore[method-assign]  # as it was
