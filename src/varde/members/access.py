"""Who passes the portal's door."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from varde.accounts.enums import Role
from varde.accounts.models import User

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request of a member's contact who is logged in."""

    user: User


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponse]


def member_page(view: MemberView[P]) -> MemberView[P]:
    """For contacts of members only; to everybody else the page is not there."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.role != Role.MEMBER:
            raise Http404
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return login_required(guarded)  # type: ignore[return-value]  # it narrows the request
