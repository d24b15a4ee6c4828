"""Attribution: text addresses to their owners at the time of the event.

10,000 networks of 6,000 members, IPv4 and IPv6, nested and handed over; a million distinct
addresses as text, every fifth IPv6. The baseline is what is usually written: ``ipaddress``,
``bisect`` over the borders, and a walk through the candidates, an event at a time.
"""

import random
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from varde.engine.enrich.ownership import Ownership, compile_ownership

MEMBERS, NETWORKS, ADDRESSES, BASELINE_ADDRESSES = 6_000, 10_000, 1_000_000, 50_000
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Fact(NamedTuple):
    kind: str
    value: str
    organisation_id: int
    valid_from: datetime
    valid_to: datetime | None


def facts(chance: random.Random) -> list[Fact]:
    """Networks between /12 and /28 and between /32 and /56; one in ten changed hands in 2026."""
    made: list[Fact] = []
    values: dict[str, None] = {}
    while len(values) < NETWORKS:
        values[str(_network(chance))] = None
    for value in values:
        first, second = chance.randrange(MEMBERS) + 1, chance.randrange(MEMBERS) + 1
        if chance.random() < 0.1:
            handed_over = NEW_YEAR + timedelta(hours=chance.randrange(5_000))
            made.append(Fact("network", value, first, LONG_AGO, handed_over))
            made.append(Fact("network", value, second, handed_over, None))
        else:
            made.append(Fact("network", value, first, LONG_AGO, None))
    return made[:NETWORKS]


def _network(chance: random.Random) -> IPv4Network | IPv6Network:
    if chance.random() < 0.2:
        size = chance.choice([32, 40, 48, 48, 48, 56])
        return IPv6Network(
            ((0x2A << 120) + (chance.getrandbits(size) << 128 - size) // 4096, size), strict=False
        )
    size = chance.choice([12, 16, 20, 22, 24, 24, 24, 26, 28])
    return IPv4Network((chance.getrandbits(size) << 32 - size, size))


def questions(
    known: list[Fact], count: int, chance: random.Random
) -> tuple[list[str], list[datetime]]:
    """Distinct addresses, nine of ten in a known network, and times through 2026."""
    networks = [ip_network(fact.value) for fact in known]
    v4 = [network for network in networks if network.version == 4]
    v6 = [network for network in networks if network.version == 6]
    texts: dict[str, None] = {}
    while len(texts) < count:
        family = v6 if len(texts) % 5 == 0 else v4
        network = family[chance.randrange(len(family))]
        value = int(network.network_address) + chance.randrange(network.num_addresses)
        if network.version == 4 and chance.random() < 0.1:
            value = chance.getrandbits(32)
        texts[str(IPv4Address(value) if network.version == 4 else IPv6Address(value))] = None
    times = [NEW_YEAR + timedelta(seconds=chance.randrange(25_000_000)) for _ in range(count)]
    return list(texts), times


def bisect_loop(known: Iterable[Fact]) -> Callable[[str, datetime], int | None]:
    """The baseline: sorted borders and, for each segment, its facts from the most specific."""
    tables = {}
    for version, bits in ((4, 32), (6, 128)):
        nets = [(ip_network(f.value), f) for f in known if (":" in f.value) == (version == 6)]
        nets.sort(key=lambda pair: (int(pair[0].network_address), pair[0].prefixlen))
        borders, candidates, stack = [0], [()], []
        edges = sorted(
            {int(n.network_address) for n, _ in nets}
            | {int(n.broadcast_address) + 1 for n, _ in nets}
        )
        place = 0
        for edge in edges:
            stack = [pair for pair in stack if int(pair[0].broadcast_address) >= edge]
            while place < len(nets) and int(nets[place][0].network_address) == edge:
                stack.append(nets[place])
                place += 1
            borders.append(edge)
            candidates.append(tuple(f for _, f in sorted(stack, key=lambda p: -p[0].prefixlen)))
        tables[bits] = (borders, candidates)

    def owner(text: str, at: datetime) -> int | None:
        try:
            address = ip_address(text)
        except ValueError:
            return None
        borders, candidates = tables[address.max_prefixlen]
        for fact in candidates[bisect_right(borders, int(address)) - 1]:
            if fact.valid_from <= at and (fact.valid_to is None or at < fact.valid_to):
                return fact.organisation_id
        return None

    return owner


def run() -> list[dict[str, object]]:
    chance = random.Random(1)
    known = facts(chance)
    texts, times = questions(known, ADDRESSES, chance)
    addresses, moments = pa.array(texts), pa.array(times, pa.timestamp("us", "UTC"))
    with tempfile.TemporaryDirectory() as folder:
        begin = time.process_time()
        path = compile_ownership(known, Path(folder) / "ownership.arrow", 1)
        compiling = time.process_time() - begin
        ownership = Ownership.open(path)
    seconds = []
    for _ in range(3):
        begin = time.process_time()
        answer = ownership.owners(addresses, moments)
        seconds.append(time.process_time() - begin)
    owner = bisect_loop(known)
    begin = time.process_time()
    expected = [owner(*q) for q in zip(texts[:BASELINE_ADDRESSES], times, strict=False)]
    baseline = BASELINE_ADDRESSES / (time.process_time() - begin)
    assert answer.column("member").to_pylist()[:BASELINE_ADDRESSES] == expected
    speed = ADDRESSES / min(seconds)
    return [
        {
            "name": "attribution of distinct addresses to 10,000 networks",
            "value": round(speed),
            "unit": "addresses/s of CPU",
            "baseline": round(baseline),
            "ratio": round(speed / baseline, 1),
        },
        {
            "name": "compiling 10,000 networks",
            "value": round(compiling, 3),
            "unit": "s of CPU",
            "baseline": None,
            "ratio": None,
        },
    ]


if __name__ == "__main__":
    for figure in run():
        print(figure)
