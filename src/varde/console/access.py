"""Who passes the console's door: each page names the right it asks for."""

from collections.abc import Callable, Iterable
from functools import wraps
from itertools import chain
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from varde.accounts.models import User
from varde.accounts.policies import may_audit, may_operate, may_see_figures

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponse]


def may_read(user: User) -> bool:
    """Whether they may read what the centre works on: its operators and auditors."""
    return may_operate(user) or may_audit(user)


def _page(may: Callable[[User], bool]) -> Callable[[StaffView[P]], StaffView[P]]:
    def guard(view: StaffView[P]) -> StaffView[P]:
        @wraps(view)
        def guarded(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user):
                raise PermissionDenied
            _refuse_nul([*map(str, kwargs.values()), *chain(*dict(request.GET.lists()).values())])
            return view(request, *args, **kwargs)

        return login_required(guarded)  # type: ignore[return-value]  # it narrows the request

    return guard


def _refuse_nul(asked: Iterable[str]) -> None:
    """No address of ours holds NUL, and PostgreSQL does not even look for it."""
    if any("\0" in text for text in asked):
        raise Http404


reading_page = _page(may_read)
working_page = _page(may_operate)
figures_page = _page(may_see_figures)
