"""What every answer carries, whichever page made it."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADERS = {
    # No other origin may load what we serve, nor share our window.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
    # Pages show what members were told: no cache, shared or private, may keep them.
    "Cache-Control": "no-store",
}
Answer = Callable[[HttpRequest], HttpResponseBase]


def private_pages(get_response: Answer) -> Answer:
    """Set the headers above where the page did not set its own. Static files are served before."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer
