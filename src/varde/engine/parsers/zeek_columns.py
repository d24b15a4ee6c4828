"""Zeek records of one kind into the columns of an event."""

from collections.abc import Callable
from datetime import datetime, timedelta

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.parsers.flags import Flags
from varde.engine.parsers.ports import parse_ports
from varde.engine.parsers.record import Record
from varde.engine.parsers.times import Times, parse_epoch, parse_iso
from varde.engine.parsers.urls import request_urls
from varde.engine.parsers.zeek_fields import ADDRESSES, BY_PATH, COMMON, FOLDED
from varde.engine.schema import LATER, SCHEMA, UNKNOWN, ZEEK_TABLES

_SCHEMA = pa.schema([field for field in SCHEMA if field.name not in LATER])
_LONGEST_PATH = 64
_HTTP_PORT = 80
_PORTS = ("src_port", "dest_port")
_NOT_DETAIL = {"_path", "_write_ts", "_system_name", "@stream", "@system", "@proc"}


def columns_of(path: str, records: list[Record], received_at: datetime) -> pa.Table:
    """The records, which are all of the log ``path``, as a table of the parsers' columns."""
    sources = {**COMMON, **BY_PATH.get(path, {})}
    flags = Flags(pa.array([record.flags or None for record in records], _type("flags")))
    count = len(records)
    table = ZEEK_TABLES.get(path, UNKNOWN)
    columns: dict[str, pa.Array] = {
        "line": pa.array([record.number + 1 for record in records], pa.int32()),
        "table": pa.repeat(table, count),
        "event_type": pa.repeat(path[:_LONGEST_PATH], count),
    }
    for name, keys in sources.items():
        columns[name] = _column(name, [_first(record.fields, keys) for record in records], flags)
    columns["time"], columns["time_flag"] = _times(columns["time"], received_at)
    columns["proto"] = pc.utf8_upper(columns["proto"])
    if path == "conn":
        columns |= _span(columns["time"], records)
    if path == "http":
        columns["url"] = _urls(columns)
    # Of a log nobody knows everything is kept, of others what has no column.
    used = set() if table == UNKNOWN else {key for keys in sources.values() for key in keys}
    columns["detail"] = _details(records, used | _NOT_DETAIL)
    columns["flags"] = flags.column()
    return pa.table(
        {field.name: columns.get(field.name, pa.nulls(count, field.type)) for field in _SCHEMA},
        schema=_SCHEMA,
    )


def _type(name: str) -> pa.DataType:
    return SCHEMA.field(name).type


def _first(fields: dict[str, object], keys: tuple[str, ...]) -> object:
    for key in keys:
        value = fields.get(key)
        if value is not None and value not in ("", []):
            return value
    return None


def _column(name: str, values: list[object], flags: Flags) -> pa.Array:
    """The values in the column's type; ports and times still as texts."""
    kind = _type(name)
    if name in _PORTS:
        port, bad = parse_ports(pa.array([_text(value) for value in values], pa.string()))
        flags.add(bad, f"bad_type:{name}")
        return port
    convert = _converter(name, kind)
    made = [None if value is None else convert(value) for value in values]
    pairs = enumerate(zip(made, values, strict=True))
    bad = [row for row, (new, old) in pairs if new is None and old is not None]
    flags.add(bad, f"bad_type:{name}")
    return pa.array(made, pa.string() if name == "time" else kind)


def _converter(name: str, kind: pa.DataType) -> Callable[[object], object]:
    if name == "time":
        return _text
    if pa.types.is_list(kind):
        one = _integer(31) if pa.types.is_integer(kind.value_type) else _folding(name)
        return lambda value: [
            inner
            for inner in map(one, value if isinstance(value, list) else [value])
            if inner is not None
        ]
    if pa.types.is_integer(kind):
        return _integer(kind.bit_width - 1)
    folding = _folding(name)
    # A text where Zeek has a list: the first of it.
    return lambda value: folding(value[0] if isinstance(value, list) else value)


def _folding(name: str) -> Callable[[object], str | None]:
    if name in FOLDED:
        return lambda value: (_text(value) or "").replace(":", "").lower()
    if name in ADDRESSES:
        return lambda value: (_text(value) or "").strip("<> ").lower()
    return _text


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return _text(value[0]) if value else None
    return orjson.dumps(value).decode()


def _integer(bits: int) -> Callable[[object], int | None]:
    def convert(value: object) -> int | None:
        try:
            number = int(value) if isinstance(value, int | str) else None
        except ValueError:
            return None
        return number if number is not None and abs(number) < 2**bits else None

    return convert


def _times(texts: pa.Array, received_at: datetime) -> Times:
    """Zeek writes seconds since 1970, or ISO 8601 if told so."""
    sample = next((text for text in texts.to_pylist() if text), "")
    is_iso = "T" in sample
    return parse_iso(texts, received_at) if is_iso else parse_epoch(texts, received_at)


def _span(starts: pa.Array, records: list[Record]) -> dict[str, pa.Array]:
    """First and last packet of each connection."""
    ends = []
    for start, record in zip(starts.to_pylist(), records, strict=True):
        try:
            seconds = float(record.fields.get("duration", ""))  # type: ignore[arg-type]  # ValueError or TypeError
            ends.append(None if start is None else start + timedelta(seconds=seconds))
        except (TypeError, ValueError, OverflowError):
            ends.append(None)
    return {"flow_start": starts, "flow_end": pa.array(ends, _type("flow_end"))}


def _urls(columns: dict[str, pa.Array]) -> pa.Array:
    ports = columns["dest_port"]
    ports = pc.if_else(pc.equal(ports, _HTTP_PORT), None, ports)
    hosts, targets, methods = (columns[f"http_{name}"] for name in ("host", "url", "method"))
    return request_urls(hosts, ports, targets, methods)


def _details(records: list[Record], used: set[str]) -> pa.Array:
    return pa.array([_detail(record.fields, used) for record in records], pa.string())


def _detail(fields: dict[str, object], used: set[str]) -> str | None:
    rest = {key: value for key, value in fields.items() if key not in used}
    return orjson.dumps(rest, default=str).decode() if rest else None
