"""Suricata's EVE JSON lines as columns."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.parsers import eve, repair
from varde.engine.parsers.detail import one_detail
from varde.engine.parsers.eve_columns import columns_of
from varde.engine.parsers.fitting import fitted
from varde.engine.parsers.flags import Flags
from varde.engine.parsers.kinds import kinds
from varde.engine.parsers.lines import (
    DeadLetter,
    Lines,
    Numbers,
    Parsed,
    as_utf8,
    content,
    gathered,
)
from varde.engine.parsers.ports import parse_ports
from varde.engine.parsers.reader import Reader
from varde.engine.parsers.times import parse_iso
from varde.engine.parsers.tree import Tree
from varde.engine.schema import SCHEMA, SURICATA_TABLES, UNKNOWN

_FEW = 2_000  # lines that are worth looking at one by one
_LONGEST_TYPE = 64  # of an event type nobody knows
_FLAGS = SCHEMA.field("flags").type
_TEXT = pa.string()
_TIMES = ("flow_start", "flow_end")
_PORTS = ("src_port", "dest_port")

_MANY = 4_000  # lines of a type that are worth a query of their own

_READER = Reader(eve.types_of(eve.SHAPES))
_READERS = {
    kind: Reader(eve.types_of((*eve.ENVELOPE_KEYS, *keys)))
    for kind, keys in eve.KEYS_OF_TYPE.items()
}
# Made once: to make a scalar Arrow looks for dateutil every time, in vain.
_KINDS = {kind: pa.scalar(kind) for kind in _READERS}
_NO_TYPE = pa.scalar("")


class _Part(NamedTuple):
    """Lines read together: their columns, numbers and repairs, and their texts if repaired."""

    table: pa.Table
    numbers: Numbers
    flags: pa.Array
    texts: list[bytes] | None


class _Saved(NamedTuple):
    number: int
    text: bytes
    flags: list[str]


def parse(batch: bytes, *, received_at: datetime | None = None) -> Parsed:
    """The events of a batch of EVE lines; blank lines do not count.

    Never raises for what is in ``batch``: a line that holds no event is a dead letter.
    """
    received_at = received_at or datetime.now(UTC)
    lines = Lines(as_utf8(batch))
    dead = list(lines.too_long)
    parts = list(_read_by_kind(lines, dead))
    tables = [_events(part, lines, received_at, dead) for part in parts]
    return Parsed(gathered(tables), dead)


def _read_by_kind(lines: Lines, dead: list[DeadLetter]) -> Iterator[_Part]:
    """Lines of a common type together, with that type's keys; all others with every key."""
    together = lines.of(lines.numbers)
    others: list[Numbers] = []
    for kind, rows in kinds(together).items():
        part = None
        if kind in _READERS and len(rows) >= _MANY:
            part = _read_kind(kind, together, lines.numbers, rows)
        if part is None:
            others.append(lines.numbers[rows])
        else:
            yield part
    rest = np.sort(np.concatenate([np.zeros(0, np.int64), *others]))
    yield from _read(lines, rest, dead)


def _read_kind(kind: str, together: pa.Array, numbers: Numbers, rows: Numbers) -> _Part | None:
    """The ``rows`` of lines, if all can be read and are of that type."""
    table = _READERS[kind].read(content(together.take(pa.array(rows))), len(rows))
    if (
        table is None
        or not pc.all(pc.equal(table["event_type"], _KINDS[kind]), skip_nulls=False).as_py()
    ):
        return None
    return _Part(table, numbers[rows], pa.nulls(len(rows), _FLAGS), None)


def _read(lines: Lines, numbers: Numbers, dead: list[DeadLetter]) -> Iterator[_Part]:
    """All at once if that works; else by parts, so that one bad line costs its own part only."""
    if not len(numbers):
        return
    table = _READER.read(content(lines.of(numbers)), len(numbers))
    if table is not None:
        yield _Part(table, numbers, pa.nulls(len(numbers), _FLAGS), None)
    elif len(numbers) > _FEW:
        for part in lines.parts(numbers):
            yield from _read(lines, part, dead)
    else:
        yield from _repaired(lines, numbers, dead)


def _repaired(lines: Lines, numbers: Numbers, dead: list[DeadLetter]) -> Iterator[_Part]:
    """What can be saved of lines that DuckDB refuses, as one part where it takes them now."""
    saved: list[_Saved] = []
    for number in numbers.tolist():
        for piece in repair.pieces(lines[number], SURICATA_TABLES):
            if piece.reason:
                dead.append(DeadLetter(number + 1, piece.raw.strip(), piece.reason))
            else:
                saved.append(_saved(number, piece))
    if (part := _part_of(saved)) is not None:
        yield part
        return
    for one in saved:
        if (part := _part_of([one])) is not None:
            yield part
        else:
            dead.append(DeadLetter(one.number + 1, one.text.strip(), "unreadable"))


def _saved(number: int, piece: repair.Piece) -> _Saved:
    flags = list(piece.flags)
    fitting = cast("dict[str, object]", fitted(piece.value, eve.SHAPES, "", flags))
    text = json.dumps({**piece.value, **fitting}, ensure_ascii=False, separators=(",", ":"))
    return _Saved(number, text.encode() + b"\n", flags)


def _part_of(saved: list[_Saved]) -> _Part | None:
    table = _READER.read(b"".join(one.text for one in saved), len(saved)) if saved else None
    if table is None:
        return None
    flags = pa.array([one.flags or None for one in saved], _FLAGS)
    numbers = np.array([one.number for one in saved], dtype=np.int64)
    return _Part(table, numbers, flags, [one.text for one in saved])


def _events(part: _Part, lines: Lines, received_at: datetime, dead: list[DeadLetter]) -> pa.Table:
    """The part in the columns of SCHEMA, without those rows that turn out to hold no event."""
    events, count = Tree(part.table), len(part.numbers)
    columns = columns_of(events)
    flags = Flags(part.flags)
    columns["line"] = pa.array(part.numbers + 1, pa.int32())
    columns["table"], unknown = _tables(columns.get("event_type", pa.nulls(count, _TEXT)))
    columns["time"], columns["time_flag"] = parse_iso(
        columns.get("time", pa.nulls(count, _TEXT)), received_at
    )
    for name in columns.keys() & _TIMES:
        columns[name] = parse_iso(columns[name], received_at).time
    for name in columns.keys() & _PORTS:
        columns[name], bad = parse_ports(columns[name])
        flags.add(bad, f"bad_type:{name}")
    detail = one_detail([events.get(key) for key in eve.DETAIL_KEYS], count)
    columns["detail"] = detail.texts
    flags.add(detail.too_long, "detail_too_long")
    flags.add(detail.too_deep, "detail_too_deep")
    refused: list[int] = []
    if len(unknown):
        columns["detail"], refused = _whole(part, lines, columns["detail"], unknown, dead)
        columns["event_type"] = _shortened(columns.get("event_type", pa.nulls(count, _TEXT)))
    columns["flags"] = flags.column()
    # Columns that no event fills are left out; they cost nothing until somebody asks for them.
    table = pa.table(columns)
    kept = np.delete(np.arange(count), refused)
    codes = table["table"].combine_chunks().indices.to_numpy()[kept]
    if not refused and len(np.unique(codes)) == 1:
        return table
    # Events of a table together: the lake writes them so.
    return table.take(pa.array(kept[np.argsort(codes, kind="stable")]))


def _shortened(event_types: pa.Array) -> pa.Array:
    return pc.utf8_slice_codeunits(event_types, 0, _LONGEST_TYPE)


def _tables(event_types: pa.Array) -> tuple[pa.DictionaryArray, Numbers]:
    """The table of each event, and the rows whose type is not known."""
    encoded = pc.fill_null(event_types, _NO_TYPE).dictionary_encode()
    names = encoded.dictionary.to_pylist()
    tables = [*sorted(SURICATA_TABLES.intersection(names)), UNKNOWN]
    place = [tables.index(name) if name in SURICATA_TABLES else len(tables) - 1 for name in names]
    codes = np.array(place, dtype=np.int32)[encoded.indices.to_numpy()]
    unknown = np.flatnonzero(codes == len(tables) - 1)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(tables)), unknown


def _whole(
    part: _Part,
    lines: Lines,
    detail: pa.Array,
    unknown: Numbers,
    dead: list[DeadLetter],
) -> tuple[pa.Array, list[int]]:
    """``detail`` with the whole line of each event nobody knows, and the rows that are none.

    Nothing but its line is kept of such an event, so here a line must be JSON to the letter.
    """
    texts: dict[int, str] = {}
    refused: list[int] = []
    for row in unknown.tolist():
        number = int(part.numbers[row])
        line = part.texts[row] if part.texts is not None else lines[number]
        piece = next(repair.pieces(line))
        if piece.reason:
            dead.append(DeadLetter(number + 1, line.strip(), piece.reason))
            refused.append(row)
        else:
            texts[row] = line.decode().strip()
    mask = np.zeros(len(detail), dtype=bool)
    mask[list(texts)] = True
    whole = pa.array(list(texts.values()), pa.string())
    return pc.replace_with_mask(detail, pa.array(mask), whole), refused
