"""The compiled indicators of the present revision. (Provisional, until INTEL's own is here.)"""

from pathlib import Path
from threading import Lock

import pyarrow as pa
from django.conf import settings
from django.utils import timezone

from varde.base.queries import current_revision
from varde.engine.detect.match import IndicatorSet, compile_indicators
from varde.intel.queries import indicator_rows

_SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("type", pa.string()),
        ("value", pa.string()),
        ("expires_at", pa.timestamp("us", tz="UTC")),
    ]
)


class _Held:
    lock = Lock()
    indicators: IndicatorSet | None = None


def current_indicators() -> IndicatorSet:
    """The indicators as they stand; compiled where they are not yet."""
    with _Held.lock:
        revision = current_revision("indicators")
        if _Held.indicators is None or _Held.indicators.revision != revision:
            rows = [row._asdict() for row in indicator_rows(timezone.now())]
            path = Path(settings.VARDE_HOME) / "artefacts" / f"indicators-{revision}.arrow"
            compile_indicators(pa.Table.from_pylist(rows, schema=_SCHEMA), path, revision)
            _Held.indicators = IndicatorSet.open(path)
        return _Held.indicators


def forget_indicators() -> None:
    """Compile anew at the next question: for tests, whose databases share their revisions."""
    with _Held.lock:
        _Held.indicators = None
