"""The stream of what is new, taken from the view that the live process serves."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client, RequestFactory

from tests.console.conftest import Desk
from varde.accounts.models import User
from varde.console import live
from varde.monitoring.models import Alert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(live, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(live, "BEAT_EVERY", 0.05)
    monkeypatch.setattr(live, "ASK_AGAIN_EVERY", 0.05)
    monkeypatch.setattr(live, "pulse", live.Pulse())
    yield
    # The thread that asked the database has a connection of its own, which outlives the test.
    asyncio.run(sync_to_async(connections.close_all)())


def _request(client: Client | None, query: str = "", **headers: str) -> HttpRequest:
    request = RequestFactory(headers=headers).get(f"/live/alerts/{query}")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value if client else None
    request.session = SessionStore(key)
    return request


async def _events(response: Any) -> AsyncIterator[dict[str, int]]:
    assert isinstance(response, StreamingHttpResponse)
    async for chunk in response:
        written = chunk.decode() if isinstance(chunk, bytes) else chunk
        if written.startswith("event: alerts\ndata: "):
            yield json.loads(written.removeprefix("event: alerts\ndata: "))


def _listen(request: HttpRequest, meanwhile: Any = None, count: int = 1) -> list[dict[str, int]]:
    """The first ``count`` events; ``meanwhile`` happens after the first."""

    async def listen() -> list[dict[str, int]]:
        heard: list[dict[str, int]] = []
        async with asyncio.timeout(20):
            async for event in _events(await live.alerts(request)):
                heard.append(event)
                if len(heard) == count:
                    break
                await sync_to_async(meanwhile)()
        return heard

    return asyncio.run(listen())


def test_a_page_hears_of_alerts_that_came_after_it(
    desk: Desk, analyst: User, three: list[Alert]
) -> None:
    newest = max(alert.pk for alert in three)

    def another() -> None:
        alert = three[0]
        alert.pk, alert.key, alert.uid = None, "another", "01999999-9999-7999-8999-999999999999"
        alert._state.adding = True
        alert.save()

    heard = _listen(_request(desk(analyst), f"?since={newest}"), another, count=2)

    assert heard == [
        {"fresh": 0, "open": 3, "bound": 1000},
        {"fresh": 1, "open": 4, "bound": 1000},
    ]


def test_a_page_hears_that_somebody_assessed_an_alert(
    desk: Desk, analyst: User, three: list[Alert]
) -> None:
    def assess() -> None:
        Alert.objects.filter(pk=three[0].pk).update(status="false")

    heard = _listen(_request(desk(analyst)), assess, count=2)

    assert [event["open"] for event in heard] == [3, 2]


def test_the_stream_ends_when_the_session_does(
    desk: Desk, analyst: User, three: list[Alert]
) -> None:
    client = desk(analyst)

    async def listen() -> int:
        count = 0
        async with asyncio.timeout(20):
            async for _event in _events(await live.alerts(_request(client))):
                count += 1
                await sync_to_async(client.logout)()
        return count

    assert asyncio.run(listen()) == 1


def test_others_hear_nothing(
    desk: Desk, contact: User, outsider: User, stranger: User, leader: User
) -> None:
    for client in (None, *(desk(user) for user in (contact, outsider, stranger, leader))):
        assert asyncio.run(live.alerts(_request(client))).status_code == 403


def test_only_our_own_pages_may_read_the_stream(desk: Desk, analyst: User) -> None:
    ours = asyncio.run(live.alerts(_request(desk(analyst), origin="http://127.0.0.1:8000")))
    theirs = asyncio.run(live.alerts(_request(desk(analyst), origin="http://evil.example")))

    assert ours.status_code == 200
    assert ours["Access-Control-Allow-Origin"] == "http://127.0.0.1:8000"
    assert ours["Access-Control-Allow-Credentials"] == "true"
    assert theirs.status_code == 403
    assert "Access-Control-Allow-Origin" not in theirs


def test_listeners_are_counted_and_bounded(
    desk: Desk, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = desk(analyst)
    _listen(_request(client))
    assert live.pulse.listeners == 0
    monkeypatch.setattr(live, "MOST_LISTENERS", 0)

    assert asyncio.run(live.alerts(_request(client))).status_code == 503


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "١"])
def test_a_page_that_says_nonsense_hears_everything(
    desk: Desk, analyst: User, three: list[Alert], since: str
) -> None:
    assert _listen(_request(desk(analyst), f"?since={since}"))[0]["fresh"] == 3
