"""Everything that can be checked without running the suite; one line for each check."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.checks import access, messages, reasons, size, strangers, templates, tested

ROOT = Path(__file__).resolve().parent.parent

BIN = Path(sys.executable).parent
OWN: dict[str, Callable[[Path], list[str]]] = {
    "size": size.check,
    "tested": tested.check,
    "access": access.check,
    "reasons": reasons.check,
    "strangers": strangers.check,
    "templates": templates.check,
    "messages": messages.check,
}
COMMANDS = {
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "lint": [str(BIN / "ruff"), "check", "--output-format=concise", "."],
    "floors": [str(BIN / "lint-imports")],
    "migrations": [
        *[str(BIN / "django-admin"), "makemigrations", "--check", "--dry-run"],
        *["--settings=varde.project.settings"],
    ],
    "types": [str(BIN / "mypy")],
}


def command(name: str) -> tuple[bool, str]:
    environment = {**os.environ, "VARDE_SECRET_KEY": "only so that the settings can be read " * 2}
    done = subprocess.run(
        COMMANDS[name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode == 0, done.stdout + done.stderr


def own(name: str) -> tuple[bool, str]:
    complaints = OWN[name](ROOT)
    return not complaints, "\n".join(complaints)


def main(wanted: list[str]) -> int:
    failed = []
    for name in wanted or [*OWN, *COMMANDS]:
        started = time.monotonic()
        passed, output = own(name) if name in OWN else command(name)
        seconds = time.monotonic() - started
        print(f"check: {name:<11} {'ok' if passed else 'FAILED'}  {seconds:.1f} s", flush=True)
        if not passed:
            print(output.rstrip(), flush=True)
            failed.append(name)
    if failed:
        print(f"check: failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
