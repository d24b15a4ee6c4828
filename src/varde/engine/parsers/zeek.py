"""Zeek's logs as columns: tab-separated, or JSON a line."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

import orjson

from varde.engine.parsers import repair, zeek_tsv
from varde.engine.parsers.lines import DeadLetter, Lines, Parsed, as_utf8, gathered
from varde.engine.parsers.record import Record
from varde.engine.parsers.zeek_columns import columns_of
from varde.engine.parsers.zeek_fields import TRAITS

_SLICE = 20_000  # records that are held as objects at a time
_PATH_KEYS = ("_path", "@stream")
_MANY_BRACKETS = 16  # a Zeek record is flat


def parse(batch: bytes, *, origin: str = "", received_at: datetime | None = None) -> Parsed:
    """The events of a batch of Zeek log lines; header and blank lines do not count.

    ``origin`` is the name of the file, which tells the kind of log where the lines do not. Never
    raises for what is in ``batch``.
    """
    received_at = received_at or datetime.now(UTC)
    lines = Lines(as_utf8(batch))
    dead = list(lines.too_long)
    path = path_of(origin)
    is_json = batch.lstrip()[:1] == b"{"
    found = _json_records(lines, path, dead) if is_json else zeek_tsv.records(lines, path, dead)
    tables = [
        columns_of(path, records, received_at)
        for part in _sliced(found)
        for path, records in _by_path(part)
    ]
    return Parsed(gathered(tables), dead)


def path_of(origin: str) -> str:
    """The kind of log a file name tells: ``conn`` for ``conn.00_00_00-01_00_00.log.gz``."""
    name = origin.rpartition("/")[2].partition(".")[0].lower()
    return name.removeprefix("open_")


def _sliced(records: Iterator[Record]) -> Iterator[list[Record]]:
    while part := list(islice(records, _SLICE)):
        yield part


def _by_path(records: Iterable[Record]) -> Iterator[tuple[str, list[Record]]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record.path].append(record)
    yield from groups.items()


def _json_records(lines: Lines, path: str, dead: list[DeadLetter]) -> Iterator[Record]:
    for number in lines.numbers.tolist():
        line = lines[number]
        if line.startswith(b"#"):  # header lines of another log that was joined to this
            continue
        fields = _plain(line)
        if fields is not None:
            yield _named(Record(number, path, fields, []))
            continue
        for piece in repair.pieces(line):
            if piece.reason:
                dead.append(DeadLetter(number + 1, piece.raw.strip(), piece.reason))
            else:
                yield _named(Record(number, path, piece.value, piece.flags))


def _plain(line: bytes) -> dict[str, object] | None:
    """The object of a line that is beyond doubt; a key given twice makes it doubtful."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, dict) or line.count(b'":') > len(value):
        return None
    if line.count(b"{") + line.count(b"[") > _MANY_BRACKETS:
        return None
    return value


def _named(record: Record) -> Record:
    """The record with the path it names itself, else the file's, else the one it looks like."""
    for key in _PATH_KEYS:
        if isinstance(path := record.fields.get(key), str):
            return record._replace(path=path)
    keys = record.fields.keys()
    looks = next((path for path, traits in TRAITS if traits <= keys), "")
    return record._replace(path=looks or record.path)
