"""Desks: browsers of people who have logged in."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.incidents.conftest import (  # noqa: F401 - alerts at three members, as for cases
    batch,
    make_alert,
    municipality,
    three,
)
from varde.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;{{7*7}}"

Desk = Callable[[User], Client]


@pytest.fixture
def desk() -> Desk:
    def sit_down(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return sit_down


@pytest.fixture
def at_desk(desk: Desk, analyst: User) -> Client:
    """The analyst's, in English."""
    analyst.language = "en"
    analyst.save()
    return desk(analyst)


def text(client: Client, path: str) -> str:
    """The page at ``path``, which must be there."""
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: Client, path: str) -> int:
    """How many queries the page at ``path`` takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
