"""The arithmetic of the audit chain: pure functions from fields to digests, and the walk.

An entry's digest is the SHA-256 of a JSON list of the previous digest and its own fields. Its
number is one of the fields, so an entry that is moved no longer fits its own digest.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import orjson

GENESIS = "0" * 64
_LARGEST_EXACT = 2**53


class Row(NamedTuple):
    """One entry as stored, with its detail where there is one."""

    sequence: int
    at: str
    actor: str
    action: str
    subject: str
    detail_digest: str
    previous: str
    digest: str
    salt: str | None = None
    facts: str | None = None


class Fault(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT = "cut"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    fault: Fault
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a walk came, where it ended, and what stopped it."""

    entries: int
    digest: str
    broken: Break | None


def moment(at: datetime) -> str:
    """``at`` in UTC as it is hashed: always six digits of a second, on every database."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def link_digest(previous: str, sequence: int, *fields: str) -> str:
    """The digest of an entry; ``fields``: moment, actor, action, subject, detail digest."""
    return hashlib.sha256(orjson.dumps([previous, sequence, *fields])).hexdigest()


def canonical(facts: object) -> bytes:
    """Facts as JSON with sorted keys and no spaces."""
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)


def detail_digest(salt: str, facts: object) -> str:
    """What the chain keeps of a detail; with the salt erased, nothing can be guessed from it."""
    return hashlib.sha256(salt.encode() + canonical(facts)).hexdigest()


def plain(value: object) -> object:
    """``value`` in the part of JSON that every database gives back as it was stored.

    PostgreSQL refuses NUL and lone surrogates and rewrites fractions, so those become text.
    """
    match value:
        case None | bool():
            return value
        case int() if abs(value) <= _LARGEST_EXACT:
            return int(value)
        case Mapping():
            return {text(key): plain(part) for key, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(part) for part in value]
        case _:
            return text(value)


def text(value: object) -> str:
    """``value`` as text that every database stores."""
    return str(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def walk(rows: Iterable[Row]) -> Walk:
    """Follow the chain from its beginning; ``rows`` in order of their numbers."""
    rows = iter(rows)
    count, last, before = 0, GENESIS, GENESIS
    for row in rows:
        if row[0] != count + 1 or row[6] != last or not _holds(row):
            broken = _explain(Row(*row), count + 1, (last, before), rows)
            return Walk(count, last, broken)
        before, last = last, row[7]
        count += 1
    return Walk(count, last, None)


def _holds(row: Row) -> bool:
    """Whether an entry fits its own digest, and its detail the digest that the entry keeps."""
    sequence, at, actor, action, subject, detail, previous, digest, salt, facts = row
    try:
        body = orjson.dumps([previous, sequence, at, actor, action, subject, detail])
        if hashlib.sha256(body).hexdigest() != digest:
            return False
        return salt is None or facts is None or detail_digest(salt, orjson.loads(facts)) == detail
    except (TypeError, ValueError):
        # A database without strict types lets a forger store what is no text or no JSON.
        return False


def _fits(row: Row, sequence: int) -> bool:
    """Whether an entry fits its own digest if it had the number ``sequence``."""
    return _holds(row._replace(sequence=sequence, salt=None, facts=None))


def _explain(row: Row, expected: int, digests: tuple[str, str], later: Iterator[Row]) -> Break:
    """What happened at ``expected``; ``digests``: of the entry before it, and before that."""
    last, before = digests
    if row.sequence > expected:
        return Break(Fault.DELETED, expected, f"entry {expected} is gone")
    if row.sequence < expected:
        return Break(Fault.INSERTED, row.sequence, f"entry {row.sequence} was put in")
    if row.previous == last:
        return _explain_itself(row)
    if _fits(row, expected):
        return Break(Fault.CHANGED, expected - 1, f"entry {expected - 1} was replaced")
    if row.previous == before and _fits(row, expected - 1):
        return Break(Fault.INSERTED, expected - 1, f"entry {expected - 1} was put in")
    return _explain_order(row, next(later, None))


def _explain_itself(row: Row) -> Break:
    """An entry that follows the one before it, and yet does not hold."""
    if _fits(row, row.sequence):
        return Break(Fault.DETAIL, row.sequence, f"the detail of entry {row.sequence} was changed")
    return Break(Fault.CHANGED, row.sequence, f"a field of entry {row.sequence} was changed")


def _explain_order(row: Row, following: Row | None) -> Break:
    """An entry that was written for another place."""
    here = row.sequence
    if _fits(row, here + 1) and (following is None or following[7] != row.previous):
        return Break(Fault.DELETED, here, f"entry {here} is gone, and later ones renumbered")
    return Break(Fault.REORDERED, here, f"entry {here} belongs elsewhere")


def against_head(walked: Walk, *, sequence: int, digest: str) -> Break | None:
    """What the head says that the walk itself cannot see: a tail that was cut or replaced."""
    if walked.broken:
        return walked.broken
    count = walked.entries
    if count < sequence:
        gone = sequence - count
        return Break(Fault.CUT, count + 1, f"the last {gone} entries from {count + 1} on are gone")
    if walked.digest != digest:
        return Break(Fault.CHANGED, count, f"entry {count}, the last, is not what the head names")
    return None
