"""Taking in logs: every line ends up stored, known already, or kept as unread - exactly.

The path of a segment: its raw bytes are on the disk; then its row is there; then it is parsed,
attributed, matched and stored in the lake; then, in one transaction, its alerts, its counts and
its state. A crash anywhere leaves a row that is not done. The same bytes taken in again find that
row and go the same way to the same end: the lake knows the batch, and nothing is counted twice.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from varde.base import audit
from varde.engine.lake import Lake
from varde.engine.pipeline import Outcome, Segment, process
from varde.monitoring import events
from varde.monitoring.actions.alert import raise_alerts
from varde.monitoring.actions.sensor import known_sensor
from varde.monitoring.actions.suppression import Sieved, count_hits, sieve
from varde.monitoring.capture import events_of_capture
from varde.monitoring.enums import BatchState, LogFormat
from varde.monitoring.errors import UnreadableFile
from varde.monitoring.gathering import named
from varde.monitoring.models import Batch, Sensor
from varde.monitoring.queries.indicators import current_indicators
from varde.monitoring.queries.ownership import current_ownership
from varde.monitoring.queries.suppression import rules_in_force
from varde.monitoring.reading import Incomplete, Unpacked, format_of, open_log, segments
from varde.monitoring.segments import UnreadLine, batch_key, keep_raw, keep_unread
from varde.monitoring.text import visible

_PEEKED = 64 << 10


@dataclass(frozen=True, slots=True)
class IngestReport:
    """``received`` = ``stored`` + ``duplicate`` + ``dead_lettered``; ``alerts`` are new ones.

    ``trouble`` says why not all of the file could be read; empty where it could.
    """

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    dead_lettered: int = 0
    findings: int = 0
    suppressed: int = 0
    alerts: int = 0
    seconds: float = 0.0
    trouble: str = ""

    def __add__(self, other: "IngestReport") -> "IngestReport":
        sums = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
            if field.name != "trouble"
        }
        return IngestReport(**sums, trouble=self.trouble or other.trouble)


Progress = Callable[[IngestReport], None]


def ingest_file(
    name: str,
    *,
    sensor: str,
    format: LogFormat | None = None,  # noqa: A002 - as the command line says it
    progress: Progress | None = None,
) -> IngestReport:
    """Take in the log called ``name`` (``-``: standard input; gzip and Zstandard are unpacked).

    Raises ``UnreadableFile`` where it cannot be opened or holds no log that is known.
    """
    with open_log(name) as stream:
        origin = "-" if name == "-" else Path(name).name
        return ingest_stream(stream, origin=origin, sensor=sensor, format=format, progress=progress)


def ingest_capture(name: str, *, sensor: str, progress: Progress | None = None) -> IngestReport:
    """Let Suricata read a packet capture, and take in what it says."""
    started = time.perf_counter()
    said = events_of_capture(name)
    analysed = IngestReport(seconds=time.perf_counter() - started)
    with open_log(str(said)) as stream:
        origin = Path(name).name
        return analysed + ingest_stream(
            stream, origin=origin, sensor=sensor, format=LogFormat.SURICATA, progress=progress
        )


def ingest_stream(
    stream: BinaryIO | Unpacked,
    *,
    origin: str,
    sensor: str,
    format: LogFormat | None = None,  # noqa: A002 - as the command line says it
    progress: Progress | None = None,
) -> IngestReport:
    """Take in a stream of lines, a segment at a time; memory does not follow its length.

    ``progress`` hears the sum so far after each segment. Raises ``UnreadableFile`` where no
    known log begins so.
    """
    source = known_sensor(sensor)
    origin = visible(origin)  # a file's name may be any bytes
    total = IngestReport()
    try:
        for content in segments(stream):
            format = format or _known_format(content, origin)  # noqa: A001 - see above
            total += ingest_segment(content, sensor=source, origin=origin, format=format)
            if progress:
                progress(total)
    except Incomplete as trouble:
        total = replace(total, trouble=str(trouble) or _("The file breaks off."))
    return total


def ingest_segment(
    content: bytes,
    *,
    sensor: Sensor,
    origin: str,
    format: LogFormat,  # noqa: A002 - see above
) -> IngestReport:
    """Take in whole lines at once; known again by their content and sensor."""
    started = time.perf_counter()
    digest = sha256(content).hexdigest()
    done = Batch.objects.filter(sensor=sensor, sha256=digest, state=BatchState.DONE).first()
    if done:
        return _known_already(done, started)
    keep_raw(sensor.name, digest, content)
    batch, _created = Batch.objects.get_or_create(
        sensor=sensor,
        sha256=digest,
        defaults={"origin": origin[-300:], "format": format, "size": len(content)},
    )
    try:
        outcome = _process(batch, content)
        return _finish(batch, outcome, started)
    except Exception as error:
        _note_failure(batch, error)
        raise


def _known_format(content: bytes, origin: str) -> LogFormat:
    found = format_of(content[:_PEEKED], origin)
    if found is None:
        raise UnreadableFile(
            _("%(name)s is neither a Suricata EVE nor a Zeek log that is known.") % {"name": origin}
        )
    return found


def _known_already(batch: Batch, started: float) -> IngestReport:
    Batch.objects.filter(pk=batch.pk).update(duplicate=F("duplicate") + batch.received)
    return IngestReport(
        received=batch.received,
        duplicate=batch.received,
        seconds=time.perf_counter() - started,
    )


def _process(batch: Batch, content: bytes) -> Outcome:
    """Parse, attribute, match, store; what cannot be read is on the disk when this returns."""
    outcome = process(
        Segment(
            uid=batch_key(batch.sensor.name, batch.sha256),
            sensor=batch.sensor.name,
            format=batch.format,
            received_at=batch.received_at,
            content=content,
            origin=batch.origin,
        ),
        ownership=current_ownership(),
        indicators=current_indicators(),
        lake=Lake(Path(settings.VARDE_HOME, "lake")),
    )
    keep_unread(batch.uid, (UnreadLine(d.line, d.raw, d.reason) for d in outcome.dead))
    return outcome


def _finish(batch: Batch, outcome: Outcome, started: float) -> IngestReport:
    """Alerts, counts, state and audit in one transaction: all of a batch counts, or nothing."""
    now = timezone.now()
    sieved = sieve(named(outcome.findings), rules_in_force(now))
    with transaction.atomic():
        batch = (
            Batch.objects.select_for_update(of=("self",)).select_related("sensor").get(pk=batch.pk)
        )
        if batch.state == BatchState.DONE:
            # Another process took in the same lines meanwhile, and was first.
            return _known_already(batch, started)
        alerts = raise_alerts(batch, sieved.kept)
        count_hits(sieved, now=now)
        _note_outcome(batch, outcome, sieved, seconds=time.perf_counter() - started)
        _note_sensor(batch)
        audit.record(
            None,
            "batch.stored",
            batch,
            received=batch.received,
            stored=batch.stored,
            dead_lettered=batch.dead_lettered,
            alerts=alerts,
        )
        transaction.on_commit(
            partial(events.batch_stored.send, Batch, batch_id=batch.pk, sensor_id=batch.sensor_id)
        )
    return IngestReport(
        received=batch.received,
        stored=batch.stored,
        dead_lettered=batch.dead_lettered,
        findings=batch.findings,
        suppressed=batch.suppressed,
        alerts=alerts,
        seconds=time.perf_counter() - started,
    )


def _note_outcome(batch: Batch, outcome: Outcome, sieved: Sieved, *, seconds: float) -> None:
    batch.state = BatchState.DONE
    batch.received = outcome.received
    batch.stored = outcome.stored
    batch.dead_lettered = len(outcome.dead)
    batch.dead_letter_reasons = outcome.dead_reasons
    batch.by_type = outcome.by_type
    batch.findings = outcome.findings.num_rows
    batch.suppressed = sieved.suppressed
    batch.suppressed_by = {rule.name: count for rule, count in sieved.hits.items()}
    batch.first_event_at = outcome.first_event_at
    batch.last_event_at = outcome.last_event_at
    batch.finished_at = timezone.now()
    batch.seconds = seconds
    batch.error = ""
    batch.save()


def _note_sensor(batch: Batch) -> None:
    """When the sensor was heard last, and of what time; batches may come in any order."""
    sensor = Sensor.objects.select_for_update().get(pk=batch.sensor_id)
    heard = [m for m in (sensor.last_batch_at, batch.received_at) if m]
    seen = [m for m in (sensor.last_event_at, batch.last_event_at) if m]
    sensor.last_batch_at = max(heard)
    sensor.last_event_at = max(seen, default=None)
    sensor.save(update_fields=["last_batch_at", "last_event_at"])


def _note_failure(batch: Batch, error: Exception) -> None:
    """Say on the batch what went wrong; taken in again, it is tried again."""
    Batch.objects.filter(pk=batch.pk).exclude(state=BatchState.DONE).update(
        state=BatchState.FAILED, error=f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    )
