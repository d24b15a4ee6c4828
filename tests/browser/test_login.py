"""Logging in with a real browser: a passkey from its set-up to its use, and pages for everybody."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import AXE
from varde.accounts.actions.login import create_login_link
from varde.accounts.models import User
from varde.base.models import AuditEntry

# Playwright's loop runs in this thread, and Django takes what follows for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_VIOLATIONS = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" | "));
}"""


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of an installation that is no demonstration; trouble on it fails the test."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 800})
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda m: trouble.append(m.text) if is_trouble(m) else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    yield page
    context.close()
    assert trouble == []


def is_trouble(message: ConsoleMessage) -> bool:
    # The live updates are another program, which these tests do not start.
    from_live = message.location["url"].startswith(settings.LIVE_URL)
    return message.type in {"error", "warning"} and not from_live


def faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(_VIOLATIONS)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


def test_a_passkey_is_set_up_and_logs_in_alone(page: Page, analyst: User) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(create_login_link(user=analyst, now=timezone.now()))
    page.click("main button")
    page.wait_for_url("**/accounts/2fa/")
    assert faults(page) == []
    page.goto("/console/")
    assert page.url.endswith("/accounts/2fa/")
    page.click("a[href$='/webauthn/add/']")
    assert faults(page) == []
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")
    assert faults(page) == []
    page.goto("/accounts/2fa/webauthn/")
    assert faults(page) == []
    page.goto("/accounts/logout/")
    page.click("main button")

    page.goto("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/console/")

    assert AuditEntry.objects.filter(action="user.second_factor_added").exists()
    assert AuditEntry.objects.filter(action="user.login").count() == 2


def test_a_passkey_that_is_not_there_is_said_to_be(page: Page, analyst: User) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {**AUTHENTICATOR, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/accounts/login/")
    assert not page.locator("#passkey-error").is_visible()

    page.click("#passkey_login")

    page.locator("#passkey-error").wait_for(state="visible", timeout=90_000)
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_pages_are_for_everybody(page: Page, analyst: User, language: str, scheme: str) -> None:
    analyst.language = language
    analyst.set_password("correct horse battery staple")
    analyst.save()
    page.context.add_cookies(
        [
            {"name": "scheme", "value": scheme, "domain": "localhost", "path": "/"},
            {"name": "django_language", "value": language, "domain": "localhost", "path": "/"},
        ]
    )
    link = create_login_link(user=analyst, now=timezone.now())

    wrong = []
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/inactive/", link):
        page.goto(path)
        wrong += [f"{path}: {fault}" for fault in faults(page)]
    page.click("main button")
    page.wait_for_url("**/accounts/2fa/")
    for path in ("", "totp/activate/", "../password/change/", "../reauthenticate/", "../logout/"):
        page.goto(f"/accounts/2fa/{path}")
        wrong += [f"{path}: {fault}" for fault in faults(page)]

    assert wrong == []
    assert page.get_attribute("html", "lang") == language
