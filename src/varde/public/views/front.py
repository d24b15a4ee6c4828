"""The front page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from varde.accounts.models import User


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Who we are and what to do; people who are logged in go on to their own first page."""
    if isinstance(request.user, User):
        return redirect("/console/" if request.user.is_centre else "members:notices")
    context = {
        "phone": settings.CONFIG.organisation_phone,
        "email": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "public/front.html", context)
