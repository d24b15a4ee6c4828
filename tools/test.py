"""Run the suite: ``fast`` without slow and browser tests, ``all`` with everything, twice.

``all`` = the checks, the whole suite on SQLite, then each test that touches the database once more
on a throw-away PostgreSQL. Every part runs even where an earlier one failed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import postgres

PYTEST = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", "--durations=10"]


def pytest(*arguments: str, url: str = "") -> int:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VARDE_")}
    if url:
        environment["VARDE_DATABASE_URL"] = url
    done = subprocess.run([*PYTEST, *arguments], cwd=ROOT, env=environment, check=False)
    return done.returncode


def headline(text: str) -> None:
    print(f"\n── {text} ".ljust(100, "─"), flush=True)


def on_postgresql() -> int:
    if postgres.programs() is None:
        print("test: PostgreSQL is not installed: its part of the suite is SKIPPED (make setup)")
        return 0
    with postgres.cluster() as url:
        return pytest("--database-only", "-m", "not browser", url=url)


def everything() -> dict[str, int]:
    headline("checks")
    results = {"checks": subprocess.run([sys.executable, "tools/check.py"], cwd=ROOT).returncode}
    headline("the whole suite on SQLite")
    results["SQLite"] = pytest()
    headline("its database part on PostgreSQL")
    results["PostgreSQL"] = on_postgresql()
    return results


def main(what: str) -> int:
    started = time.monotonic()
    if what == "fast":
        results = {"fast": pytest("-m", "not slow and not browser")}
    else:
        results = everything()
    verdicts = [f"{name} {'FAILED' if code else 'ok'}" for name, code in results.items()]
    print(f"\ntest: {' · '.join(verdicts)} · {time.monotonic() - started:.0f} s")
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
