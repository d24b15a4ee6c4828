"""From findings, a row each, to alerts in draft: one per detection, member and day.

All counting is done on columns, before the database hears of it: a batch of 100,000 findings is
a few hundred drafts.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import duckdb
import pyarrow as pa

from varde.monitoring.text import visible

EVIDENCE_KEPT = 100
HOSTS_KEPT = 100
LONGEST_DETECTION = 300

_NUMBERED = """
    create temp table numbered as
    select *, dense_rank() over (order by detection, member nulls first, day) as draft
    from (select *, "time" as moment, "time"::date as day from findings)
"""
_DRAFTS = """
    select draft, detection, member, day, min(kind), arg_min(title, line), max(severity),
           min(indicator_id), min(indicator_type), min(indicator),
           count(distinct line), min(moment), max(moment)
    from numbered group by draft, detection, member, day order by draft
"""
_HOURS = """
    select draft, hour(moment), count(distinct line) from numbered group by all order by all
"""
_HOSTS = """
    select draft, address, count(distinct line), min(line) as first from numbered
    where address <> '' group by draft, address
    qualify row_number() over (partition by draft order by first, address) <= $kept
    order by draft, first, address
"""
_ATTRIBUTION = """
    select distinct draft, "by", by_value from numbered where "by" <> '' order by all
"""
_WAYS = """
    select distinct draft, "table", direction from numbered order by all
"""
# A busy host must not push the others out: first one event of each host, then the second, ...
_EVIDENCE = """
    select draft, line, "table", moment, coalesce(src_ip, ''), src_port, coalesce(dest_ip, ''),
           dest_port, coalesce(proto, ''), coalesce(address, ''), direction,
           coalesce(field, ''), coalesce(observed, ''), coalesce("by", ''), coalesce(by_value, '')
    from (select *, row_number() over (partition by draft, address
                                       order by moment, line, field) as turn
          from (select * from numbered where draft in (select unnest($wanted::bigint[]))
                qualify row_number() over (partition by draft, line, field
                                           order by observed, address) = 1))
    qualify row_number() over (partition by draft order by turn, moment, line, field) <= $kept
    order by draft, turn, moment, line, field
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    line: int
    table: str
    at: datetime
    source_address: str
    source_port: int | None
    destination_address: str
    destination_port: int | None
    protocol: str
    address: str
    direction: str
    field: str
    observed: str
    by: str
    by_value: str


@dataclass(slots=True)
class Draft:
    """An alert as one batch knows it: counts of this batch only."""

    number: int  # in the batch
    detection: str
    member: int | None
    day: date
    kind: str
    title: str
    severity: int  # as the engine graded it
    indicator_id: int | None
    indicator_type: str
    indicator: str
    count: int
    first_seen: datetime
    last_seen: datetime
    hours: list[int] = field(default_factory=lambda: [0] * 24)
    hosts: dict[str, int] = field(default_factory=dict)
    attribution: list[dict[str, str]] = field(default_factory=list)
    ways: list[tuple[str, str]] = field(default_factory=list)  # table, direction

    @property
    def key(self) -> str:
        """What makes raising it idempotent: the same for the same detection, member and day."""
        parts = (self.detection, str(self.member or ""), self.day.isoformat())
        return sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()

    @property
    def window_start(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)


class Gathered:
    """The drafts in a batch's findings, in a fixed order; more is asked of the findings by need."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute(_NUMBERED)
        self.drafts = [_draft(row) for row in connection.execute(_DRAFTS).fetchall()]
        _add_figures({draft.number: draft for draft in self.drafts}, connection)

    def evidence(self, drafts: Iterable[Draft]) -> dict[int, list[Evidence]]:
        """The first hundred events of each of ``drafts``, by its number, in a fixed order."""
        found: dict[int, list[Evidence]] = {draft.number: [] for draft in drafts}
        asked = {"kept": EVIDENCE_KEPT, "wanted": list(found)}
        for number, line, table, at, *rest in self._connection.execute(_EVIDENCE, asked).fetchall():
            found[number].append(Evidence(line, table, _utc(at), *rest))
        return found


@contextmanager
def gathered(findings: pa.Table) -> Iterator[Gathered]:
    """The drafts in ``findings`` (columns as of the engine's FINDINGS), while the block lasts."""
    with duckdb.connect() as connection:
        connection.register("findings", _without_zone(findings))
        yield Gathered(connection)


def named(findings: pa.Table) -> pa.Table:
    """``findings`` with detections that fit the database; a long one ends in its own hash."""
    names = findings["detection"].combine_chunks().dictionary_encode()
    fitting = pa.array([_fitting(name) for name in names.dictionary.to_pylist()], pa.string())
    place = findings.schema.get_field_index("detection")
    return findings.set_column(place, "detection", fitting.take(names.indices))


def _fitting(name: str) -> str:
    safe = visible(name)
    if len(safe) <= LONGEST_DETECTION:
        return safe
    return f"{safe[: LONGEST_DETECTION - 34]}…~{sha256(name.encode()).hexdigest()[:32]}"


def _without_zone(findings: pa.Table) -> pa.Table:
    """Times as plain UTC: DuckDB needs an extension to cut times with a zone into days."""
    place = findings.schema.get_field_index("time")
    return findings.set_column(place, "time", findings["time"].cast(pa.timestamp("us")))


def _draft(row: tuple[Any, ...]) -> Draft:
    number, detection, member, day, kind, title, severity, indicator_id, *rest = row
    indicator_type, indicator, count, first, last = rest
    return Draft(
        number=number,
        detection=detection,
        member=member,
        day=day,
        kind=kind,
        title=title or detection,
        severity=severity,
        indicator_id=indicator_id,
        indicator_type=indicator_type or "",
        indicator=indicator or "",
        count=count,
        first_seen=_utc(first),
        last_seen=_utc(last),
    )


def _add_figures(drafts: dict[int, Draft], connection: duckdb.DuckDBPyConnection) -> None:
    for number, hour, count in connection.execute(_HOURS).fetchall():
        drafts[number].hours[hour] = count
    hosts = connection.execute(_HOSTS, {"kept": HOSTS_KEPT}).fetchall()
    for number, address, count, _first in hosts:
        drafts[number].hosts[address] = count
    for number, by, value in connection.execute(_ATTRIBUTION).fetchall():
        drafts[number].attribution.append({"by": by, "value": value})
    for number, table, direction in connection.execute(_WAYS).fetchall():
        drafts[number].ways.append((table, direction))


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
