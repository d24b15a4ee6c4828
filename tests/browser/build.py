"""Fill a new installation with the story, in a process of its own; says how to get in as JSON.

``python -m tests.browser.build`` with ``VARDE_HOME`` set; then ``sessions`` and ``paths``.
"""

import json
import sys

import django
from django.core.management import call_command


def build() -> dict[str, object]:
    call_command("migrate", verbosity=0)
    from tests.browser.story import tell  # noqa: PLC0415 - needs Django set up

    users = tell()
    return {"sessions": _sessions(users), "paths": _paths()}


def _sessions(users: dict[str, object]) -> dict[str, str]:
    """A session for each role, and for an analyst of each language."""
    from varde.accounts.models import User  # noqa: PLC0415 - needs Django set up

    for language in ("nb", "nn", "en"):
        users[language] = User.objects.create_user(
            f"{language}@varde.example", role="analyst", name="Ada Analytiker", language=language
        )
    return {name: _session(user) for name, user in users.items()}


def _session(user: object) -> str:
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415 - as above

    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session["second_factor"] = user.pk
    session.save()
    return session.session_key


def _paths() -> dict[str, str]:
    """Every page of the console, by name; where a page is of a thing, of a telling one."""
    from varde.incidents.models import Case, Notice  # noqa: PLC0415 - as above
    from varde.monitoring.models import Alert  # noqa: PLC0415 - as above
    from varde.notify.models import Delivery  # noqa: PLC0415 - as above

    match = Alert.objects.filter(indicator="update-helse.example").order_by("-severity")
    told, stray = match.filter(member__isnull=False)[0], match.get(member=None)
    noise = Alert.objects.filter(member__handle="hostile", kind="signature")[0]
    fresh = Alert.objects.filter(status="new", member__isnull=False)[0]
    case = Case.objects.order_by("number")[0]
    return {
        "dashboard": "/console/",
        "alerts": "/console/alerts/",
        "all alerts": "/console/alerts/?status=all&order=latest",
        "no alert": "/console/alerts/?text=nothing-like-this",
        "alert": f"/console/alerts/{told.uid}/",
        "alert without member": f"/console/alerts/{stray.uid}/",
        "signature": f"/console/alerts/{noise.uid}/",
        "event": f"/console/alerts/{told.uid}/events/{told.events.first().pk}/",
        "cases": "/console/cases/",
        "case": f"/console/cases/{case.number}/",
        "new case": f"/console/cases/new/?alert={fresh.uid}",
        "new notice": f"/console/notices/new/?alert={fresh.uid}&alert={noise.uid}",
        "notices told": f"/console/notices/new/?case={case.number}",
        "notice": f"/console/notices/{Notice.objects.get(answers__isnull=False).number}/",
        "members": "/console/members/",
        "member": "/console/members/nordlys-sykehus/",
        "hostile member": "/console/members/hostile/",
        "indicators": "/console/indicators/",
        "suppression": "/console/suppression/",
        "new rule": f"/console/suppression/new/?alert={noise.uid}",
        "outbox": "/console/outbox/",
        "delivery": f"/console/outbox/{Delivery.objects.order_by('pk')[0].uid}/",
        "health": "/console/health/",
    }


if __name__ == "__main__":
    django.setup()
    json.dump(build(), sys.stdout)
