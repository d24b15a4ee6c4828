"""Who owned an address, a domain or a sensor at the time of an event, and why.

The rule: of the networks around an address the most specific one that was valid *at that time*
decides. A more specific network that was not yet, or no longer, anybody's is passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import idna
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.enrich.addresses import parse_addresses
from varde.engine.enrich.ownership_file import (
    EPOCH,
    FOREVER,
    FORMAT,
    NOBODY,
    OwnershipFact,
    compile_ownership,
    microseconds,
)
from varde.engine.errors import UnreadableInputError

__all__ = ["Considered", "Ownership", "OwnershipFact", "Reason", "compile_ownership"]

_MICROSECONDS = pa.timestamp("us", "UTC")
_LONGEST_DOMAIN = 253
_NEVER = -(2**63)  # no fact is as old

Facts = npt.NDArray[np.int32]


class Reason(StrEnum):
    """Why a fact did or did not decide."""

    CHOSEN = "chosen"
    NOT_YET_VALID = "not_yet_valid"
    NO_LONGER_VALID = "no_longer_valid"
    LESS_SPECIFIC = "less_specific"


@dataclass(frozen=True, slots=True)
class Considered:
    """A fact that concerns what was asked for, and what became of it."""

    kind: str
    value: str
    member: int
    valid_from: datetime
    valid_to: datetime | None
    reason: Reason

    @property
    def is_chosen(self) -> bool:
        return self.reason == Reason.CHOSEN


class Ownership:
    """The facts of one revision, opened for questions; immutable, so threads may share it."""

    def __init__(self, table: pa.Table) -> None:
        metadata = table.schema.metadata or {}
        if metadata.get(b"format") != FORMAT.encode():
            raise UnreadableInputError(f"not an artefact in the format {FORMAT}")
        self.revision = int(metadata[b"revision"])
        facts = _list(table, "facts")
        self._kind, self._value = facts.field("kind"), facts.field("value")
        self._member = _with_last(facts.field("member"), 0)
        self._from = _with_last(facts.field("valid_from"), 0)
        self._to = _with_last(facts.field("valid_to"), 0)
        self._next: Facts = _with_last(facts.field("next"), NOBODY)
        self._v4_borders = _list(table, "v4_borders").to_numpy()
        self._v4_first: Facts = _list(table, "v4_first").to_numpy()
        v6_borders = b"".join(_list(table, "v6_borders").to_pylist())
        self._v6_borders = np.frombuffer(v6_borders, dtype="S16")
        self._v6_first: Facts = _list(table, "v6_first").to_numpy()
        self._domains = _list(table, "domains")
        self._domain_first: Facts = _with_last(_list(table, "domain_first"), NOBODY)
        self._sensors = _list(table, "sensors")
        self._sensor_first: Facts = _with_last(_list(table, "sensor_first"), NOBODY)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The artefact at ``path``. Raises ``UnreadableInputError`` where it is none."""
        # Read, not mapped: a few megabytes, and a file cut short under us cannot kill the process.
        content = pa.py_buffer(path.read_bytes())
        try:
            with pa.ipc.open_file(content) as reader:
                table = reader.read_all()
        except pa.ArrowInvalid as error:
            raise UnreadableInputError(f"{path.name} is no Arrow file") from error
        return cls(table)

    def __len__(self) -> int:
        """How many facts it holds."""
        return len(self._value)

    def owners(
        self, addresses: pa.Array, times: pa.Array, *, received: pa.Array | datetime | None = None
    ) -> pa.Table:
        """Who owned each of ``addresses`` (text, or null) at each of ``times``.

        Gives ``member`` (int64), ``by`` (``network``) and ``value`` (the network), null where
        nobody owned it or the text is no address. An event without a time counts as of
        ``received``, one for all or one for each row; without either it has no owner.
        """
        return self._answer(addresses, self._first_by_address, times, received)

    def owners_of_domains(
        self, names: pa.Array, times: pa.Array, *, received: pa.Array | datetime | None = None
    ) -> pa.Table:
        """Who owned each domain, or the nearest domain above it; columns as of ``owners``."""
        names = names if pa.types.is_dictionary(names.type) else pc.dictionary_encode(names)
        return self._answer(names, self._first_by_domain, times, received)

    def owners_of_sensors(
        self, names: pa.Array, times: pa.Array, *, received: pa.Array | datetime | None = None
    ) -> pa.Table:
        """Whose traffic each sensor saw at the time; columns as of ``owners``."""
        names = names if pa.types.is_dictionary(names.type) else pc.dictionary_encode(names)
        return self._answer(names, self._first_by_sensor, times, received)

    def explain(self, question: str, at: datetime) -> list[Considered]:
        """Every fact about an address or domain (else sensor), in the order they are tried.

        At most one is chosen; each other one says why it is not.
        """
        column = pa.array([question])
        by_kind = (self._first_by_address, self._first_by_domain, self._first_by_sensor)
        heads = [int(first(column)[0]) for first in by_kind]
        fact = next((head for head in heads if head != NOBODY), NOBODY)
        considered: list[Considered] = []
        decided = False
        while fact != NOBODY:
            considered.append(self._consider(fact, microseconds(at), decided=decided))
            decided = decided or considered[-1].is_chosen
            fact = int(self._next[fact])
        return considered

    def _consider(self, fact: int, at: int, *, decided: bool) -> Considered:
        starts, ends = int(self._from[fact]), int(self._to[fact])
        if at < starts:
            reason = Reason.NOT_YET_VALID
        elif at >= ends:
            reason = Reason.NO_LONGER_VALID
        else:
            reason = Reason.LESS_SPECIFIC if decided else Reason.CHOSEN
        return Considered(
            kind=self._kind[fact].as_py(),
            value=self._value[fact].as_py(),
            member=int(self._member[fact]),
            valid_from=_moment(starts),
            valid_to=None if ends == FOREVER else _moment(ends),
            reason=reason,
        )

    def _answer(
        self,
        column: pa.Array,
        first_of: Callable[[pa.Array], Facts],
        times: pa.Array,
        received: pa.Array | datetime | None,
    ) -> pa.Table:
        facts = self._valid_at(_first_of_each(column, first_of), _as_microseconds(times, received))
        missing = facts == NOBODY
        taken = pa.array(facts, mask=missing)
        return pa.table(
            {
                "member": pa.array(self._member[facts], pa.int64(), mask=missing),
                "by": self._kind.take(taken),
                "value": self._value.take(taken),
            }
        )

    def _valid_at(self, facts: Facts, times: npt.NDArray[np.int64]) -> Facts:
        """Follow each chain from ``facts`` to the first fact valid at its time, else -1.

        Changes ``facts``. Each round looks only at the rows still without an answer, and the
        first one answers nearly all.
        """
        rows = np.flatnonzero(facts != NOBODY)
        while len(rows):
            tried, at = facts[rows], times[rows]
            wrong = (at < self._from[tried]) | (at >= self._to[tried])
            rows = rows[wrong]
            facts[rows] = self._next[tried[wrong]]
            rows = rows[facts[rows] != NOBODY]
        return facts

    def _first_by_address(self, texts: pa.Array) -> Facts:
        addresses = parse_addresses(texts)
        facts = np.full(len(texts), NOBODY, dtype=np.int32)
        v4 = np.searchsorted(self._v4_borders, addresses.v4, side="right") - 1
        facts[addresses.v4_rows] = self._v4_first[v4]
        v6 = np.searchsorted(self._v6_borders, addresses.v6, side="right") - 1
        facts[addresses.v6_rows] = self._v6_first[v6]
        return facts

    def _first_by_domain(self, names: pa.Array) -> Facts:
        facts = np.full(len(names), NOBODY, dtype=np.int32)
        rows, rest = np.arange(len(names)), _canonical_domains(names)
        while len(rows):
            facts[rows] = self._domain_first[_places(rest, self._domains)]
            # What was not found is looked for again without its first label.
            shorter = pc.match_substring(rest, ".").to_numpy(zero_copy_only=False)
            again = (facts[rows] == NOBODY) & (shorter == True)  # noqa: E712 - may be null
            rows = rows[again]
            rest = pc.replace_substring_regex(rest.filter(pa.array(again)), r"^[^.]*\.", "")
        return facts

    def _first_by_sensor(self, names: pa.Array) -> Facts:
        return self._sensor_first[_places(names, self._sensors)]


def _list(table: pa.Table, name: str) -> pa.Array:
    """The one list that a column holds."""
    return table.column(name).chunk(0).flatten()


def _with_last(values: pa.Array, last: int) -> npt.NDArray[Any]:
    """``values`` and, behind them, what index -1 (nobody) leads to."""
    array = values.to_numpy()
    return np.append(array, np.array([last], dtype=array.dtype))


def _first_of_each(column: pa.Array, first_of: Callable[[pa.Array], Facts]) -> Facts:
    """The first fact for each row; of an encoded column each distinct value is looked up once."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        return first_of(column.cast(pa.string()))
    firsts = np.append(first_of(column.dictionary.cast(pa.string())), np.int32(NOBODY))
    places = pc.fill_null(column.indices.cast(pa.int64()), -1)
    return np.asarray(firsts[places.to_numpy()])


def _as_microseconds(
    times: pa.Array, received: pa.Array | datetime | None
) -> npt.NDArray[np.int64]:
    """Times as numbers; a missing one is ``received``, else before every fact."""
    times = times.cast(_MICROSECONDS, safe=False)
    if received is not None:
        times = pc.coalesce(
            times,
            pa.scalar(received, _MICROSECONDS)
            if isinstance(received, datetime)
            else received.cast(_MICROSECONDS, safe=False),
        )
    if isinstance(times, pa.ChunkedArray):
        times = times.combine_chunks()
    return np.asarray(pc.fill_null(times.cast(pa.int64()), _NEVER).to_numpy())


def _canonical_domains(names: pa.Array) -> pa.Array:
    """Names in lower case, without the root's dot, in A-labels; null where they are no names."""
    lower = pc.utf8_rtrim(pc.utf8_lower(names), ".")
    lower = pc.if_else(pc.less_equal(pc.binary_length(lower), _LONGEST_DOMAIN), lower, None)
    if pc.all(pc.string_is_ascii(lower), min_count=0).as_py():
        return lower
    return pa.array([_a_label(name) for name in lower.to_pylist()], pa.string())


def _a_label(name: str | None) -> str | None:
    """The name in A-labels; null where it has none."""
    if name is None or name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode()
    except UnicodeError:
        return None


def _places(values: pa.Array, known: pa.Array) -> npt.NDArray[np.int64]:
    """Where each value stands in ``known``, -1 where it does not."""
    places = pc.index_in(values, value_set=known, skip_nulls=True)
    return np.asarray(pc.fill_null(places, -1).to_numpy().astype(np.int64))


def _moment(time: int) -> datetime:
    return EPOCH + timedelta(microseconds=time)
