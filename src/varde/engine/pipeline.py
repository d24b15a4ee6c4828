"""The path of a batch: parse, attribute, match, store; what it found goes back to the caller."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.detect.findings import Owners, findings_of
from varde.engine.enrich.direction import directions
from varde.engine.lake import Lake
from varde.engine.parsers import suricata, zeek
from varde.engine.parsers.lines import DeadLetter, Parsed
from varde.engine.schema import SCHEMA, UNKNOWN

_SHOWN_TYPES = 20
_TEXT = pa.string()

# Columns in which values come again and again: encoded once, they cost little everywhere else.
ENCODED = frozenset(
    {
        *("event_type", "time_flag", "table", "src_ip", "dest_ip", "proto", "app_proto"),
        *("in_iface", "alert_signature", "alert_category", "alert_action", "flow_state"),
        *("flow_reason", "dns_type", "dns_rrname", "dns_rrtype", "dns_rcode", "http_host"),
        *("http_method", "http_user_agent", "http_content_type", "tls_sni", "quic_sni"),
        *("tls_version", "tls_subject", "tls_issuer", "tls_serial", "tls_fingerprint"),
        *("ja3", "ja3s", "ja4", "url", "file_type", "mail_from", "smtp_helo"),
    }
)


class OwnershipFacts(Protocol):
    """What the pipeline asks of ``enrich.ownership.Ownership``."""

    def owners(
        self, addresses: pa.Array, times: pa.Array, *, received: pa.Array | datetime | None = None
    ) -> pa.Table: ...

    def owners_of_sensors(
        self, names: pa.Array, times: pa.Array, *, received: pa.Array | datetime | None = None
    ) -> pa.Table: ...


class Indicators(Protocol):
    """What the pipeline asks of ``detect.match.IndicatorSet``."""

    def match(self, events: pa.Table, *, now: datetime | None = None) -> pa.Table: ...


@dataclass(frozen=True, slots=True)
class Segment:
    """A batch of raw lines as it was received; ``uid`` is the SHA-256 of ``content``."""

    uid: str
    sensor: str
    format: str  # a key of PARSERS
    received_at: datetime
    content: bytes
    origin: str = ""  # the file's name, which may tell what kind of Zeek log it is


PARSERS: dict[str, Callable[[Segment], Parsed]] = {
    "suricata": lambda segment: suricata.parse(segment.content, received_at=segment.received_at),
    "zeek": lambda segment: zeek.parse(
        segment.content, origin=segment.origin, received_at=segment.received_at
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: ``received`` = ``stored`` + ``len(dead)``, always."""

    received: int
    stored: int
    dead: list[DeadLetter]
    is_new: bool  # False: the lake held this batch already, nothing was added
    by_type: dict[str, int]  # events by table
    unknown_types: dict[str, int]  # the commonest names that no table is known for
    dead_reasons: dict[str, int]
    first_event_at: datetime | None
    last_event_at: datetime | None
    findings: pa.Table  # columns of schema.FINDINGS


def process(
    segment: Segment, *, ownership: OwnershipFacts, indicators: Indicators, lake: Lake
) -> Outcome:
    """Read, attribute, match and store a batch. Doing it again changes nothing and finds the same.

    Never raises for what the lines hold.
    """
    parsed = PARSERS[segment.format](segment)
    events = _encoded(parsed.events)
    owners = _owners(events, segment, ownership)
    events = _completed(events, segment, owners)
    hits = indicators.match(events, now=segment.received_at)
    findings = findings_of(_at_acting_times(events, segment), hits, owners)
    is_new = lake.append(events, key=segment.uid)
    return _outcome(parsed, events, findings, is_new=is_new)


def _encoded(events: pa.Table) -> pa.Table:
    columns = {
        name: _one_dictionary(column) if name in ENCODED else column
        for name, column in zip(events.column_names, events.columns, strict=True)
    }
    return pa.table(columns)


def _one_dictionary(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column.unify_dictionaries().combine_chunks()
    return column.combine_chunks().dictionary_encode()


def _acting_times(events: pa.Table) -> pa.Array:
    """The times to act on: not those that are still to come by our clock."""
    is_future = pc.equal(events["time_flag"].cast(_TEXT), "future")
    times = events["time"].combine_chunks()
    known = pc.fill_null(is_future, False)  # noqa: FBT003 - what fills the gaps
    return pc.if_else(known.combine_chunks(), None, times)


def _owners(events: pa.Table, segment: Segment, ownership: OwnershipFacts) -> Owners:
    """Whose addresses, and whose sensor, at the time; the time of receipt where there is none."""
    times, received = _acting_times(events), segment.received_at
    sensor = pa.DictionaryArray.from_arrays(
        pa.repeat(pa.scalar(0, pa.int32()), len(events)), pa.array([segment.sensor])
    )
    return Owners(
        ownership.owners(events["src_ip"].combine_chunks(), times, received=received),
        ownership.owners(events["dest_ip"].combine_chunks(), times, received=received),
        ownership.owners_of_sensors(sensor, times, received=received),
    )


def _completed(events: pa.Table, segment: Segment, owners: Owners) -> pa.Table:
    """The columns that the parser filled, and those that the batch and its owners add."""
    source = owners.source["member"].combine_chunks()
    destination = owners.destination["member"].combine_chunks()
    received_at = pa.scalar(segment.received_at, SCHEMA.field("received_at").type)
    known = dict(zip(events.column_names, events.columns, strict=True)) | {
        "batch": _constant(segment.uid, len(events)),
        "received_at": pa.repeat(received_at, len(events)),
        "sensor": _constant(segment.sensor, len(events)),
        "src_member": source,
        "dest_member": destination,
        "direction": directions(source, destination),
    }
    return pa.table({name: known[name] for name in SCHEMA.names if name in known})


def _constant(text: str, count: int) -> pa.Array:
    indices = pa.repeat(pa.scalar(0, pa.int32()), count)
    return pa.DictionaryArray.from_arrays(indices, pa.array([text]))


def _at_acting_times(events: pa.Table, segment: Segment) -> pa.Table:
    times = pc.fill_null(_acting_times(events), segment.received_at)
    place = events.schema.get_field_index("time")
    return events.set_column(place, "time", times)


def _outcome(parsed: Parsed, events: pa.Table, findings: pa.Table, *, is_new: bool) -> Outcome:
    by_type = _counts(events["table"])
    is_unknown = pc.equal(events["table"].cast(_TEXT), UNKNOWN)
    unknown = _counts(events["event_type"].filter(is_unknown)) if UNKNOWN in by_type else {}
    span = pc.min_max(_acting_times(events))
    return Outcome(
        received=parsed.received,
        stored=len(events),
        dead=parsed.dead,
        is_new=is_new,
        by_type=by_type,
        unknown_types=dict(Counter(unknown).most_common(_SHOWN_TYPES)),
        dead_reasons=dict(Counter(letter.reason for letter in parsed.dead)),
        first_event_at=span["min"].as_py(),
        last_event_at=span["max"].as_py(),
        findings=findings,
    )


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    counted = pc.value_counts(column.cast(_TEXT))
    return {count["values"] or "": count["counts"] for count in counted.to_pylist()}
