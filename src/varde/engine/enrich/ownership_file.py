"""The compiled artefact: who owned what and when, in one Arrow file with its revision.

One row of list columns, so that one file opens without a copy:

``facts``            every fact (kind, value, member, validity), and ``next``: the fact to try when
                     this one did not hold at the time asked for, -1 where there is none
``v4_borders``       sorted first addresses of the segments into which all networks cut IPv4
``v4_first``         for each segment the fact to try first, -1 in a gap
``v6_borders``, ``v6_first``   the same for IPv6
``domains``, ``domain_first``  each owned domain, and the fact to try first
``sensors``, ``sensor_first``  each placed sensor, and the fact to try first

``next`` leads from a network to older owners of the same network and then to the network around
it; from a domain to the domain above it. That keeps the file linear in the facts however deep
networks nest.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

FORMAT = "varde-ownership-1"
NOBODY = -1
FOREVER = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_FACT = pa.struct(
    [
        ("kind", pa.string()),
        ("value", pa.string()),
        ("member", pa.int64()),
        ("valid_from", pa.int64()),  # microseconds since 1970, UTC
        ("valid_to", pa.int64()),  # exclusive; FOREVER where it has no end
        ("next", pa.int32()),
    ]
)
_COLUMNS = {
    "facts": pa.list_(_FACT),
    "v4_borders": pa.list_(pa.uint32()),
    "v4_first": pa.list_(pa.int32()),
    "v6_borders": pa.list_(pa.binary(16)),
    "v6_first": pa.list_(pa.int32()),
    "domains": pa.list_(pa.string()),
    "domain_first": pa.list_(pa.int32()),
    "sensors": pa.list_(pa.string()),
    "sensor_first": pa.list_(pa.int32()),
}


class OwnershipFact(Protocol):
    """What the compiler reads: ``kind`` is ``network``, ``domain`` or ``sensor``."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def organisation_id(self) -> int: ...
    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_to(self) -> datetime | None: ...


@dataclass(slots=True)
class _Fact:
    kind: str
    value: str
    member: int
    valid_from: int
    valid_to: int
    next: int = NOBODY


def compile_ownership(rows: Iterable[OwnershipFact], path: Path, revision: int) -> Path:
    """Write the artefact of ``rows`` to ``path``, whole or not at all; gives ``path``.

    ``rows`` may come in any order. Networks are in canonical form (raises ``ValueError``
    otherwise); v4-mapped ones count as IPv4.
    """
    facts = [_fact(row) for row in rows]
    # Of two facts about the same value the younger is tried first: most events are recent.
    facts.sort(key=lambda fact: (fact.kind, fact.value, -fact.valid_from, fact.member))
    heads = _chain_equal_values(facts)
    columns = {
        **_segments("v4", heads, facts, bits=32),
        **_segments("v6", heads, facts, bits=128),
        **_names("domain", heads, facts),
        **_names("sensor", heads, facts),
        "facts": [{name: getattr(fact, name) for name in _Fact.__slots__} for fact in facts],
    }
    table = pa.table({name: pa.array([columns[name]], kind) for name, kind in _COLUMNS.items()})
    metadata = {"format": FORMAT, "revision": str(revision)}
    _write(table.replace_schema_metadata(metadata), path)
    return path


def _write(table: pa.Table, path: Path) -> None:
    """Write beside ``path`` and rename, so that a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
            sink.flush()
            os.fsync(handle)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _fact(row: OwnershipFact) -> _Fact:
    return _Fact(
        kind=row.kind,
        value=_CANONICAL.get(row.kind, str)(row.value),
        member=row.organisation_id,
        valid_from=microseconds(row.valid_from),
        valid_to=FOREVER if row.valid_to is None else microseconds(row.valid_to),
    )


def canonical_network(text: str) -> IPv4Network | IPv6Network:
    """The network that ``text`` states; a v4-mapped one becomes IPv4. Raises ``ValueError``."""
    network = ip_network(text)
    if isinstance(network, IPv6Network) and network.prefixlen >= 96:  # noqa: PLR2004 - ::ffff:0:0/96
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return IPv4Network((mapped, network.prefixlen - 96))
    return network


_CANONICAL: dict[str, Callable[[str], str]] = {
    "network": lambda value: str(canonical_network(value)),
    "domain": str.lower,
}


def microseconds(time: datetime) -> int:
    """Microseconds since 1970 of an aware time, exactly: ``timestamp()`` rounds."""
    since = time - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _chain_equal_values(facts: list[_Fact]) -> dict[tuple[str, str], tuple[int, int]]:
    """Link facts about the same value; gives (kind, value) -> its first and last fact."""
    heads = {}
    numbered = groupby(enumerate(facts), key=lambda item: (item[1].kind, item[1].value))
    for key, group in numbered:
        places = [place for place, _ in group]
        for place in places[:-1]:
            facts[place].next = place + 1
        heads[key] = (places[0], places[-1])
    return heads


def _names(
    kind: str, heads: dict[tuple[str, str], tuple[int, int]], facts: list[_Fact]
) -> dict[str, list[Any]]:
    """The names of one kind and their first facts; a domain leads on to the one above it."""
    firsts = {value: ends[0] for (its_kind, value), ends in heads.items() if its_kind == kind}
    if kind == "domain":
        for value in firsts:
            above = next((firsts[name] for name in parents(value) if name in firsts), NOBODY)
            facts[heads[kind, value][1]].next = above
    return {f"{kind}s": list(firsts), f"{kind}_first": list(firsts.values())}


def parents(domain: str) -> Iterator[str]:
    """The domains above ``domain``, from the nearest: ``a.b.c`` gives ``b.c`` and ``c``."""
    rest = domain
    while "." in rest:
        rest = rest.partition(".")[2]
        yield rest


def _segments(
    family: str, heads: dict[tuple[str, str], tuple[int, int]], facts: list[_Fact], *, bits: int
) -> dict[str, list[Any]]:
    """The segments of an address family: their first addresses and the facts to try first.

    Networks nest or are apart, never half: a walk over them by first address, widest first,
    with a stack of those that are open, sees each border once.
    """
    networks = sorted(
        (int(network.network_address), int(network.broadcast_address) + 1, ends)
        for network, ends in _networks_of(heads, bits)
    )
    # Widest first among those that begin together.
    networks.sort(key=lambda item: (item[0], -item[1]))
    borders: dict[int, int] = {0: NOBODY}
    open_ones: list[tuple[int, int]] = []  # (end, first fact)
    for start, end, (first, last) in networks:
        _close(open_ones, borders, until=start)
        facts[last].next = open_ones[-1][1] if open_ones else NOBODY
        borders[start] = first
        open_ones.append((end, first))
    _close(open_ones, borders, until=1 << bits)
    borders.pop(1 << bits, None)
    keys = [key if bits == 32 else key.to_bytes(16) for key in borders]  # noqa: PLR2004 - IPv4
    return {f"{family}_borders": keys, f"{family}_first": list(borders.values())}


def _close(open_ones: list[tuple[int, int]], borders: dict[int, int], *, until: int) -> None:
    """End the networks that end at or before ``until``: what was around them goes on."""
    while open_ones and open_ones[-1][0] <= until:
        end, _ = open_ones.pop()
        borders[end] = open_ones[-1][1] if open_ones else NOBODY


def _networks_of(
    heads: dict[tuple[str, str], tuple[int, int]], bits: int
) -> Iterator[tuple[IPv4Network | IPv6Network, tuple[int, int]]]:
    for (kind, value), ends in heads.items():
        network = ip_network(value) if kind == "network" else None
        if network is not None and network.max_prefixlen == bits:
            yield network, ends
