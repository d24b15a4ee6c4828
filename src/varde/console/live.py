"""What is new, pushed to open pages: server-sent events from the process that keeps them open.

Whoever listens is told two numbers of what *they* may see: how many alerts came since their page
was made, and how many wait. The database is asked once in two seconds whether there is any news at
all, however many pages are open; only where there is, each listener's own numbers are counted.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from varde.accounts.models import User
from varde.console.access import may_read
from varde.monitoring.queries import (
    COUNT_BOUND,
    alert_pulse,
    alerts_newer_than,
    open_alert_count,
)

LOOK_EVERY = 2.0
# So often the count of waiting alerts is taken anew, and the line is kept from falling silent.
BEAT_EVERY = 15.0
# So often a listener must still be logged in.
ASK_AGAIN_EVERY = 60.0
MOST_LISTENERS = 500


@dataclass(slots=True)
class Pulse:
    """The newest alert's id as this process last read it, shared by all its listeners."""

    newest: int = 0
    read_at: float = float("-inf")
    listeners: int = 0
    _reading: asyncio.Lock | None = field(default=None)

    async def look(self) -> int:
        # Made here: a lock belongs to the loop that runs when it is made.
        self._reading = self._reading or asyncio.Lock()
        async with self._reading:
            if time.monotonic() - self.read_at >= LOOK_EVERY:
                self.newest = await sync_to_async(_pulse_now)()
                self.read_at = time.monotonic()
        return self.newest


pulse = Pulse()


async def alerts(request: HttpRequest) -> HttpResponseBase:
    """The stream of ``{"fresh", "open", "bound"}``; ``?since=`` is the page's newest alert."""
    origin = request.headers.get("Origin", "")
    if origin and origin != _page_origin():
        return HttpResponse(status=403)
    key = request.session.session_key or ""
    user = await sync_to_async(_listener)(key)
    if user is None:
        return _answer(HttpResponse(status=403), origin)
    if pulse.listeners >= MOST_LISTENERS:
        return _answer(HttpResponse(status=503), origin)
    news = _news(user, key, _since(request.GET.get("since", "")))
    return _answer(StreamingHttpResponse(news, content_type="text/event-stream"), origin)


async def _news(user: User, key: str, since: int) -> AsyncIterator[str]:
    pulse.listeners += 1
    try:
        yield "retry: 5000\n\n"
        async for event in _events(user, key, since):
            yield event
    finally:
        pulse.listeners -= 1


async def _events(user: User, key: str, since: int) -> AsyncIterator[str]:
    """Events while ``user`` is logged in: what changed, or a beat."""
    told, seen = "", -1
    beat_at = ask_at = time.monotonic()
    while True:
        now = time.monotonic()
        if now - ask_at >= ASK_AGAIN_EVERY:
            ask_at = now
            if await sync_to_async(_listener)(key) is None:
                return
        newest = await pulse.look()
        if newest != seen or now - beat_at >= BEAT_EVERY:
            seen, beat_at = newest, now
            figures = await sync_to_async(_figures)(user, since)
            yield f"event: alerts\ndata: {figures}\n\n" if figures != told else ": beat\n\n"
            told = figures
        await asyncio.sleep(LOOK_EVERY)


def _pulse_now() -> int:
    close_old_connections()
    return alert_pulse()


def _figures(user: User, since: int) -> str:
    close_old_connections()
    return json.dumps(
        {
            "fresh": alerts_newer_than(user, since),
            "open": open_alert_count(user),
            "bound": COUNT_BOUND,
        }
    )


def _listener(key: str) -> User | None:
    """Whose session ``key`` is, where they are still logged in and may read the console."""
    close_old_connections()
    asked = HttpRequest()
    asked.session = SessionStore(key)
    user = get_user(asked)
    return user if isinstance(user, User) and may_read(user) else None


def _page_origin() -> str:
    """Where our pages are: the only origin that may read the stream."""
    base = urlsplit(settings.CONFIG.base_url)
    return f"{base.scheme}://{base.netloc}"


def _answer(response: HttpResponseBase, origin: str) -> HttpResponseBase:
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy must pass each event on at once
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Credentials"] = "true"
        response["Vary"] = "Origin"
    return response


def _since(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 - digits of 2**63
