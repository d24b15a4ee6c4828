"""What the tests of logging in share."""

from django.test import Client
from django.utils import timezone

from varde.accounts.actions.login import create_login_link
from varde.accounts.models import User

PASSWORD = "correct horse battery staple"


def link_for(user: User, *, hours: float = 24) -> str:
    return create_login_link(user=user, now=timezone.now(), hours=hours)


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post("/accounts/login/", {"login": email, "password": password}).status_code
