"""The machine and the files: examined without Django, so also where the records are lost."""

import shutil
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from varde.project.config import Config
from varde.project.doctor.finding import Finding, error, ok, warning
from varde.project.install import FOLDERS, is_ready

GIB = 1 << 30
LITTLE, NEXT_TO_NOTHING = 10 * GIB, 1 * GIB
OPTIONAL = {
    "suricata": ("`varde ingest --pcap` is not possible", "apt install suricata"),
    "gpg": ("mail cannot be encrypted", "apt install gnupg"),
}


def files(folder: Path) -> Iterator[Finding]:
    """The home is there, and nobody else may read it."""
    if not is_ready(folder):
        yield error("home", f"{folder} has no secrets", "varde init")
        return
    missing = [name for name in FOLDERS if not (folder / name).is_dir()]
    if missing:
        yield error("home", f"{folder} lacks {', '.join(missing)}", "varde init")
    else:
        yield ok("home", f"{folder}")
    for path, mode in ((folder, 0o700), (folder / "secrets.toml", 0o600)):
        found = path.stat().st_mode & 0o777
        if found & ~mode:
            yield error(
                "permissions", f"{path} is open to others ({found:o})", f"chmod {mode:o} {path}"
            )
        else:
            yield ok("permissions", f"{path.name or path} {found:o}")


def disk(folder: Path) -> Iterator[Finding]:
    place = folder if folder.exists() else folder.parent
    free = shutil.disk_usage(place).free
    message = f"{free / GIB:.1f} GiB free at {place}"
    remedy = "make room, or lower lake_days and raw_days"
    if free < NEXT_TO_NOTHING:
        yield error("disk", message, remedy)
    elif free < LITTLE:
        yield warning("disk", message, remedy)
    else:
        yield ok("disk", message)


def programs() -> Iterator[Finding]:
    for name, (without, remedy) in OPTIONAL.items():
        path = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin")
        yield ok(name, path) if path else warning(name, f"no {name}: {without}", remedy)


def clock() -> Iterator[Finding]:
    """Whether the system says that its clock is synchronised; silent where it cannot say."""
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    with suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(  # noqa: S603 - a constant command
            command, capture_output=True, text=True, timeout=5, check=True
        ).stdout.strip()
        if said == "no":
            remedy = "timedatectl set-ntp true"
            yield warning("clock", "the clock is not synchronised", remedy)
            return
        if said == "yes":
            yield ok("clock", "synchronised")
            return
    yield ok("clock", "whether it is synchronised is not known here")


def address(settings: Config) -> Iterator[Finding]:
    """Whether members could follow the links they are sent."""
    parts = urlsplit(settings.base_url)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if settings.demo or local:
        note = "" if settings.demo else " (only this machine can open it)"
        yield ok("base_url", f"{settings.base_url}{note}")
    elif parts.scheme != "https":
        yield error("base_url", f"{settings.base_url} is not https", "put a TLS proxy in front")
    else:
        yield ok("base_url", settings.base_url)
    if local and settings.smtp_url:
        yield error(
            "links",
            "mail is sent, but its links lead to this machine only",
            "set base_url to the address members use",
        )


def smtp(settings: Config) -> Iterator[Finding]:
    """Whether the mail server answers; nothing is sent."""
    if not settings.smtp_url:
        yield ok("smtp", "not set: mail is captured in the outbox")
        return
    parts = urlsplit(settings.smtp_url)
    make = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    place = f"{parts.hostname}:{parts.port or 25}"
    try:
        with make(parts.hostname or "", parts.port or 25, timeout=10) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as problem:
        yield error("smtp", f"{place}: {problem}", "check smtp_url and the firewall")
    else:
        yield ok("smtp", f"{place} answers")


def ports(settings: Config) -> Iterator[Finding]:
    """Whether the web's ports are ours to take, or already answer."""
    for name, port in (("port", settings.port), ("live_port", settings.live_port)):
        with suppress(OSError), socket.create_connection((settings.bind, port), timeout=1):
            yield ok(name, f"{settings.bind}:{port} answers")
            continue
        yield ok(name, f"{settings.bind}:{port} is free (`varde up` is not running)")
