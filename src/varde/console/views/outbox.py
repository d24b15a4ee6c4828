"""What has left, what waits, and what failed; captured mail as it would have been sent."""

import re
from email.message import EmailMessage

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from varde.accounts.policies import may_operate
from varde.console.access import StaffRequest, reading_page
from varde.notify.channels import email
from varde.notify.enums import DeliveryState
from varde.notify.errors import NotifyError
from varde.notify.models import Delivery
from varde.notify.queries import deliveries_visible_to, outbox_page
from varde.notify.text import SECRET_MARK

_PAGE = 50
_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "X-TLP", "Auto-Submitted")


@reading_page
@require_GET
def outbox(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    deliveries = outbox_page(request.user, state=state)
    context = {
        "page": Paginator(deliveries, _PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": DeliveryState.choices,
        "captures": email.is_captured(),
    }
    return render(request, "console/outbox.html", context)


@reading_page
@require_GET
def delivery(request: StaffRequest, uid: str) -> HttpResponse:
    """One message. It is shown as text, its HTML as source: nothing in it can act here."""
    deliveries = deliveries_visible_to(request.user).prefetch_related("attempts")
    shown = get_object_or_404(deliveries, uid=uid)
    if not may_operate(request.user):
        # Whoever may change nothing must not be able to answer in a member's name either.
        shown.notification.secret = SECRET_MARK
    message = _message(shown)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    text = plain.get_content() if plain else shown.notification.text
    context = {
        "delivery": shown,
        "headers": [(name, message[name]) for name in message.keys() if name in _HEADERS],  # noqa: SIM118 - a message, whose keys may repeat
        "text": text,
        "html": html.get_content() if html else "",
        "links": _own_links(text) if shown.state == DeliveryState.CAPTURED else [],
    }
    return render(request, "console/delivery.html", context)


def _message(shown: Delivery) -> EmailMessage:
    """The message; an empty one where none can be made, as for an address that is none."""
    try:
        return email.build(shown)
    except NotifyError:
        return EmailMessage()


def _own_links(text: str) -> list[str]:
    """Links to our own pages in a captured message, so that they can be tried."""
    base = re.escape(settings.CONFIG.base_url.rstrip("/"))
    return list(dict.fromkeys(re.findall(rf"{base}/n/[\w-]+/", text)))
