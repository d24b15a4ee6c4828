"""Walk through the running demonstration as a visitor would; what ``--check`` does."""

import re
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener


class DemoError(Exception):
    """The demonstration does not show what it should."""


UUID = "[0-9a-f]{8}-[0-9a-f-]{27}"
# For each role: a page, and a pattern of what it must show.
SIGHTS = {
    "analyst": (
        ("/console/alerts/", f"/console/alerts/{UUID}/"),
        ("/console/cases/", "Grå Havhest"),
        ("/console/outbox/", "solvik-sykehus.example"),
    ),
    "lead": (("/console/", "DEMO"),),
    "member": (("/members/", r"N\d{4}-\d{4}"),),
    "leadership": (("/console/", "DEMO"),),
}
FORM = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
OTHER_HOST = re.compile(r'(?:src|href|action)="(?:https?:)?//(?!127\.0\.0\.1)[^"]*"')


def visit(base: str, links: dict[str, str]) -> list[str]:
    """Log in by each link and look around; one line for each page that was seen.

    Raises ``DemoError`` where a page is missing, empty, or asks something of another host.
    """
    seen = []
    for role, link in links.items():
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        enter(browser, base, link)
        for path, pattern in SIGHTS.get(role, ()):
            page = read(browser, base + path)
            if not re.search(pattern, page):
                raise DemoError(f"{path} does not show {pattern} to the {role}")
            if strange := OTHER_HOST.search(page):
                raise DemoError(f"{path} asks something of another host: {strange.group()}")
            seen.append(f"{role}: {path}")
    return seen


def enter(browser: OpenerDirector, base: str, link: str) -> None:
    """Open a login link; where it asks first, say yes."""
    page = read(browser, base + link)
    if found := FORM.search(page):
        form = f"csrfmiddlewaretoken={found.group(1)}".encode()
        headers = {"Referer": base + link, "Origin": base}
        read(browser, Request(base + link, data=form, headers=headers))  # noqa: S310 - our own


def read(browser: OpenerDirector, address: str | Request) -> str:
    try:
        with browser.open(address, timeout=30) as answer:
            body: bytes = answer.read()
    except HTTPError as error:
        raise DemoError(f"{error.url} answers {error.code}") from error
    return body.decode()
