"""Take the README's pictures: start the demonstration, walk through it, light and dark."""

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, sync_playwright

from tools import system

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
PORT = 18_300
# Some live events first, so that the pages are not those of an empty house.
SETTLE = 100.0
LINK = re.compile(r"^  (\w+).*\n\s+(http://\S+/login/\S+)", re.MULTILINE)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@contextmanager
def demonstration() -> Iterator[dict[str, str]]:
    """A running demonstration; gives the login link of each role, by the role's first word."""
    command = [sys.executable, "-m", "varde.project", "demo", "--port", str(PORT)]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        with output.open("w") as file:
            process = subprocess.Popen([*command, "--home", f"{folder}/demo"], stdout=file)
        try:
            while "Ctrl-C stops" not in output.read_text():
                if process.poll() is not None:
                    sys.exit("screenshots: the demonstration did not start")
                time.sleep(0.5)
            yield dict(LINK.findall(output.read_text()))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def log_in(browser: Browser, link: str) -> StorageState:
    """Use a login link, once; what the browser remembers serves for every picture."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    state = context.storage_state()
    context.close()
    return state


def refuse_half_a_page(page: Page) -> None:
    """End rather than keep a picture of a page whose parts did not all arrive."""

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            sys.exit(f"screenshots: {page.url}: {message.text}")

    page.on("console", complain)


def dashboard(page: Page) -> None:
    page.goto("/console/")


def triage(page: Page) -> None:
    page.goto("/console/alerts/")


def alert(page: Page) -> None:
    page.goto("/console/alerts/?status=in_case&q=sikkeroppdatering")
    page.locator('[data-row] a[href^="/console/alerts/"]').first.click()


def case(page: Page) -> None:
    page.goto("/console/cases/")
    page.locator('main a[href^="/console/cases/20"]').first.click()


def notice(page: Page) -> None:
    page.goto("/members/")
    page.locator('main a[href^="/members/notices/"]').first.click()


WALKS: dict[Callable[[Page], None], str] = {
    dashboard: "analyst",
    triage: "analyst",
    alert: "analyst",
    case: "analyst",
    notice: "member",
}


def main() -> None:
    chromium = system.find(system.COMPONENTS[0])
    if chromium is None:
        sys.exit("screenshots: Chromium is missing (make setup)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration() as links, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        states = {role: log_in(browser, links[role]) for role in {*WALKS.values()}}
        time.sleep(SETTLE)
        for scheme in SCHEMES:
            for walk, role in WALKS.items():
                context = browser.new_context(
                    base_url=f"http://127.0.0.1:{PORT}",
                    viewport={"width": 1360, "height": 850},
                    color_scheme=scheme,
                    locale="nb-NO",
                    storage_state=states[role],
                )
                page = context.new_page()
                refuse_half_a_page(page)
                walk(page)
                page.wait_for_timeout(1_500)
                page.screenshot(path=FOLDER / f"{walk.__name__}-{scheme}.png")
                print(f"screenshots: {walk.__name__}-{scheme}.png")
                context.close()


if __name__ == "__main__":
    main()
