"""Three members answer in a real browser, from the mail they got, one of them without script."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import chromium
from tests.notify.conftest import MailServer, mail_server
from varde.accounts.models import User
from varde.incidents.actions.case import CaseFacts, open_case
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Answer, Notice
from varde.incidents.queries import answers_on_alerts, notices_of_case
from varde.monitoring.models import Alert
from varde.notify.actions.delivery import deliver_due

__all__ = ["mail_server"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Who answers what: by the language their page must be in.
ANSWERS = {
    "nb": ("Løst", "fixed", "Vi installerte på nytt. <b>æøå</b>", True),
    "nn": ("Treng hjelp", "need_help", "", False),
    "en": ("Not ours", "not_ours", "Our supplier's.", True),
}


def links_in(mail: MailServer, at: LiveServer) -> Iterator[str]:
    for message in mail.messages:
        body = message.get_body(("plain",))
        assert body is not None
        [path] = re.findall(r"https?://\S+(/n/[\w-]+/)", body.get_content())
        yield at.url + path


def answer(browser: Browser, link: str) -> list[str]:
    """Open the link, answer, read the thanks; returns what the browser complained of."""
    with browser.new_context() as peek:
        page = peek.new_page()
        page.goto(link)
        language = page.locator("html").get_attribute("lang")
    button, kind, comment, scripted = ANSWERS[language or ""]
    complaints: list[str] = []
    with browser.new_context(java_script_enabled=scripted) as context:
        page = context.new_page()
        listen(page, complaints, own=link.partition("/n/")[0])
        page.goto(link)
        assert page.get_by_role("status").count() == 0
        if comment:
            page.locator("#comment").fill(comment)
        page.locator(f"button[value={kind}]").click()
        page.wait_for_url("**/#answer")
        thanks = page.get_by_role("status").inner_text()
        assert button in thanks
        assert comment in thanks
        page.set_viewport_size({"width": 320, "height": 640})
        if scripted:
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
    return complaints


def listen(page: Page, complaints: list[str], *, own: str) -> None:
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(own) else complaints.append(request.url),
    )


def test_three_members_answer_from_their_mail(
    three: list[Alert], analyst: User, mail_server: MailServer, live_server: LiveServer
) -> None:
    case = open_case(facts=CaseFacts("Ransomware"), alerts=three, actor=analyst)
    send_notices(case=case, actor=analyst)
    deliver_due(now=timezone.now(), worker="w", limit=50)
    links = list(links_in(mail_server, live_server))

    with chromium() as browser:
        complaints = [answer(browser, link) for link in links]

    assert len(links) == 3
    assert complaints == [[], [], []]
    given = {
        answer.notice.language: (answer.kind, answer.comment) for answer in Answer.objects.all()
    }
    assert given == {language: (kind, said) for language, (_, kind, said, _) in ANSWERS.items()}
    assert not Notice.objects.filter(first_opened_at=None).exists()
    # The answers show where the analyst looks: on the alerts and on the case.
    assert set(answers_on_alerts(analyst, [alert.pk for alert in three])) == {a.pk for a in three}
    assert all(notice.answer_label for notice in notices_of_case(analyst, case))
