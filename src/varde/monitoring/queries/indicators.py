"""The compiled indicators of the present revision: what the matcher maps.

Compiling a million takes seconds, so an artefact on disk is taken where it is of the same state.
The revision alone does not say that: a database that was restored counts its revisions anew.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Lock

import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

from varde.base.queries import current_revision
from varde.engine.detect.match import IndicatorSet, compile_indicators
from varde.intel.queries import IndicatorRow, indicator_rows, live_claims, never_match_state

_SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("type", pa.string()),
        ("value", pa.string()),
        ("expires_at", pa.timestamp("us", tz="UTC")),
    ]
)
_CHUNK = 20_000
_KEPT = 3
_ATTEMPTS = 20


class _Held:
    """The artefact this process has open, and of which state it is."""

    lock = Lock()
    indicators: IndicatorSet | None = None
    never_match = ""


def current_indicators() -> IndicatorSet:
    """The indicators as they stand; compiled where they are not yet.

    Follows the revision and the operator's never-match files. Claims that expire meanwhile need
    no compilation: the set knows when. One small query where nothing changed.
    """
    with _Held.lock:
        revision, never_match = current_revision("indicators"), never_match_state()
        held = _Held.indicators
        if held is None or (held.revision, _Held.never_match) != (revision, never_match):
            held = _open(never_match)
            _Held.indicators, _Held.never_match = held, never_match
        return held


def forget_indicators() -> None:
    """Look anew at the next question: for tests, whose databases share their revisions."""
    with _Held.lock:
        _Held.indicators = None


def _open(never_match: str) -> IndicatorSet:
    """The artefact of one state of the records: what changed while it was read is read again."""
    folder = Path(settings.VARDE_HOME) / "artefacts"
    for _attempt in range(_ATTEMPTS):
        now, revision = timezone.now(), current_revision("indicators")
        path = folder / f"indicators-{revision}-{_state(now, never_match)}.arrow"
        if path.exists():
            return IndicatorSet.open(path)
        table = _table(indicator_rows(now))
        if current_revision("indicators") == revision:
            compile_indicators(table, path, revision)
            _remove_old(folder)
            return IndicatorSet.open(path)
    raise RuntimeError("The indicators changed each time they were read.")


def _state(now: datetime, never_match: str) -> str:
    """What tells two histories with the same revision apart."""
    claims = live_claims(now).aggregate(
        claims=Count("pk"), last=Max("pk"), first_seen=Max("first_seen"), last_seen=Max("last_seen")
    )
    return sha256(f"{sorted(claims.items())} {never_match}".encode()).hexdigest()[:12]


def _table(rows: Iterator[IndicatorRow]) -> pa.Table:
    chunks = iter(lambda: list(islice(rows, _CHUNK)), [])
    return pa.Table.from_batches(map(_batch, chunks), schema=_SCHEMA)


def _batch(rows: Sequence[IndicatorRow]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
    return pa.record_batch(arrays, schema=_SCHEMA)


def _remove_old(folder: Path) -> None:
    """Keep the last few: another process may be about to open the one before."""
    artefacts = sorted(folder.glob("indicators-*.arrow"), key=lambda path: path.stat().st_mtime)
    for path in artefacts[:-_KEPT]:
        path.unlink(missing_ok=True)
