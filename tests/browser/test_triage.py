"""The shift of an analyst who never touches the mouse, and what reaches their page by itself."""

import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Open, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def _queue(visit: Open, site: Site, query: str = "") -> Page:
    opened = visit("en")
    opened.go(site.paths["alerts"] + query)
    return opened.page


def test_the_first_tab_leads_past_the_navigation(site: Site, visit: Open) -> None:
    page = _queue(visit, site)

    page.keyboard.press("Tab")
    assert _focused(page) == "Skip to the main content"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


_NUMBER = """() => {
  const controls = [...document.querySelectorAll(
    "main :is(a, button, input:not([type=hidden]), select)")].filter(c => c.checkVisibility());
  controls.forEach((control, number) => { control.dataset.number = number; });
  return controls.length;
}"""
_FOCUS = """() => {
  const {dataset, tagName} = document.activeElement;
  return [dataset.number ?? tagName, getComputedStyle(document.activeElement).outlineStyle];
}"""


def test_every_control_is_reached_by_tab_and_shows_its_focus(site: Site, visit: Open) -> None:
    page = _queue(visit, site)
    wanted = page.evaluate(_NUMBER)

    page.focus("#main")
    reached = {}
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        number, outline = page.evaluate(_FOCUS)
        reached[number] = outline

    assert {str(number) for number in range(wanted)} <= set(reached)
    reached.pop("BODY", None)  # where the walk ends and begins anew
    assert [number for number, outline in reached.items() if outline == "none"] == []


def test_alerts_are_assessed_by_keys_alone(site: Site, visit: Open) -> None:
    page = _queue(visit, site, "?text=POLICY&order=latest")
    titles = page.locator("[data-row]")
    before = titles.count()

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-selected]")).to_have_text("2 selected")
    page.keyboard.press("f")

    expect(page.locator(".vd-messages")).to_contain_text("2 alerts assessed.")
    assert titles.count() == before - 2
    assert "text=POLICY" in page.url


def test_a_key_without_a_selection_acts_on_the_alert_in_focus(site: Site, visit: Open) -> None:
    page = _queue(visit, site, "?text=POLICY&order=latest")

    page.keyboard.press("j")
    page.keyboard.press("i")

    expect(page.locator(".vd-messages")).to_contain_text("1 alert assessed.")


def test_keys_move_open_and_search(site: Site, visit: Open) -> None:
    page = _queue(visit, site)
    titles = [title.strip() for title in page.locator("[data-open]").all_inner_texts()]

    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    assert _focused(page) == titles[1]
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "filter-text"
    page.keyboard.type("jjj")
    assert page.input_value("#filter-text") == "jjj"
    page.fill("#filter-text", "")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url("**/console/alerts/*-*/")
    expect(page.locator("h1")).to_be_visible()


def test_a_case_is_opened_and_members_are_told_by_keys_alone(site: Site, visit: Open) -> None:
    page = _queue(visit, site, "?text=vpn-varsel")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("c")
    page.wait_for_url("**/console/cases/new/**")
    page.focus("#case-title")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/cases/20*/")
    page.focus("text=Notify the members")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/notices/new/**")
    expect(page.locator("pre").first).to_contain_text("TLP:AMBER")
    page.focus("button[name=send]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/console/cases/20*/")
    expect(page.locator(".vd-messages")).to_contain_text("1 notice is on its way.")
    expect(page.locator("main")).to_contain_text("No answer yet")


def test_help_tells_the_keys_and_switches_them_off(site: Site, visit: Open) -> None:
    page = _queue(visit, site)

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.uncheck("[data-keys-on]")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()
    page.keyboard.press("j")

    assert not page.evaluate("document.activeElement.matches('[data-open]')")


def test_filters_change_the_list_and_the_address_without_a_new_page(
    site: Site, visit: Open
) -> None:
    page = _queue(visit, site)
    page.evaluate("window.samePage = true")

    page.select_option("#filter-severity", "4")

    page.wait_for_url("**severity=4**")
    expect(page.locator("[data-row]").first).to_contain_text("Critical")
    expect(page.locator("#queue")).not_to_contain_text("Medium")
    assert page.evaluate("window.samePage")
    page.keyboard.press("Escape")
    page.focus("body")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-selected]")).to_have_text("1 selected")


def test_a_raw_line_is_asked_for_and_shows_beneath_the_evidence(site: Site, visit: Open) -> None:
    opened = visit("en")
    opened.go(site.paths["alert"])
    page = opened.page

    page.locator("#evidence a", has_text="Line").first.click()

    expect(page.locator("#raw-line")).to_contain_text("The raw line has been removed")
    expect(page.locator("h1").first).to_contain_text("update-helse.example")


_RAISE = """
import django; django.setup()
from varde.monitoring.models import Alert
a = Alert.objects.exclude(member=None)[0]
a.pk, a.uid, a.key, a.status = None, __import__("uuid").uuid4(), {key!r}, "new"
a.kind, a.title = "signature", "Fresh {key}"
a._state.adding = True
a.save()
"""


def _raise_alert(site: Site, key: str) -> None:
    command = [sys.executable, "-c", _RAISE.format(key=key)]
    subprocess.run(command, check=True, cwd=ROOT, env=site.environment)


def test_new_alerts_announce_themselves(site: Site, visit: Open) -> None:
    page = _queue(visit, site)
    badge = page.locator("[data-live-fresh]")
    waiting = int(page.inner_text('[data-live-count="open"]'))
    expect(badge).not_to_be_visible()

    _raise_alert(site, "one")
    expect(badge).to_have_text("1 new alert – show", timeout=15_000)
    _raise_alert(site, "two")
    expect(badge).to_have_text("2 new alerts – show", timeout=15_000)
    expect(page.locator('[data-live-count="open"]')).to_have_text(str(waiting + 2))
    badge.click()

    expect(page.locator("#queue")).to_contain_text("Fresh two")
    expect(badge).not_to_be_visible()
