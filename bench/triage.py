"""The triage page with 100,000 alerts: server time of the whole page, and its queries."""

import os
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from varde.monitoring.models import Alert

ALERTS = 100_000
MEMBERS = 600
ROUNDS = 9
BUDGET_MS = 100.0
DAY = datetime(2026, 3, 14, tzinfo=UTC)
STATUSES = ("new", "new", "new", "true", "false", "informational")
PAGES = {
    "as it opens": "",
    "severe only": "?severity=3",
    "one member": "?member=member-17",
    "text search": "?text=number+17",
    "any status": "?status=all",
    "latest first": "?order=latest",
}


def run() -> list[dict[str, object]]:
    """Figures as ``{name, value, unit, baseline, ratio}``; the ratio says how often it fits."""
    with tempfile.TemporaryDirectory(prefix="varde-bench-") as home:
        os.environ["VARDE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.project.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        fill()
        figures = measure()
        from django.db import connections

        connections.close_all()
    return figures


def fill() -> None:
    """Alerts as a busy year leaves them."""
    from varde.constituency.models import Organisation
    from varde.monitoring.models import Alert, DetectionName

    Organisation.objects.bulk_create(
        Organisation(handle=f"member-{n}", name=f"Member {n}", kind="gp", valid_from=DAY)
        for n in range(MEMBERS)
    )
    members = list(Organisation.objects.values_list("pk", flat=True))
    Alert.objects.bulk_create((_alert(n, members) for n in range(ALERTS)), batch_size=2000)
    names = Alert.objects.order_by().values_list("detection", "title").distinct()
    DetectionName.objects.bulk_create(DetectionName(detection=d, title=t) for d, t in names)
    _settle()


def _alert(n: int, members: list[int]) -> "Alert":
    from varde.monitoring.models import Alert

    return Alert(
        key=f"{n:064x}",
        kind="signature" if n % 3 else "indicator",
        detection=f"suricata:{2_000_000 + n % 900}",
        title=f"ET MALWARE Something number {n % 900}",
        member_id=members[n % len(members)] if n % 10 else None,
        severity=1 + n % 4,
        status=STATUSES[n % len(STATUSES)],
        count=1 + n * 7919 % 1000,
        window_start=DAY,
        first_seen=DAY,
        last_seen=DAY + timedelta(seconds=n * 7919 % 600_000),
        why={"hours": [0] * 24, "hosts": {f"192.0.2.{h}": h for h in range(20)}},
    )


def _settle() -> None:
    """As autovacuum would have by now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measure() -> list[dict[str, object]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    setup_test_environment()
    client = _analyst()
    figures = []
    for name, query in PAGES.items():
        times = []
        for _ in range(ROUNDS):
            with CaptureQueriesContext(connection) as captured:
                started = time.perf_counter()
                answer = client.get(f"/console/alerts/{query}")
                times.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, answer.status_code
        figures.append(_figure(f"triage page, {name}", statistics.median(times), len(captured)))
    return figures


def _analyst() -> "Client":
    from django.conf import settings
    from django.test import Client

    from varde.accounts.models import User
    from varde.accounts.second_factor import KEY

    user = User.objects.create_user("ada@centre.example", role="analyst", name="Ada")
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    # What is measured is the page, so the session is as after a whole login.
    session = client.session
    session[KEY] = user.pk
    session.save()
    return client


def _figure(name: str, milliseconds: float, queries: int) -> dict[str, object]:
    return {
        "name": f"{name} ({queries} queries)",
        "value": round(milliseconds, 1),
        "unit": "ms",
        "baseline": BUDGET_MS,
        "ratio": round(BUDGET_MS / milliseconds, 2),
    }


if __name__ == "__main__":
    for figure in run():
        print(figure)
