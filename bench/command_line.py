"""How long a person waits for ``varde --help``; the baseline is Django's own command line."""

import os
import subprocess
import sys
import time
from pathlib import Path

RUNS = 7
BIN = Path(sys.executable).parent


def best(*command: str) -> float:
    """The shortest of some runs, in seconds: what the command itself takes."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "varde.project.settings",
        "VARDE_SECRET_KEY": "for a measurement only, fifty characters long or more",
    }
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(command, env=environment, capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return min(times)


def run() -> list[dict[str, object]]:
    ours, django = best(str(BIN / "varde"), "--help"), best(str(BIN / "django-admin"), "help")
    return [
        {
            "name": "varde --help",
            "value": round(ours, 3),
            "unit": "s",
            "baseline": round(django, 3),
            "ratio": round(django / ours, 1),
        }
    ]
