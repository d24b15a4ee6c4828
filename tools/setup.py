"""Make a checkout ready: system packages where allowed, ``.venv`` from the lock file, translations.

Runs on the system's Python with the standard library only, and may be run again at any time: what
is ready already is left alone. ``VARDE_APT=no`` leaves the system's packages alone.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.lock"
BUILD = ("pyproject.toml", "setup.py", "src/varde/__init__.py")
PYTHON = (3, 11)


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def ready(name: str, content: str) -> bool:
    """Whether the step ``name`` was done for exactly this ``content``."""
    stamp = VENV / f".ready-{name}"
    return stamp.exists() and stamp.read_text() == content


def mark_ready(name: str, content: str) -> None:
    (VENV / f".ready-{name}").write_text(content)


def digest(*names: str) -> str:
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in names)).hexdigest()


def system_packages() -> None:
    """Install what the machine lacks, once for each list of missing programs."""
    missing = system.missing()
    wanted = " ".join(component.name for component in missing)
    if not missing or ready("system", wanted):
        return
    allowed = os.environ.get("VARDE_APT", "yes") != "no"
    if allowed:
        system.install(missing, say)
    left = system.missing()
    for component in left:
        say(f"no {component.name}: {component.without}")
    if allowed:
        VENV.mkdir(exist_ok=True)
        mark_ready("system", " ".join(component.name for component in left))


def virtual_environment() -> None:
    if (VENV / "bin" / "pip").exists():
        return
    say(f"virtual environment {VENV.name} (Python {sys.version.split()[0]})")
    system.ensure_venv(say)
    run(sys.executable, "-m", "venv", VENV)


def locked(name: str) -> str:
    """The lines of the lock file that pin ``name`` with its hashes."""
    found = re.search(rf"^{name}==.*(?:\n    .*)*", LOCK.read_text(), re.MULTILINE)
    if found is None:
        sys.exit(f"setup: {LOCK.name} does not pin {name}")
    return found.group() + "\n"


def installer() -> list[str | Path]:
    """``uv pip`` from the lock file (ten times as quick), else pip."""
    pip: list[str | Path] = [VENV / "bin" / "pip", "--isolated", "--disable-pip-version-check"]
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(locked("uv"))
            file.flush()
            command = [*pip, "install", "--quiet", "--require-hashes", "-r", file.name]
            subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    return [uv, "pip"] if uv.exists() else pip


def python_packages() -> None:
    """Exactly the lock file's packages, each checked against its hashes; then varde itself."""
    lock = digest(LOCK.name)
    build = digest(*(name for name in BUILD if (ROOT / name).exists()))
    if ready("lock", lock) and ready("build", build):
        return
    install = installer()
    quiet = ["--quiet"]
    compiled = ["--compile-bytecode"] if install[0] == VENV / "bin" / "uv" else []
    if not ready("lock", lock):
        say(f"packages of {LOCK.name}, by hash")
        run(*install, "install", *quiet, *compiled, "--require-hashes", "-r", LOCK)
        mark_ready("lock", lock)
    say("varde, editable")
    run(*install, "install", *quiet, "--no-deps", "--no-build-isolation", "-e", ROOT)
    mark_ready("build", build)


def main() -> None:
    if sys.version_info < PYTHON:
        sys.exit(f"setup: Python {PYTHON[0]}.{PYTHON[1]} or newer is needed (PYTHON=… make setup)")
    os.environ.pop("PYTHONPATH", None)
    os.environ["VIRTUAL_ENV"] = str(VENV)
    started = time.monotonic()
    system_packages()
    virtual_environment()
    python_packages()
    run(VENV / "bin" / "python", "-m", "tools.compile_messages")
    if not shutil.which("varde", path=str(VENV / "bin")):
        sys.exit("setup: .venv/bin/varde is missing; remove .venv and run `make setup` again")
    seconds = time.monotonic() - started
    if seconds > 3:  # noqa: PLR2004 - something was done that is worth a line
        say(f"ready in {seconds:.0f} s: .venv/bin/varde")


if __name__ == "__main__":
    main()
