"""The way of many entries into the records: a temporary table, then statements over whole sets.

Row by row a million claims cost minutes; so they cost seconds, on SQLite and PostgreSQL alike.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from varde.base.marking import PAP, TLP
from varde.intel.models import Source


class Said(NamedTuple):
    """What a feed says of an indicator."""

    tlp: int  # rank in ``TLP``
    pap: int
    confidence: int
    expires_at: str | datetime | None  # as ``moment`` gives it
    context: str
    reference: str


# One claim on its way: type and value of a canonical indicator, the number of what is said of it.
Staged = tuple[str, str, int]


class Sayings:
    """Numbers what feeds say: a million lines of a list mostly say the same.

    Forgets when it has grown long; then the same words get another number, which does no harm.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._fresh: list[tuple[int, Said]] = []
        self._last = 0

    def known(self, key: Hashable) -> int:
        """The number of what was added under ``key``; 0 where nothing was."""
        return self._numbers.get(key, 0)

    def add(self, key: Hashable, said: Said) -> int:
        if len(self._numbers) >= _REMEMBERED:
            self._numbers.clear()
        self._last += 1
        self._numbers[key] = self._last
        self._fresh.append((self._last, said))
        return self._last

    def take_fresh(self) -> list[tuple[int, Said]]:
        """What was added since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh


@dataclass(frozen=True, slots=True)
class Applied:
    """``stored`` new claims; ``changed``: whether what is live changed."""

    stored: int
    changed: bool


_REMEMBERED = 20_000
_TABLES = ("intel_staging", "intel_said", "intel_merged", "intel_target")
_CREATE = """
CREATE TEMPORARY TABLE intel_staging (
    type varchar(16) NOT NULL, value varchar(2048) NOT NULL, said integer NOT NULL)
"""
_CREATE_SAID = """
CREATE TEMPORARY TABLE intel_said (
    id integer PRIMARY KEY, tlp integer NOT NULL, pap integer NOT NULL,
    confidence integer NOT NULL, expires_at {time}, context varchar(500) NOT NULL,
    reference varchar(500) NOT NULL)
"""
_INSERT = "INSERT INTO intel_staging VALUES (%s, %s, %s)"
_INSERT_SAID = "INSERT INTO intel_said VALUES (%s, %s, %s, %s, %s, %s, %s)"
_MERGE = """
CREATE TEMPORARY TABLE intel_merged AS
SELECT type, value, min(said) AS low, max(said) AS high
FROM intel_staging GROUP BY type, value ORDER BY type, value
"""
# In the order of the index, so that its pages are written one after the other.
_INDICATORS = """
INSERT INTO intel_indicator (type, value, created_at)
SELECT type, value, %s FROM intel_merged WHERE true ORDER BY {order}
ON CONFLICT DO NOTHING
"""
_CREATE_TARGET = """
CREATE TEMPORARY TABLE intel_target (
    indicator_id {number} PRIMARY KEY, tlp integer, pap integer, confidence integer,
    expires_at {time}, context varchar(500), reference varchar(500))
"""
# CROSS JOIN tells SQLite which table to walk; to PostgreSQL it is any join.
_TARGET = """
INSERT INTO intel_target
SELECT i.id, s.tlp, s.pap, s.confidence, s.expires_at, s.context, s.reference
FROM intel_merged m CROSS JOIN intel_indicator i CROSS JOIN intel_said s
WHERE i.type = m.type AND i.value = m.value AND s.id = m.low
"""
_IS_DISPUTED = "SELECT EXISTS (SELECT 1 FROM intel_merged WHERE low <> high)"
# Where a file says several things of one indicator, labels never open up, and what has no end
# outlives what has one.
_SETTLE = """
UPDATE intel_target SET tlp = d.tlp, pap = d.pap, confidence = d.confidence,
    expires_at = d.expires_at, context = d.context, reference = d.reference
FROM (
    SELECT i.id, max(s.tlp) AS tlp, max(s.pap) AS pap, max(s.confidence) AS confidence,
        CASE WHEN count(s.expires_at) < count(*) THEN NULL ELSE max(s.expires_at) END
            AS expires_at,
        max(s.context) AS context, max(s.reference) AS reference
    FROM intel_staging g
    JOIN intel_said s ON s.id = g.said
    JOIN intel_indicator i ON i.type = g.type AND i.value = g.value
    WHERE (g.type, g.value) IN (SELECT type, value FROM intel_merged WHERE low <> high)
    GROUP BY i.id) d
WHERE intel_target.indicator_id = d.id
"""
_EXPIRY_CHANGED = """
SELECT EXISTS (SELECT 1 FROM intel_target t CROSS JOIN intel_claim c
WHERE c.indicator_id = t.indicator_id AND c.source_id = %s
    AND c.expires_at IS DISTINCT FROM t.expires_at)
"""
_REFRESH = """
UPDATE intel_claim SET last_seen = %s, confidence = t.confidence, expires_at = t.expires_at,
    tlp = CASE WHEN {old_tlp} > t.tlp THEN intel_claim.tlp ELSE {tlp} END,
    pap = CASE WHEN {old_pap} > t.pap THEN intel_claim.pap ELSE {pap} END,
    context = t.context, reference = t.reference
FROM intel_target t
WHERE intel_claim.indicator_id = t.indicator_id AND intel_claim.source_id = %s
"""
_CLAIMS = """
INSERT INTO intel_claim (indicator_id, source_id, tlp, pap, confidence, first_seen, last_seen,
    expires_at, context, reference)
SELECT t.indicator_id, %s, {tlp}, {pap}, t.confidence, %s, %s,
    t.expires_at, t.context, t.reference
FROM intel_target t WHERE true ORDER BY t.indicator_id
ON CONFLICT (indicator_id, source_id) DO NOTHING
"""


@contextmanager
def staging() -> Iterator[None]:
    """The temporary table, for this connection and this block only.

    It lies outside the main database file: filling it locks out nobody.
    """
    with connection.cursor() as cursor:
        _drop(cursor)
        cursor.execute(_CREATE)
        cursor.execute(_filled(_CREATE_SAID))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            _drop(cursor)


def _drop(cursor: CursorWrapper) -> None:
    for table in _TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def stage(batch: Sequence[Staged], sayings: Sequence[tuple[int, Said]]) -> None:
    """Add a batch to the temporary table, and what is newly said in it."""
    said = [(number, *words) for number, words in sayings]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, "intel_said", said)
            _copy(cursor, "intel_staging", batch)
        elif connection.in_atomic_block:
            cursor.executemany(_INSERT_SAID, said)
            cursor.executemany(_INSERT, batch)
        else:
            # A plain BEGIN locks only what is written, here the temporary tables; without it
            # each row is a transaction of its own.
            cursor.execute("BEGIN")
            cursor.executemany(_INSERT_SAID, said)
            cursor.executemany(_INSERT, batch)
            cursor.execute("COMMIT")


def _copy(cursor: CursorWrapper, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def apply(source: Source, now: datetime) -> Applied:
    """Turn what is staged into indicators and claims of ``source``, in the caller's transaction."""
    time = moment(now)
    with connection.cursor() as cursor:
        cursor.execute(_MERGE)
        _analyse(cursor, "intel_merged")
        _analyse(cursor, "intel_said")
        cursor.execute(_filled(_INDICATORS), [time])
        cursor.execute(_filled(_CREATE_TARGET))
        cursor.execute(_TARGET)
        _analyse(cursor, "intel_target")
        cursor.execute(_IS_DISPUTED)
        if cursor.fetchone()[0]:
            cursor.execute(_SETTLE)
        cursor.execute(_EXPIRY_CHANGED, [source.pk])
        changed = bool(cursor.fetchone()[0])
        cursor.execute(_filled(_REFRESH), [time, source.pk])
        cursor.execute(_filled(_CLAIMS), [source.pk, time, time])
        stored = cursor.rowcount
    return Applied(stored, changed or stored > 0)


def _analyse(cursor: CursorWrapper, table: str) -> None:
    """PostgreSQL takes a new table for a small one; then joins of a million rows never end."""
    if connection.vendor == "postgresql":
        cursor.execute(f"ANALYZE {table}")


def _filled(statement: str) -> str:
    """The statement with the words that differ between databases, and those of the labels."""
    postgresql = connection.vendor == "postgresql"
    return statement.format(
        time="timestamptz" if postgresql else "text",
        number="bigint" if postgresql else "integer",
        order="type, value" if postgresql else "rowid",
        tlp=_label(TLP, "t.tlp"),
        pap=_label(PAP, "t.pap"),
        old_tlp=_rank(TLP, "intel_claim.tlp"),
        old_pap=_rank(PAP, "intel_claim.pap"),
    )


def _label(labels: type[TLP | PAP], rank: str) -> str:
    """SQL for the label of a rank; names and values are our own."""
    cases = " ".join(f"WHEN {label.rank} THEN '{label.value}'" for label in labels)
    return f"CASE {rank} {cases} END"


def _rank(labels: type[TLP | PAP], label_column: str) -> str:
    cases = " ".join(f"WHEN '{label.value}' THEN {label.rank}" for label in labels)
    return f"CASE {label_column} {cases} END"


def moment(time: datetime) -> str | datetime:
    """The time as the database takes it."""
    return connection.ops.adapt_datetimefield_value(time) or time
