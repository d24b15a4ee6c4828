"""Pages speak the language of whoever is logged in."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from varde.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponseBase]


def users_language(get_response: Answer) -> Answer:
    """After ``LocaleMiddleware``, which goes by the cookie and the browser, for strangers."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, User):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return answer
