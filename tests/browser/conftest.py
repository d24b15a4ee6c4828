"""A running installation and a browser: both real, both on this machine only."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
# Chromium of its own accord asks its maker for many things; none of it is ours.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class Site:
    base: str
    home: Path
    environment: dict[str, str]
    sessions: dict[str, str]
    paths: dict[str, str]


@dataclass(slots=True)
class Visit:
    """A page somebody has open, and everything that must not happen on it."""

    page: Page
    base: str
    trouble: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        answer = self.page.goto(self.base + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    port, live_port = _free_port(), _free_port()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("VARDE_")},
        "DJANGO_SETTINGS_MODULE": "varde.project.settings",
        "VARDE_HOME": str(home),
        "VARDE_SECRET_KEY": secrets.token_urlsafe(64),
        "VARDE_PORT": str(port),
        "VARDE_LIVE_PORT": str(live_port),
        "VARDE_BASE_URL": f"http://127.0.0.1:{port}",
        "VARDE_DEMO": "true",
    }


@contextmanager
def _serving(kind: str, port: str, application: str, environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "granian", "--interface", kind, "--host", "127.0.0.1"]
    command += ["--port", port, "--log-level", "warning", "--workers-kill-timeout", "2"]
    command += ["--blocking-threads", "4"] if kind == "wsgi" else []
    command += [application]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(address, timeout=5)  # noqa: S310 - our own loopback address
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation with the story in it, served as ``varde up`` serves it."""
    home = tmp_path_factory.mktemp("site")
    environment = _environment(home)
    built = subprocess.run(
        [sys.executable, "-m", "tests.browser.build"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(built.stdout.splitlines()[-1])
    port, live = environment["VARDE_PORT"], environment["VARDE_LIVE_PORT"]
    with (
        _serving("wsgi", port, "varde.project.wsgi:application", environment),
        _serving("asginl", live, "varde.project.asgi:application", environment),
    ):
        yield Site(f"http://127.0.0.1:{port}", home, environment, **told)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser while the block lasts: meanwhile Django lets no thread of it ask the database."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


# Not for the session: Playwright holds an event loop, and other modules run their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


Open = Callable[..., Visit]


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Open]:
    """``visit(who, scheme=, width=)`` opens a page; trouble on it fails the test at its end."""
    visits: list[tuple[BrowserContext, Visit]] = []

    def open_page(who: str = "", *, scheme: str = "light", width: int = 1400, **more: Any) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        cookies = [{"name": "scheme", "value": scheme, "url": site.base}]
        if who:
            cookies.append({"name": "session", "value": site.sessions[who], "url": site.base})
        context.add_cookies(cookies)
        opened = Visit(context.new_page(), site.base)
        _watch(opened)
        visits.append((context, opened))
        return opened

    yield open_page
    for context, opened in visits:
        context.close()
        assert opened.trouble == []


def _watch(opened: Visit) -> None:
    """Note what must not happen: warnings, errors, dialogs, requests to anywhere else."""
    page, trouble = opened.page, opened.trouble
    page.on("console", lambda m: trouble.append(f"{m.type}: {m.text}") if _is_bad(m.type) else None)
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on(
        "dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss())
    )
    page.on(
        "request",
        lambda request: trouble.append(f"asks {request.url}") if _is_far(request.url) else None,
    )


def _is_bad(kind: str) -> bool:
    return kind in {"warning", "error"}


def _is_far(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "about:"))
