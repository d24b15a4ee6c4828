"""The console's door: who passes, page by page."""

import pytest
from django.test import Client
from django.urls import URLPattern

from tests.console.conftest import Desk
from varde.accounts.models import User
from varde.console.urls import urlpatterns

SOMEWHERE = {
    "uid": "01999999-9999-7999-8999-999999999999",
    "event_id": 1,
    "number": "2026-0001",
    "handle": "fjord-hospital",
    "rule_id": 1,
}
POSTS = {"decide", "case_join", "case_change", "rule_switch"}
WORK = {"case_new", "notice_new", "suppression_new"}


def _path(pattern: URLPattern) -> str:
    route = str(pattern.pattern)
    for name, value in SOMEWHERE.items():
        for kind in ("uuid", "int", "str", "slug"):
            route = route.replace(f"<{kind}:{name}>", str(value))
    return f"/console/{route}"


PAGES = {str(pattern.name): _path(pattern) for pattern in urlpatterns}


def _status(client: Client, name: str) -> int:
    ask = client.post if name in POSTS else client.get
    return ask(PAGES[name]).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_somebody_unknown_is_sent_to_the_login(client: Client, name: str) -> None:
    answer = client.get(PAGES[name])

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", PAGES)
def test_members_and_strangers_are_turned_away(
    desk: Desk, contact: User, outsider: User, stranger: User, name: str
) -> None:
    assert [_status(desk(user), name) for user in (contact, outsider, stranger)] == [403] * 3


def test_leadership_sees_figures_and_nothing_else(desk: Desk, leader: User) -> None:
    seen = {name for name in PAGES if _status(desk(leader), name) != 403}

    assert seen == {"dashboard"}


def test_an_auditor_reads_everything_and_changes_nothing(desk: Desk, auditor: User) -> None:
    refused = {name for name in PAGES if _status(desk(auditor), name) == 403}

    assert refused == POSTS | WORK
