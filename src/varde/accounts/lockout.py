"""What django-axes counts failed logins by."""

from collections.abc import Mapping

from django.http import HttpRequest

_LONGEST = 254


def name_of(request: HttpRequest | None, credentials: Mapping[str, str] | None) -> str:
    """The address that was tried, in the one form we store, so that case makes no new counter."""
    tried = (credentials or {}).get("email") or (request.POST.get("login", "") if request else "")
    return tried.strip().lower()[:_LONGEST]
