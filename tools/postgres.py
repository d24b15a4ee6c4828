"""A throw-away PostgreSQL for tests: its own directory, a Unix socket only, gone afterwards.

``python -m tools.postgres COMMAND...`` runs a command with ``VARDE_DATABASE_URL`` set to it.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROLE = "varde"
# Nothing here outlives the run, so nothing needs to reach the disk.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "100",
}


def programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``: Debian's newest, else what is on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def _version(initdb: Path) -> int:
    name = initdb.parent.parent.name
    return int(name) if name.isdigit() else 0


def _as_owner() -> tuple[list[str], str | None]:
    """What goes before a command, and who owns the files: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return [], None
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return [], None
    return ["runuser", "-u", "postgres", "--"], "postgres"


@contextmanager
def cluster() -> Iterator[str]:
    """A running cluster; yields its URL, and stops and removes it whatever happens.

    Raises ``FileNotFoundError`` where PostgreSQL is not installed.
    """
    folder = programs()
    if folder is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    prefix, owner = _as_owner()
    home = Path(tempfile.mkdtemp(prefix="varde-postgres-"))
    data = home / "data"
    if owner:
        shutil.chown(home, owner, owner)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}

    def run(*command: str, check: bool = True) -> None:
        subprocess.run(
            [*prefix, *command],
            cwd=home,
            env=environment,
            check=check,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    control = [str(folder / "pg_ctl"), "-D", str(data), "-w", "-s"]
    try:
        run(str(folder / "initdb"), "-D", str(data), "-U", ROLE, "-A", "trust", "--no-sync")
        options = " ".join(
            f"-c {name}='{value}'"
            for name, value in (SETTINGS | {"unix_socket_directories": str(home)}).items()
        )
        run(*control, "-l", str(home / "log"), "-o", options, "start")
        run(str(folder / "createdb"), "-h", str(home), "-U", ROLE, ROLE)
        yield f"postgresql://{ROLE}@/{ROLE}?host={home}"
    finally:
        run(*control, "-m", "immediate", "stop", check=False)
        shutil.rmtree(home, ignore_errors=True)


def main(command: list[str]) -> int:
    with cluster() as url:
        environment = {**os.environ, "VARDE_DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
