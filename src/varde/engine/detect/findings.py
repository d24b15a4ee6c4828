"""Findings: what the alerts of sensors and the hits of indicators mean for which member."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.schema import FINDINGS

_LOW, _MEDIUM, _HIGH = 1, 2, 3
_SEVERITIES = {1: _HIGH, 2: _MEDIUM, 3: _LOW}  # Suricata's 1 is worst; whatever else is low

_OF_EVENT = [
    "time",
    "time_flag",
    "line",
    "table",
    "src_ip",
    "src_port",
    "dest_ip",
    "dest_port",
    "proto",
    "direction",
]

Rows = npt.NDArray[np.int64]


class Owners(NamedTuple):
    """Whose each event is (columns ``member``, ``by``, ``value``), by either end and by sensor."""

    source: pa.Table
    destination: pa.Table
    sensor: pa.Table


def findings_of(events: pa.Table, hits: pa.Table, owners: Owners) -> pa.Table:
    """One row (FINDINGS) for each alert or hit and member concerned, ordered by event.

    ``time`` of ``events`` is the time to act on. A member is concerned if either end is its own;
    only if neither is anybody's, the owner of the sensor is. If that has none the finding has no
    member: it must be seen, not dropped.
    """
    signatures, rows = _signatures(events)
    indicators = _indicators(hits)
    found = pa.concat_tables([signatures, indicators])
    row = np.concatenate([rows, hits["row"].to_numpy()]).astype(np.int64)
    parts = [_of_members(found, row, events, side) for side in _sides(row, owners)]
    together = pa.concat_tables(parts)
    order = np.argsort(together["row"].to_numpy(), kind="stable")
    return together.take(pa.array(order)).select(FINDINGS.names).cast(FINDINGS)


class _Side(NamedTuple):
    """Places in the list of what was found, and whose they are by which fact."""

    places: Rows
    owners: pa.Table
    address: str | None  # the column with the member's own end


def _sides(row: Rows, owners: Owners) -> list[_Side]:
    source, destination = owners.source["member"], owners.destination["member"]
    has_source = source.is_valid().to_numpy()[row]
    has_destination = destination.is_valid().to_numpy()[row]
    equal = pc.equal(source, destination)
    same = pc.fill_null(equal, False).to_numpy()[row]  # noqa: FBT003 - what fills the gaps
    at_source = np.flatnonzero(has_source)
    at_destination = np.flatnonzero(has_destination & ~same)
    at_neither = np.flatnonzero(~has_source & ~has_destination)
    return [
        _Side(at_source, owners.source, "src_ip"),
        _Side(at_destination, owners.destination, "dest_ip"),
        _Side(at_neither, owners.sensor, None),
    ]


def _of_members(found: pa.Table, row: Rows, events: pa.Table, side: _Side) -> pa.Table:
    places, rows = pa.array(side.places), pa.array(row[side.places])
    columns = dict(zip(found.column_names, found.take(places).columns, strict=True))
    event = events.select(_OF_EVENT).take(rows)
    columns.update(zip(_OF_EVENT, (_plain(column) for column in event.columns), strict=True))
    owner = side.owners.take(rows)
    columns["member"] = owner["member"]
    columns["by"], columns["by_value"] = _plain(owner["by"]), _plain(owner["value"])
    columns["address"] = columns[side.address] if side.address else pa.nulls(len(rows), pa.string())
    columns["row"] = rows
    return pa.table(columns)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column


def _signatures(events: pa.Table) -> tuple[pa.Table, Rows]:
    """What the sensors' own rules found, and in which rows."""
    is_alert = pc.or_(pc.equal(_plain(events["table"]), "alert"), events["alert_sid"].is_valid())
    rows = np.flatnonzero(is_alert.to_numpy())
    alerts = events.select(["alert_sid", "alert_signature", "alert_severity"]).take(pa.array(rows))
    sid = pc.fill_null(alerts["alert_sid"], 0).cast(pa.string())
    detection = pc.binary_join_element_wise("suricata", sid, ":")
    count = len(rows)
    nothing = pa.nulls(count, pa.string())
    table = pa.table(
        {
            "detection": detection,
            "kind": pa.repeat("signature", count),
            "title": pc.coalesce(_plain(alerts["alert_signature"]), detection),
            "severity": _severities(alerts["alert_severity"]),
            "indicator_id": pa.nulls(count, pa.int64()),
            "indicator_type": nothing,
            "indicator": nothing,
            "field": nothing,
            "observed": nothing,
        }
    )
    return table, rows


def _severities(suricata: pa.ChunkedArray) -> pa.Array:
    place = pc.index_in(suricata, pa.array(list(_SEVERITIES), pa.int32()))
    known = pa.array(list(_SEVERITIES.values()), pa.int32()).take(place)
    return pc.fill_null(known, _LOW)


def _indicators(hits: pa.Table) -> pa.Table:
    kind, value = hits["type"], hits["value"]
    return pa.table(
        {
            "detection": pc.binary_join_element_wise("indicator", kind, value, ":"),
            "kind": pa.repeat("indicator", len(hits)),
            "title": pc.binary_join_element_wise(kind, value, " "),
            # How bad it is depends on confidence, which the engine does not know.
            "severity": pa.repeat(pa.scalar(_HIGH, pa.int32()), len(hits)),
            "indicator_id": hits["indicator_id"],
            "indicator_type": kind,
            "indicator": value,
            "field": hits["field"],
            "observed": hits["observed"],
        }
    )
