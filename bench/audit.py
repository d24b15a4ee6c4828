"""The audit chain: entries verified and appended a second, on a real database file."""

import os
import tempfile
import time

VERIFIED = 100_000
APPENDED = 5_000
PROMISED_PER_SECOND = 20_000


def run() -> list[dict[str, object]]:
    """Figures as ``{name, value, unit, baseline, ratio}``."""
    with tempfile.TemporaryDirectory(prefix="varde-bench-") as home:
        os.environ["VARDE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.project.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        appended = _append(APPENDED)
        _append(VERIFIED - APPENDED)
        verified = _verify()
        from django.db import connections

        connections.close_all()
    return [
        _figure("audit verify", verified, PROMISED_PER_SECOND),
        _figure("audit append", appended, None),
    ]


def _append(count: int) -> float:
    """Entries a second, each with a detail, in one transaction: the cost of ``record`` itself."""
    from django.db import transaction

    from varde.base import audit

    # Processor time: whatever else the machine does must not change the figure.
    started = time.process_time()
    with transaction.atomic():
        for number in range(count):
            audit.record(None, "thing.do", f"thing:{number}", number=number, note="a short note")
    return count / (time.process_time() - started)


def _verify() -> float:
    """Entries a second, each with a detail, on one core; the best of three walks."""
    from varde.base import audit

    best = 0.0
    for _ in range(3):
        started = time.process_time()
        verdict = audit.verify()
        best = max(best, verdict.entries / (time.process_time() - started))
        assert (verdict.entries, verdict.broken_at) == (VERIFIED, None)
    return best


def _figure(name: str, value: float, baseline: float | None) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value),
        "unit": "entries/s",
        "baseline": baseline,
        "ratio": round(value / baseline, 2) if baseline else None,
    }


if __name__ == "__main__":
    for figure in run():
        print(figure)
