"""Trying again what could not be read: after a parser has learnt, nothing need stay unread."""

import io
from pathlib import Path
from uuid import UUID

from django.conf import settings

from varde.monitoring.actions.ingest import IngestReport, ingest_stream
from varde.monitoring.enums import LogFormat
from varde.monitoring.models import Batch
from varde.monitoring.segments import read_unread


def replay_unread() -> IngestReport:
    """Take in every unread line again, in its sensor's name; returns what became of them.

    A file whose lines were all tried is put aside; lines that still cannot be read are unread
    lines of the new batch. A Zeek line is unreadable without its header, and stays so.
    """
    folder = Path(settings.VARDE_HOME, "dead-letters")
    total = IngestReport()
    for path in sorted(folder.glob("*.jsonl")):
        batch = _batch_of(path)
        if batch is None:
            continue
        done = _replay(batch)
        total += done
        # Known already: the lines were tried before, in this form and to no avail.
        if not done.duplicate:
            aside = folder / "replayed" / path.name
            aside.parent.mkdir(exist_ok=True)
            path.replace(aside)
    return total


def _replay(batch: Batch) -> IngestReport:
    lines = b"".join(unread.raw.rstrip(b"\r\n") + b"\n" for unread in read_unread(batch.uid))
    return ingest_stream(
        io.BytesIO(lines),
        origin=f"unread lines of {batch.origin}",
        sensor=batch.sensor.name,
        format=LogFormat(batch.format),
    )


def _batch_of(path: Path) -> Batch | None:
    """The batch whose unread lines lie at ``path``; None where the file is not ours."""
    try:
        uid = UUID(path.stem)
    except ValueError:
        return None
    return Batch.objects.select_related("sensor").filter(uid=uid).first()
