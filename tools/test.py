"""Run the suite: ``fast`` without slow and browser tests, ``all`` with everything, twice.

``all`` = the checks, the whole suite on SQLite, then each test that touches the database once more
on a throw-away PostgreSQL. Every part runs even where an earlier one failed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent

PYTEST = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", "--durations=10"]
CHECK = [sys.executable, "-m", "tools.check"]
DATABASE = ["--database-only", "-m", "not browser"]
FAST = "not slow and not browser"


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
        listed = [*PYTEST[:3], "--collect-only", "-q", *DATABASE]
        counted = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
        last = counted.stdout.strip().rpartition("\n")[2]
        print(f"test: PostgreSQL is not installed (make setup): SKIPPED {last}")
        return 0
    with postgres.cluster() as url:
        # The cluster goes as a whole: a connection that a test left open must not fail the run.
        return pytest(*DATABASE, "--reuse-db", url=url)


def everything() -> dict[str, int]:
    headline("checks")
    results = {"checks": subprocess.run(CHECK, cwd=ROOT, check=False).returncode}
    headline("the whole suite on SQLite")
    results["SQLite"] = pytest()
    headline("its database part on PostgreSQL")
    results["PostgreSQL"] = on_postgresql()
    return results


def main(what: str) -> int:
    started = time.monotonic()
    results = everything() if what == "all" else {"fast": pytest("-m", FAST)}
    verdicts = [f"{name} {'FAILED' if code else 'ok'}" for name, code in results.items()]
    print(f"\ntest: {' · '.join(verdicts)} · {time.monotonic() - started:.0f} s")
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
