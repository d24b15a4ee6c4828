"""Examine an installation: every finding comes with what helps."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from varde.project.config import Config
from varde.project.doctor import machine
from varde.project.doctor.finding import Finding, Level


def examine_machine(settings: Config, folder: Path) -> Iterator[Finding]:
    """What can be told without the records."""
    yield from machine.files(folder)
    yield from machine.disk(folder)
    yield from machine.programs()
    yield from machine.clock()
    yield from machine.address(settings)
    yield from machine.ports(settings)
    yield from machine.smtp(settings)


def examine_records(now: datetime, folder: Path) -> Iterator[Finding]:
    """What the records tell; Django must be ready. Ends early where the database is not there."""
    from varde.project.doctor import records  # noqa: PLC0415 - Django is ready only now

    database = list(records.database())
    yield from database
    if any(finding.level == Level.ERROR for finding in database):
        return
    yield from records.chain()
    yield from records.moments(now)
    yield from records.sensors(now)
    yield from records.waiting(now)
    yield from records.people(now)
    yield from records.artefacts(folder)
    yield from records.never_match(folder)
    yield from records.incoming(folder)


__all__ = ["Finding", "Level", "examine_machine", "examine_records"]
