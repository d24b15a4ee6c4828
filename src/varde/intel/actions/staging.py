"""The way of many entries into the records: a temporary table, then statements over whole sets.

Row by row a million claims cost minutes; so they cost seconds, on SQLite and PostgreSQL alike.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from varde.base.marking import PAP, TLP
from varde.intel.models import Source


class Staged(NamedTuple):
    """One claim on its way: a canonical indicator and what its feed says of it."""

    type: str
    value: str
    tlp: int  # rank in ``TLP``
    pap: int
    confidence: int
    expires_at: str | datetime | None  # as ``moment`` gives it
    context: str
    reference: str


@dataclass(frozen=True, slots=True)
class Applied:
    """``stored`` new claims; ``changed``: whether what is live changed."""

    stored: int
    changed: bool


_TABLES = ("intel_staging", "intel_merged", "intel_target")
_CREATE = """
CREATE TEMPORARY TABLE intel_staging (
    type varchar(16) NOT NULL, value varchar(2048) NOT NULL, tlp integer NOT NULL,
    pap integer NOT NULL, confidence integer NOT NULL, expires_at {time},
    context varchar(500) NOT NULL, reference varchar(500) NOT NULL)
"""
_INSERT = "INSERT INTO intel_staging VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
# One claim for each indicator. What has no end outlives what has one; labels never open up.
_MERGE = """
CREATE TEMPORARY TABLE intel_merged AS
SELECT type, value, max(tlp) AS tlp, max(pap) AS pap, max(confidence) AS confidence,
    CASE WHEN count(expires_at) < count(*) THEN NULL ELSE max(expires_at) END AS expires_at,
    max(context) AS context, max(reference) AS reference
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
SELECT i.id, m.tlp, m.pap, m.confidence, m.expires_at, m.context, m.reference
FROM intel_merged m CROSS JOIN intel_indicator i WHERE i.type = m.type AND i.value = m.value
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
        cursor.execute(_filled(_CREATE))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            _drop(cursor)


def _drop(cursor: CursorWrapper) -> None:
    for table in _TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def stage(batch: Sequence[Staged]) -> None:
    """Add a batch to the temporary table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy("COPY intel_staging FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)
        elif connection.in_atomic_block:
            cursor.executemany(_INSERT, batch)
        else:
            # A plain BEGIN locks only what is written, here the temporary table; without it
            # each row is a transaction of its own.
            cursor.execute("BEGIN")
            cursor.executemany(_INSERT, batch)
            cursor.execute("COMMIT")


def apply(source: Source, now: datetime) -> Applied:
    """Turn what is staged into indicators and claims of ``source``, in the caller's transaction."""
    time = moment(now)
    with connection.cursor() as cursor:
        cursor.execute(_MERGE)
        _analyse(cursor, "intel_merged")
        cursor.execute(_filled(_INDICATORS), [time])
        cursor.execute(_filled(_CREATE_TARGET))
        cursor.execute(_TARGET)
        _analyse(cursor, "intel_target")
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
