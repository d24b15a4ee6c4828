"""Every page of the console as an analyst reads it: in each language, light, dark and small."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import AXE, Open, Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

_VIOLATIONS = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  const where = v => v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | ");
  return found.violations.map(v => `${v.id}: ${where(v)}`);
}"""
_INJECTED = """() => [...document.querySelectorAll(
  'script:not([src]):not([type="application/json"]), style, [style]:not(.uplot, .uplot *), img')]
  .map(node => node.outerHTML.slice(0, 120))"""


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(_VIOLATIONS)
    return found


def _go_everywhere(site: Site, opened: Visit, paths: list[str] | None = None) -> list[str]:
    """What is wrong, page by page."""
    wrong = []
    for name, path in site.paths.items():
        if paths is None or name in paths:
            opened.go(path)
            opened.page.wait_for_function(
                "!document.querySelector('[data-chart]:not([data-drawn])')"
            )
            found = _violations(opened.page) + opened.page.evaluate(_INJECTED)
            wrong += [f"{name}: {fault}" for fault in found]
    return wrong


_SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        ("nb", "light"),
        ("nn", "dark"),
        ("en", "light"),
        pytest.param("nb", "dark", marks=_SLOW),
        pytest.param("nn", "light", marks=_SLOW),
        pytest.param("en", "dark", marks=_SLOW),
    ],
)
def test_every_page_is_accessible(site: Site, visit: Open, language: str, scheme: str) -> None:
    opened = visit(language, scheme=scheme)

    assert _go_everywhere(site, opened) == []
    assert opened.page.get_attribute("html", "lang") == language


def test_leadership_sees_figures_that_are_accessible(site: Site, visit: Open) -> None:
    opened = visit("leadership")

    assert _go_everywhere(site, opened, ["dashboard"]) == []
    assert opened.page.locator("nav a").count() == 1


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_page_is_wider_than_a_small_telephone(site: Site, visit: Open, language: str) -> None:
    opened = visit(language, width=320)

    too_wide = []
    for name, path in site.paths.items():
        opened.go(path)
        if opened.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            too_wide.append(name)
    assert too_wide == []


def test_menus_open_and_are_accessible_on_a_small_telephone(site: Site, visit: Open) -> None:
    opened = visit("nb", width=320)
    page = opened.page
    opened.go(site.paths["alerts"])

    for button, menu in (("navigation", "#navigation"), ("settings", "#settings")):
        page.click(f'[popovertarget="{button}"]')
        assert page.locator(menu).is_visible()
        assert _violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Escape")


def test_appearance_and_language_are_chosen_from_the_menu(site: Site, visit: Open) -> None:
    opened = visit("lead")
    page = opened.page
    opened.go(site.paths["members"])

    page.click('[popovertarget="settings"]')
    page.click('button[name="scheme"][value="dark"]')
    assert page.get_attribute("html", "data-color-scheme") == "dark"
    page.click('[popovertarget="settings"]')
    page.click('button[name="language"][value="nn"]')
    assert page.get_attribute("html", "lang") == "nn"
    assert page.url.endswith(site.paths["members"])


def test_the_queue_can_be_filtered_without_scripts(site: Site, visit: Open) -> None:
    opened = visit("nb", java_script_enabled=False)
    page = opened.page
    opened.go(site.paths["alerts"])

    page.fill("#filter-text", "eresept")
    page.click(".vd-filters button[type=submit]")

    page.wait_for_url("**text=eresept**")
    page.wait_for_load_state()
    titles = page.locator("[data-open]").all_inner_texts()
    assert titles
    assert set(titles) == {"Domene eresept-login.example"}
