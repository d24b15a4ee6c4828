"""Nothing of one member in another's notice: a hundred thousand random cases, no exception."""

import json
import random
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import pytest

from varde.incidents.evidence import ROWS_KEPT, Observation, Row, cut, select
from varde.incidents.ownership import Ownership

Network = IPv4Network | IPv6Network

START = datetime(2026, 1, 1, tzinfo=UTC)
CASES = 100_000
WORLDS = 500
EVIL = "203.0.113.66"


class World:
    """Members with networks that nest and change hands, and domains that nest."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.members = list(range(1, chance.randint(2, 6) + 1))
        self.networks: list[tuple[Network, int, datetime, datetime]] = []
        for member in self.members:
            for _ in range(chance.randint(1, 3)):
                self._add_network(member)
        self.domains = {f"m{member}.example": member for member in self.members}
        parent = chance.choice(self.members)
        self.domains[f"clinic.m{parent}.example"] = chance.choice(self.members)
        rows = [("network", str(network), member) for network, member, *_ in self.networks]
        rows += [("domain", name, member) for name, member in self.domains.items()]
        rows += [("name", f"Hospital number {member}", member) for member in self.members]
        self.ownership = Ownership(rows)

    def _add_network(self, member: int) -> None:
        chance = self.chance
        if chance.random() < 0.3 and self.networks:
            # Somebody else's network, or a part of it, at another time.
            parent = chance.choice(self.networks)[0]
            width = min(parent.prefixlen + chance.choice([0, 0, 4]), parent.max_prefixlen)
            cidr = str(next(parent.subnets(new_prefix=width)))
        elif chance.random() < 0.3:
            cidr = f"2001:db8:{chance.randrange(0xFFFF):x}::/48"
        else:
            cidr = f"10.{chance.randrange(256)}.{chance.randrange(256)}.0/24"
        begins = START + timedelta(days=chance.randrange(300))
        ends = begins + timedelta(days=chance.randrange(1, 300))
        self.networks.append((ip_network(cidr), member, begins, ends))

    def host(self) -> tuple[str, int | None, datetime]:
        """An address, who owned it at a time (most specific), and that time."""
        network, _, begins, ends = self.chance.choice(self.networks)
        number = self.chance.randrange(min(network.num_addresses, 200))
        address = network.network_address + number
        at = begins + (ends - begins) * self.chance.random()
        owners = [
            (other.prefixlen, member)
            for other, member, since, until in self.networks
            if since <= at < until and address in other
        ]
        return str(address), max(owners)[1] if owners else None, at

    def text(self) -> str:
        other = self.chance.choice(self.members)
        return self.chance.choice(
            [
                EVIL,
                "evil.test",
                "",
                "GET /index.html",
                f"http://www.m{other}.example/",
                f"m{other}.example.evil.test",
                f"clinic.m{other}.example",
                f"to {self.host()[0]} and back",
                f"seen at HOSPITAL number {other}",
            ]
        )

    def observation(self) -> Observation:
        own, owner, at = self.host()
        far = EVIL if self.chance.random() < 0.5 else self.host()[0]
        ends = [own, far]
        self.chance.shuffle(ends)
        return Observation(
            alert=str(self.chance.randrange(5)),
            member_id=owner,
            at=at,
            address=own,
            source_address=ends[0],
            source_port=1,
            destination_address=ends[1],
            destination_port=2,
            direction=self.chance.choice(["inbound", "outbound", "outbound", "internal"]),
            protocol="tcp",
            field="http.host",
            observed=self.text(),
            restricted=self.chance.random() < 0.05,
        )


def owners_now_or_ever(world: World, address: str) -> set[int]:
    """Of the most specific network; in another way than the code under test does it."""
    try:
        value = ip_address(address)
    except ValueError:
        return set()
    holding = [(n.prefixlen, member) for n, member, *_ in world.networks if value in n]
    longest = max((length for length, _ in holding), default=0)
    return {member for length, member in holding if length == longest}


def assert_nothing_of_others(
    world: World, member: int, seen: list[Observation], rows: list[Row]
) -> None:
    theirs = {(s.address, s.at.isoformat()) for s in seen if s.member_id == member}
    for row in rows:
        assert (row["own"], row["at"]) in theirs
        assert not owners_now_or_ever(world, row["other"]) - {member}
        assert row["direction"] in {"inbound", "outbound"}
    said = json.dumps(rows).casefold()
    for other in world.members:
        if other == member:
            continue
        assert f"hospital number {other}" not in said
        for domain, owner in world.domains.items():
            if owner == other and f"clinic.{domain}" not in world.domains:
                assert domain not in said.replace(f"clinic.{domain}", "")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_of_one_member_is_ever_in_anothers_rows() -> None:
    chance = random.Random(20261124)
    cases = shown = withheld = 0
    for _ in range(WORLDS):
        world = World(chance)
        seen = [world.observation() for _ in range(CASES // WORLDS)]
        for member in world.members:
            rows = cut(member, seen, world.ownership)
            assert_nothing_of_others(world, member, seen, rows)
            shown += len(rows)
            withheld += sum(row["withheld"] != "" for row in rows)
        cases += len(seen)

    # The cases must be such that they could leak, and the cut such that something is left.
    assert cases == CASES
    assert shown > CASES * 0.8
    assert shown * 0.2 < withheld < shown * 0.8


def test_a_restricted_row_tells_where_and_when_but_not_what() -> None:
    world = World(random.Random(1))
    _, member, _ = world.host()
    seen = Observation(
        alert="a",
        member_id=member,
        at=START,
        address="192.168.1.9",
        source_address="192.168.1.9",
        source_port=5,
        destination_address=EVIL,
        destination_port=443,
        direction="outbound",
        protocol="tcp",
        field="dest_ip",
        observed=EVIL,
        restricted=True,
    )

    [row] = cut(member or 0, [seen], world.ownership)

    assert EVIL not in json.dumps(row)
    assert (row["own"], row["other_port"], row["withheld"]) == ("192.168.1.9", 443, "restricted")


def test_an_address_that_is_only_anothers_is_dropped_whatever_the_record_says() -> None:
    ownership = Ownership([("network", "192.0.2.0/24", 2)])
    world = World(random.Random(2))
    wrong = world.observation()
    wrong = Observation(**{f: getattr(wrong, f) for f in wrong.__slots__} | {
        "member_id": 1, "address": "192.0.2.1", "source_address": "192.0.2.1",
    })  # fmt: skip

    assert cut(1, [wrong], ownership) == []


def test_a_selection_keeps_each_host_and_the_order_of_time() -> None:
    def row(number: int, own: str) -> Row:
        at = (START + timedelta(seconds=number)).isoformat()
        return Row(
            alert="a", at=at, own=own, own_port=1, other="", other_port=1, direction="outbound",
            protocol="tcp", field="", observed="", withheld="",
        )  # fmt: skip

    rows = [row(n, "busy") for n in range(1000)] + [row(5000 + n, f"rare-{n}") for n in range(20)]

    chosen = select(list(reversed(rows)))

    assert len(chosen) == ROWS_KEPT
    assert {r["own"] for r in chosen} == {"busy", *(f"rare-{n}" for n in range(20))}
    assert [r["at"] for r in chosen] == sorted(r["at"] for r in chosen)
    assert select(rows[:3]) == rows[:3]
