"""What django-axes counts failed logins by."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

_LONGEST = 254


def name_of(request: HttpRequest | None, credentials: Mapping[str, str] | None) -> str:
    """The address that was tried, in the one form we store, so that case makes no new counter."""
    tried = (credentials or {}).get("email") or (request.POST.get("login", "") if request else "")
    return tried.strip().lower()[:_LONGEST]


def address_of(request: HttpRequest) -> str:
    """Where the request comes from: what our own proxy says, and nobody else's word for it.

    A proxy appends the address it sees, so only the last entry is its own; those before it are the
    client's to invent.
    """
    sender = str(request.META.get("REMOTE_ADDR", ""))
    if not sender or sender != settings.TRUSTED_PROXY:
        return sender
    return request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or sender
