"""Every page that a member may open: no fault that axe finds, no sideways scrolling at 320 px."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import AXE, chromium
from varde.accounts.models import User
from varde.incidents.actions.answer import record_answer
from varde.incidents.actions.notice import Wishes, send_notices
from varde.monitoring.models import Alert

RUN = "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join()))"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Cookie = dict[str, str]


@pytest.fixture
def pages(
    three: list[Alert], analyst: User, live_server: LiveServer, settings: Settings
) -> list[str]:
    """The front page, three notices of which one is answered, the portal, and a link that fails."""
    settings.CONFIG = settings.CONFIG.model_copy(update={"organisation_phone": "+47 22 22 22 22"})
    notices = send_notices(alerts=three, actor=analyst, wishes=Wishes(advice="Install anew."))
    record_answer(token=notices[1].notification.secret, kind="need_help", comment="Call us.")
    paths = [
        "/",
        *(f"/n/{notice.notification.secret}/" for notice in notices),
        "/n/unknown/",
        "/members/",
        f"/members/notices/{notices[1].uid}/",
        "/members/alerts/",
    ]
    return [live_server.url + path for path in paths]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_members_pages_are_accessible(
    client: Client,
    pages: list[str],
    contact: User,
    live_server: LiveServer,
    settings: Settings,
    language: str,
) -> None:
    contact.language = language
    contact.save()
    client.force_login(contact)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}

    with chromium() as browser:
        found = {
            (scheme, page): faults
            for scheme in ("light", "dark")
            for page in pages
            if (faults := faults_of(browser, page, scheme, cookies, live_server.url))
        }

    assert found == {}


def faults_of(browser: Browser, url: str, scheme: Any, cookies: Cookie, origin: str) -> list[str]:
    # The front page sends who is logged in elsewhere: there the reader is not.
    is_front = url == f"{origin}/"
    sent = {name: value for name, value in cookies.items() if not is_front or "lang" in name}
    # Only so that axe can be put in; the policy itself is tested where members answer.
    with browser.new_context(color_scheme=scheme, bypass_csp=True) as context:
        context.add_cookies([{"name": n, "value": v, "url": origin} for n, v in sent.items()])
        page = context.new_page()
        page.goto(url)
        page.add_script_tag(path=AXE)
        faults = [str(fault) for fault in page.evaluate(RUN)]
        page.set_viewport_size({"width": 320, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        return faults + ([f"{width} px wide"] if width > 320 else [])
