"""What every page knows: its look, its languages, whose centre it is."""

from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest

SCHEMES = ("auto", "light", "dark")
SCHEME_COOKIE = "scheme"


class Interface(TypedDict):
    scheme: str
    schemes: tuple[str, ...]
    languages: list[tuple[str, str]]
    demo: bool
    organisation: str
    time_zone: str
    live_url: str


def scheme_of(request: HttpRequest) -> str:
    """The colour scheme the reader chose; ``auto`` (the system's) where they chose none."""
    chosen = request.COOKIES.get(SCHEME_COOKIE, "")
    return chosen if chosen in SCHEMES else "auto"


def interface(request: HttpRequest) -> dict[str, Interface]:
    """Context of every template: ``interface``."""
    return {
        "interface": Interface(
            scheme=scheme_of(request),
            schemes=SCHEMES,
            # By their own names: a reader who is lost in a language must find their own.
            languages=settings.LANGUAGES,
            demo=settings.DEMO,
            organisation=settings.ORGANISATION_NAME,
            time_zone=settings.TIME_ZONE,
            live_url=settings.LIVE_URL,
        )
    }
