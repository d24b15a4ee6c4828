"""The detector: takes in what sensors drop into ``VARDE_HOME/incoming/<sensor>/``.

A sensor (or whatever copies for it) writes a file elsewhere on the same disk and renames it into
place, so a file that is there is whole. It is removed when all of it is stored; what cannot be
taken in is moved to ``incoming/failed/`` with the reason beside it. The folder is the buffer: a
detector that stands still for a day loses nothing.
"""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.utils.translation import gettext as _

from varde.base.errors import Refused
from varde.monitoring.actions.ingest import IngestReport, ingest_stream
from varde.monitoring.errors import UnreadableFile
from varde.monitoring.reading import unpacked
from varde.monitoring.text import visible

_log = structlog.get_logger("varde.detector")

FAILED = "failed"
_LONGEST_NAME = 200  # bytes; leaves room for what is put before and behind it
_PATTERNS = ("*.json", "*.log", "*.json.gz", "*.log.gz", "*.json.zst", "*.log.zst")
_PAUSE = 1.0
# After trouble that is not the file's: the disk is full, the database is away.
_LONG_PAUSE = 15.0


class Stop(Protocol):
    """What ends the loop: a ``threading.Event``."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


def run_detector(stop: Stop) -> None:
    """Take in files as they appear, oldest first, until ``stop`` is set."""
    incoming(None).mkdir(parents=True, exist_ok=True)
    _log.info("detector.started", folder=str(incoming(None)))
    while not stop.is_set():
        close_old_connections()
        try:
            done = take_in_waiting(stop)
        except (OSError, OperationalError) as error:
            _log.exception("detector.held_up", error=str(error))
            stop.wait(_LONG_PAUSE)
            continue
        if not done:
            stop.wait(_PAUSE)
    _log.info("detector.stopped")


def incoming(sensor: str | None) -> Path:
    folder = Path(settings.VARDE_HOME, "incoming")
    return folder / sensor if sensor else folder


def take_in_waiting(stop: Stop) -> int:
    """Take in the files that lie there now; returns how many."""
    done = 0
    for file in _waiting():
        if stop.is_set():
            break
        take_in(file)
        done += 1
    return done


def take_in(file: Path) -> IngestReport | None:
    """Take in one file in the name of its folder; None where it was put aside.

    Raises ``OSError`` or ``OperationalError`` where the machine, not the file, is in trouble.
    """
    started = time.perf_counter()
    try:
        with _opened(file) as log:
            read = os.fstat(log.fileno())
            report = ingest_stream(unpacked(log), origin=file.name, sensor=file.parent.name)
    except FileNotFoundError:
        if os.path.lexists(file):
            raise
        return None  # whoever put it there took it back
    except (OSError, OperationalError):
        raise
    except Refused as refusal:
        _put_aside(file, str(refusal))
        return None
    except Exception as error:  # noqa: BLE001 - one file must not stop those behind it
        _log.exception("detector.failed", file=visible(file.name))
        _put_aside(file, f"{type(error).__name__}: {error}")
        return None
    if report.trouble:
        _put_aside(file, report.trouble)
        return report
    _remove(file, read)
    _log.info(
        "detector.stored",
        sensor=file.parent.name,
        received=report.received,
        alerts=report.alerts,
        seconds=round(time.perf_counter() - started, 3),
    )
    return report


@contextmanager
def _opened(file: Path) -> Iterator[BufferedReader]:
    """The file itself, never what a link leads to: whoever fills a folder is not trusted to read.

    Nor is a pipe waited for, which would keep every sensor waiting. Raises ``UnreadableFile``.
    """
    try:
        # A link is refused by the kernel, so that nobody can put one there after a check.
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableFile(f"{visible(file.name)}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFile(_("%(name)s is no file.") % {"name": visible(file.name)})
    with os.fdopen(descriptor, "rb") as log:
        yield log


def _remove(file: Path, read: os.stat_result) -> None:
    """Remove the file as it was ``read``: one that took its name meanwhile, or grew, stays."""
    with suppress(FileNotFoundError):
        there = file.lstat()
        facts = ("st_dev", "st_ino", "st_size", "st_mtime_ns")
        if all(getattr(there, fact) == getattr(read, fact) for fact in facts):
            file.unlink()


def _waiting() -> Iterator[Path]:
    """The files to take in, in the order in which they came."""
    folders = [f for f in incoming(None).iterdir() if f.is_dir() and f.name != FAILED]
    files = {file for folder in folders for pattern in _PATTERNS for file in folder.glob(pattern)}
    ages: dict[Path, int] = {}
    for file in files:
        # Names that begin with a dot are still being written.
        if not file.name.startswith("."):
            with suppress(FileNotFoundError):
                ages[file] = file.lstat().st_mtime_ns
    yield from sorted(ages, key=lambda file: (ages[file], file.name))


def _put_aside(file: Path, reason: str) -> None:
    folder = incoming(FAILED) / file.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    name = os.fsdecode(os.fsencode(file.name)[-_LONGEST_NAME:])
    if os.path.lexists(folder / name):
        # Sensors use the same name again and again: what was put aside before is not lost.
        name = f"{time.time_ns()}-{name}"
    file.replace(folder / name)
    said = (reason + "\n").encode(errors="backslashreplace")
    (folder / f"{name}.reason").write_bytes(said)
    _log.warning("detector.put_aside", file=visible(file.name), reason=visible(reason))
