from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from random import Random
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from varde.engine.enrich.ownership import Ownership, Reason, compile_ownership

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
UTC_TIME = pa.timestamp("us", "UTC")


class Fact(NamedTuple):
    kind: str
    value: str
    organisation_id: int
    valid_from: datetime = START
    valid_to: datetime | None = None


Compiled = Callable[[list[Fact]], Ownership]


@pytest.fixture
def compiled(tmp_path: Path) -> Compiled:
    return lambda facts: Ownership.open(compile_ownership(facts, tmp_path / "o.arrow", 7))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ownership")


def owner(ownership: Ownership, address: str | None, at: datetime | None = START) -> int | None:
    answer = ownership.owners(pa.array([address], pa.string()), pa.array([at], UTC_TIME))
    return answer.column("member")[0].as_py()


def domain_owner(ownership: Ownership, name: str, at: datetime = START) -> int | None:
    answer = ownership.owners_of_domains(pa.array([name]), pa.array([at], UTC_TIME))
    return answer.column("member")[0].as_py()


network_of = cache(ip_network)


def by_hand(facts: list[Fact], text: str, at: datetime) -> int | None:
    """What a person would do: look at every fact, keep those that hold, take the narrowest."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    holding = [
        (network_of(fact.value).prefixlen, fact.organisation_id)
        for fact in facts
        if address in network_of(fact.value)
        and fact.valid_from <= at
        and (fact.valid_to is None or at < fact.valid_to)
    ]
    return max(holding)[1] if holding else None


def history(chance: Random, *, networks: int) -> list[Fact]:
    """Networks that nest and change hands, sometimes with nobody in between."""
    facts: list[Fact] = []
    for value in sorted({_some_network(chance) for _ in range(networks)}):
        time = START + HOUR * chance.randrange(50)
        for _ in range(chance.randrange(1, 5)):
            end = time + HOUR * chance.randrange(1, 40)
            last = chance.random() < 0.3
            facts.append(Fact("network", value, chance.randrange(9), time, None if last else end))
            if last:
                break
            time = end + HOUR * chance.choice([0, 0, 5])
    chance.shuffle(facts)
    return facts


def _some_network(chance: Random) -> str:
    # Few distinct bits, so that networks nest, touch and coincide.
    bits = chance.choice([0, 1, 2, 4, 7, 8])
    if chance.random() < 0.3:
        return str(
            IPv6Network(
                ((0x2001 << 112) + (chance.getrandbits(bits) << 96), 32 + bits), strict=False
            )
        )
    return str(IPv4Network(((10 << 24) + (chance.getrandbits(8) << 16), 8 + bits), strict=False))


def _some_address(chance: Random) -> str:
    value = (10 << 24) + chance.getrandbits(24)
    match chance.randrange(6):
        case 0:
            return str(ip_address((0x2001 << 112) + (chance.getrandbits(10) << 94)))
        case 1:
            return f"::ffff:{ip_address(value)}"
        case 2:
            return str(ip_address(chance.getrandbits(32)))
        case _:
            return str(ip_address(value))


@pytest.mark.parametrize("seed", range(20))
def test_owners_are_those_found_by_hand_whatever_changes_hands(
    compiled: Compiled, seed: int
) -> None:
    # Twenty histories of five thousand questions: 10^5 cases without a difference.
    chance = Random(seed)
    facts = history(chance, networks=12)
    addresses = [_some_address(chance) for _ in range(5_000)]
    times = [START + timedelta(minutes=chance.randrange(200 * 60)) for _ in addresses]

    answer = compiled(facts).owners(pa.array(addresses), pa.array(times, UTC_TIME))

    expected = [by_hand(facts, *question) for question in zip(addresses, times, strict=True)]
    assert answer.column("member").to_pylist() == expected
    # A history in which nobody, or one, owns all would prove nothing.
    assert len(set(expected)) > 4


@given(seed=st.integers(0, 2**32), hour=st.integers(1, 190))
@settings(max_examples=60, deadline=None)
def test_a_network_that_changes_hands_never_rewrites_the_past(
    folder: Path, seed: int, hour: int
) -> None:
    chance = Random(seed)
    before = history(chance, networks=6)
    taken_over = START + HOUR * hour
    after = [
        fact._replace(valid_to=min(fact.valid_to or taken_over, taken_over))
        for fact in before
        if fact.valid_from < taken_over
    ]
    after += [
        Fact("network", value, 77, taken_over)
        for value in sorted({fact.value for fact in before} | {_some_network(chance)})
    ]
    addresses = pa.array([_some_address(chance) for _ in range(200)])
    past = pa.array(
        [START + timedelta(seconds=chance.randrange(hour * 3600)) for _ in range(200)], UTC_TIME
    )
    now = pa.array([taken_over] * 200, UTC_TIME)

    old = Ownership.open(compile_ownership(before, folder / "before", 1))
    new = Ownership.open(compile_ownership(after, folder / "after", 2))

    assert new.owners(addresses, past).equals(old.owners(addresses, past))
    assert set(new.owners(addresses, now).column("member").to_pylist()) <= {77, None}


def test_the_most_specific_network_valid_then_decides(compiled: Compiled) -> None:
    ownership = compiled(
        [
            Fact("network", "10.0.0.0/8", 1),
            Fact("network", "10.1.0.0/16", 2, START + HOUR, START + 3 * HOUR),
            Fact("network", "10.1.1.0/24", 3, START + 2 * HOUR, START + 4 * HOUR),
        ]
    )

    owners = [owner(ownership, "10.1.1.1", START + n * HOUR) for n in range(5)]

    assert owners == [1, 2, 3, 3, 1]


def test_validity_begins_at_its_first_moment_and_ends_before_its_last(compiled: Compiled) -> None:
    ownership = compiled([Fact("network", "192.0.2.0/24", 1, START, START + HOUR)])
    tick = timedelta(microseconds=1)

    moments = [START - tick, START, START + HOUR - tick, START + HOUR]

    assert [owner(ownership, "192.0.2.1", at) for at in moments] == [None, 1, 1, None]


def test_an_answer_says_which_network_gave_it(compiled: Compiled) -> None:
    ownership = compiled([Fact("network", "192.0.2.0/24", 1), Fact("network", "2001:db8::/32", 2)])

    answer = ownership.owners(
        pa.array(["192.0.2.255", "2001:db8:ffff::1", "192.0.3.0", None, "rubbish"]),
        pa.array([START] * 5, UTC_TIME),
    )

    assert answer.to_pydict() == {
        "member": [1, 2, None, None, None],
        "by": ["network", "network", None, None, None],
        "value": ["192.0.2.0/24", "2001:db8::/32", None, None, None],
    }


def test_mapped_addresses_and_mapped_networks_are_ipv4(compiled: Compiled) -> None:
    ownership = compiled(
        [Fact("network", "192.0.2.0/25", 1), Fact("network", "::ffff:192.0.2.128/121", 2)]
    )

    texts = ["::ffff:192.0.2.1", "::FFFF:c000:0201", "192.0.2.129", "::ffff:192.0.2.129"]

    assert [owner(ownership, text) for text in texts] == [1, 1, 2, 2]


def test_both_ends_of_both_address_spaces_can_be_owned(compiled: Compiled) -> None:
    last = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
    values = ["0.0.0.0/32", "255.255.255.255/32", "::/128", f"{last}/128"]
    ownership = compiled([Fact("network", value, n) for n, value in enumerate(values)])

    texts = [str(ip_address(0)), "255.255.255.255", "::", last, "0.0.0.1", "255.255.255.254", "::1"]

    assert [owner(ownership, text) for text in texts] == [0, 1, 2, 3, None, None, None]


def test_an_event_without_a_time_counts_as_of_its_arrival(compiled: Compiled) -> None:
    ownership = compiled([Fact("network", "192.0.2.0/24", 1, START, START + HOUR)])
    addresses = pa.array(["192.0.2.1"] * 2)
    times = pa.array([None, START + HOUR], UTC_TIME)

    without = ownership.owners(addresses, times)
    one = ownership.owners(addresses, times, received=START)
    each = ownership.owners(addresses, times, received=pa.array([START, START], UTC_TIME))

    assert without.column("member").to_pylist() == [None, None]
    assert one.column("member").to_pylist() == [1, None]
    assert each.equals(one)


@pytest.mark.parametrize("width", ["chunked", "dictionary", "large", "sliced"])
def test_every_form_of_string_column_gives_the_same_answer(compiled: Compiled, width: str) -> None:
    ownership = compiled([Fact("network", "192.0.2.0/24", 1), Fact("network", "2001:db8::/32", 2)])
    plain = pa.array(["192.0.2.1", None, "2001:db8::1", "192.0.2.1", "198.51.100.1"])
    times = pa.array([START] * 5, UTC_TIME)
    column = {
        "chunked": pa.chunked_array([plain[:2], plain[2:]]),
        "dictionary": plain.dictionary_encode(),
        "large": plain.cast(pa.large_string()),
        "sliced": pa.concat_arrays([pa.array(["x", None]), plain]).slice(2),
    }[width]

    answer = ownership.owners(column, times)

    assert answer.column("member").to_pylist() == [1, None, 2, 1, None]


def test_a_domain_belongs_to_the_owner_of_the_nearest_domain_above(compiled: Compiled) -> None:
    ownership = compiled(
        [
            Fact("domain", "region.example", 1),
            Fact("domain", "lab.region.example", 2, START + HOUR, START + 2 * HOUR),
            Fact("domain", "xn--sykehuset-l8a.example", 3),
        ]
    )
    later = START + HOUR

    assert domain_owner(ownership, "WWW.Region.Example.") == 1
    assert domain_owner(ownership, "a.lab.region.example") == 1
    assert domain_owner(ownership, "a.lab.region.example", later) == 2
    assert domain_owner(ownership, "notregion.example") is None
    assert domain_owner(ownership, "example") is None
    assert domain_owner(ownership, "") is None
    assert domain_owner(ownership, "x." * 200 + "region.example") is None
    assert domain_owner(ownership, "www.sykehuset-å.example") in {3, None}


def test_a_domain_in_national_letters_is_found_by_its_a_label(compiled: Compiled) -> None:
    name = "blåbær"
    ownership = compiled([Fact("domain", f"{name.encode('idna').decode()}.example", 3)])

    assert domain_owner(ownership, "www.BLÅBÆR.example") == 3
    assert domain_owner(ownership, "\u200d\u3002..\ud7ff.example") is None


def test_a_sensor_belongs_to_the_one_whose_traffic_it_sees(compiled: Compiled) -> None:
    ownership = compiled([Fact("sensor", "fjord-1", 4, START, START + HOUR)])
    names, times = pa.array(["fjord-1", "fjord-2", "fjord-1"]), [START, START, START + HOUR]

    answer = ownership.owners_of_sensors(names, pa.array(times, UTC_TIME))

    assert answer.column("member").to_pylist() == [4, None, None]
    assert answer.column("by").to_pylist() == ["sensor", None, None]


def test_nobody_owns_anything_where_there_are_no_facts(compiled: Compiled) -> None:
    ownership = compiled([])

    assert owner(ownership, "192.0.2.1") is None
    assert owner(ownership, "2001:db8::1") is None
    assert domain_owner(ownership, "region.example") is None
    assert ownership.explain("192.0.2.1", START) == []
    assert ownership.owners(pa.array([], pa.string()), pa.array([], UTC_TIME)).num_rows == 0
    assert (len(ownership), ownership.revision) == (0, 7)


def test_explain_tells_what_decided_and_why_the_rest_did_not(compiled: Compiled) -> None:
    ownership = compiled(
        [
            Fact("network", "10.0.0.0/8", 1),
            Fact("network", "10.1.0.0/16", 2),
            Fact("network", "10.1.1.0/24", 3, START - 2 * HOUR, START),
            Fact("network", "10.1.1.0/24", 4, START + HOUR),
            Fact("network", "10.2.0.0/16", 5),
        ]
    )

    considered = ownership.explain("10.1.1.1", START)

    assert [(fact.value, fact.member, fact.reason) for fact in considered] == [
        ("10.1.1.0/24", 4, Reason.NOT_YET_VALID),
        ("10.1.1.0/24", 3, Reason.NO_LONGER_VALID),
        ("10.1.0.0/16", 2, Reason.CHOSEN),
        ("10.0.0.0/8", 1, Reason.LESS_SPECIFIC),
    ]
    assert considered[1].valid_to == START
    assert considered[0].valid_to is None
