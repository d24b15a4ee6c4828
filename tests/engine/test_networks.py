"""Addresses and networks of both families, nested ones as well."""

from ipaddress import ip_address, ip_network

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from varde.engine.detect.networks import build, from_arrays, to_arrays

V4_EDGES = ["0.0.0.0", "255.255.255.255", "128.0.0.0", "198.51.100.7"]  # noqa: S104 - no socket
V6_EDGES = ["::", f"{':'.join(['ffff'] * 8)}", "2001:db8::", "2001:db8::100", "8000::"]
EDGES = st.sampled_from([*V4_EDGES, "127.255.255.255", *V6_EDGES])
NETWORKS = st.tuples(EDGES, st.integers(0, 128)).map(
    lambda pair: str(
        ip_network(f"{pair[0]}/{pair[1] % (33 if '.' in pair[0] else 129)}", strict=False)
    )
)


@given(st.lists(NETWORKS, unique=True, max_size=15), st.lists(EDGES, max_size=6))
def test_every_network_around_an_address_is_found(networks: list[str], seen: list[str]) -> None:
    index = build(pa.repeat("cidr", len(networks)), pa.array(networks, pa.string()))

    place, row = index.find(pa.array(seen, pa.string()))

    assert sorted(zip(place.tolist(), row.tolist(), strict=True)) == sorted(
        (at, number)
        for at, address in enumerate(seen)
        for number, network in enumerate(networks)
        if ip_address(address) in ip_network(network)
    )


def test_an_index_survives_its_arrays_trailing_zeros_included() -> None:
    types = pa.array(["ip", "cidr", "ip", "domain", "cidr"])
    values = pa.array(["2001:db8::", "2001:db8::/32", "198.51.100.0", "a.example", "198.51.0.0/16"])

    index = from_arrays(to_arrays(build(types, values)))
    place, row = index.find(pa.array(["2001:db8::", "198.51.100.0", "no address"]))

    pairs = sorted(zip(place.tolist(), row.tolist(), strict=True))
    assert pairs == [(0, 0), (0, 1), (1, 2), (1, 4)]


def test_a_value_that_is_no_address_hits_nothing() -> None:
    index = build(pa.array(["ip", "cidr"]), pa.array(["nonsense", "198.51.100.1/24"]))

    assert not len(index.find(pa.array(["198.51.100.1"]))[0])
