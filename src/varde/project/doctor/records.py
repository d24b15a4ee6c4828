"""The records and what is made from them; needs Django."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection

from varde.accounts.enums import Role
from varde.base import audit
from varde.base.queries import current_revision
from varde.intel.never_match import never_match as read_never_match
from varde.project import queries
from varde.project.doctor.finding import Finding, error, ok, warning
from varde.project.install import unapplied_migrations

SKEW = timedelta(seconds=5)
SILENCE = timedelta(hours=24)
OVERDUE = 15 * 60.0
MANY_FILES = 100


def database() -> Iterator[Finding]:
    """The database answers and has every table; errors here end the examination."""
    kind = connection.vendor
    try:
        lacking = unapplied_migrations()
    except DatabaseError as problem:
        yield error("database", f"{kind}: {problem}".strip(), "check database_url; varde init")
        return
    if lacking:
        yield error("database", f"{kind} lacks {len(lacking)} migrations", "varde init")
        return
    yield ok("database", f"{kind}, at this version")


def chain() -> Iterator[Finding]:
    verdict = audit.verify()
    if verdict.broken_at is None:
        yield ok("audit", f"{verdict.entries} entries hold together")
        return
    yield error(
        "audit",
        f"the chain is broken at {verdict.broken_at}: {verdict.reason}",
        "varde audit verify; compare with a backup, and find out who had access",
    )


def moments(now: datetime) -> Iterator[Finding]:
    newest = queries.newest_moment()
    if newest and newest - now > SKEW:
        yield error("time", "the newest record is from the future", "set the clock right")


def sensors(now: datetime) -> Iterator[Finding]:
    known = len(queries.last_events())
    if not known:
        yield ok("sensors", "none yet")
        return
    silent = queries.silent_sensors(now, SILENCE)
    if silent:
        yield warning(
            "sensors",
            f"silent for a day: {', '.join(silent[:10])}",
            "see the sensor's own machine; docs/howto/connect-a-sensor.md",
        )
    else:
        yield ok("sensors", f"{known}, none silent for a day")


def waiting(now: datetime) -> Iterator[Finding]:
    """What waits, and whether anybody works on it."""
    for name, queue in queries.queues(now).items():
        message = f"{queue['count']:.0f} waiting, {queue['oldest_seconds']:.0f} s overdue"
        if queue["oldest_seconds"] > OVERDUE:
            remedy = "start `varde up`, or see what its worker logs"
            yield warning(name, message, remedy)
        else:
            yield ok(name, message)
    workers = queries.job_state(now).workers
    yield ok("workers", f"{workers} seen within a minute")
    if failed := queries.failed_batches():
        remedy = "see the health page; ingest the same file again"
        yield warning("batches", f"{failed} failed", remedy)
    if dead := queries.counts()["dead_jobs"]:
        yield warning("dead_jobs", f"{dead} gave up", "varde jobs list; varde jobs revive ID")


def people(now: datetime) -> Iterator[Finding]:
    """Somebody can come in, and every member can be told."""
    found = queries.people()
    operators = sum(found.get(role, 0) for role in (Role.ANALYST, Role.LEAD, Role.ADMINISTRATOR))
    if operators:
        yield ok("people", f"{operators} at work in the centre")
    else:
        yield warning(
            "people", "nobody can log in", "varde user add --role administrator --link ADDRESS"
        )
    unreachable = queries.members_without_contact(now)
    if unreachable:
        yield warning(
            "contacts",
            f"{unreachable} members have no address to be told at",
            "varde members import a file with their contacts",
        )


def artefacts(folder: Path) -> Iterator[Finding]:
    """Whether what is compiled is of the present records; the next batch sees to it otherwise."""
    for name in ("ownership", "indicators"):
        revision = current_revision(name)
        compiled = [int(path.name.split("-")[1].split(".")[0]) for path in _compiled(folder, name)]
        if revision in compiled:
            yield ok(name, f"compiled at revision {revision}")
        else:
            yield ok(name, f"revision {revision} is compiled with the next batch")


def _compiled(folder: Path, name: str) -> list[Path]:
    return sorted(folder.glob(f"artefacts/{name}-[0-9]*.arrow"))


def never_match(folder: Path) -> Iterator[Finding]:
    """Lines of the operator's files that protect nothing, because they cannot be read."""
    problems = read_never_match(folder / "never-match").problems
    if not problems:
        return
    first = problems[0]
    yield warning(
        "never_match",
        f"{len(problems)} lines cannot be read; the first: {first.reason}",
        f"mend line {first.line} of {folder / 'never-match' / first.file}",
    )


def incoming(folder: Path) -> Iterator[Finding]:
    """Files that a sensor dropped and nobody has taken in."""
    failed = list(folder.glob("incoming/failed/*"))
    waiting = [path for path in folder.glob("incoming/*/*") if path.parent.name != "failed"]
    if failed:
        yield warning(
            "incoming",
            f"{len(failed)} files were put aside",
            f"read the reasons in {folder / 'incoming' / 'failed'}",
        )
    if len(waiting) > MANY_FILES:
        yield warning("incoming", f"{len(waiting)} files wait", "is the detector running?")
    elif not failed:
        yield ok("incoming", f"{len(waiting)} files wait")
