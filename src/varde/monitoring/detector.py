"""The detector: takes in what sensors drop into ``VARDE_HOME/incoming/<sensor>/``.

A sensor (or whatever copies for it) writes a file elsewhere on the same disk and renames it into
place, so a file that is there is whole. It is removed when all of it is stored; what cannot be
taken in is moved to ``incoming/failed/`` with the reason beside it. The folder is the buffer: a
detector that stands still for a day loses nothing.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings
from django.db import OperationalError, close_old_connections

from varde.base.errors import Refused
from varde.monitoring.actions.ingest import IngestReport, ingest_file

_log = structlog.get_logger("varde.detector")

FAILED = "failed"
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
        report = ingest_file(str(file), sensor=file.parent.name)
    except (OSError, OperationalError):
        raise
    except Refused as refusal:
        _put_aside(file, str(refusal))
        return None
    except Exception as error:  # noqa: BLE001 - one file must not stop those behind it
        _log.exception("detector.failed", file=file.name)
        _put_aside(file, f"{type(error).__name__}: {error}")
        return None
    if report.trouble:
        _put_aside(file, report.trouble)
        return report
    file.unlink()
    _log.info(
        "detector.stored",
        sensor=file.parent.name,
        received=report.received,
        alerts=report.alerts,
        seconds=round(time.perf_counter() - started, 3),
    )
    return report


def _waiting() -> Iterator[Path]:
    """The files to take in, in the order in which they came."""
    folders = [f for f in incoming(None).iterdir() if f.is_dir() and f.name != FAILED]
    files = {file for folder in folders for pattern in _PATTERNS for file in folder.glob(pattern)}
    # Names that begin with a dot are still being written.
    whole = [file for file in files if not file.name.startswith(".")]
    yield from sorted(whole, key=lambda file: (file.stat().st_mtime_ns, file.name))


def _put_aside(file: Path, reason: str) -> None:
    folder = incoming(FAILED) / file.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    file.replace(folder / file.name)
    (folder / f"{file.name}.reason").write_text(reason + "\n")
    _log.warning("detector.put_aside", file=file.name, reason=reason)
