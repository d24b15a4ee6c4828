"""Which indicators hold an address: addresses, and networks at every depth, a column at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.enrich.addresses import parse_addresses

Network = IPv4Network | IPv6Network
Rows = npt.NDArray[np.int64]

_NONE = np.zeros(0, dtype=np.int64)
_SIZES = {4: 32, 6: 128}


@dataclass(frozen=True, slots=True)
class Family:
    """The indicators of one address family (uint32 for IPv4; S16 in network order for IPv6).

    ``addresses`` is sorted, and indicator ``rows[i]`` is ``addresses[i]``. The networks are cut
    into stretches that do not overlap: stretch i runs from ``starts[i]`` to before
    ``starts[i + 1]`` and lies in network ``innermost[i]`` (-1: in none). Network n is indicator
    ``network_rows[n]`` and lies in network ``outer[n]`` (-1: in none).
    """

    addresses: npt.NDArray[Any]
    rows: npt.NDArray[np.int64]
    starts: npt.NDArray[Any]
    innermost: npt.NDArray[np.int32]
    outer: npt.NDArray[np.int32]
    network_rows: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AddressIndex:
    v4: Family
    v6: Family

    def find(self, texts: pa.Array) -> tuple[Rows, Rows]:
        """Pairs (place in ``texts``, row of an indicator) where it is or holds that address.

        Texts that are no address hit nothing.
        """
        parsed = parse_addresses(texts)
        pairs = [
            *_hits(self.v4, parsed.v4_rows, parsed.v4),
            *_hits(self.v6, parsed.v6_rows, parsed.v6),
        ]
        places, rows = zip(*pairs, strict=True)
        return np.concatenate(places), np.concatenate(rows)


def _hits(family: Family, places: Rows, addresses: npt.NDArray[Any]) -> list[tuple[Rows, Rows]]:
    left = np.searchsorted(family.addresses, addresses, side="left")
    inside = np.flatnonzero(left < len(family.addresses))
    same = inside[family.addresses[left[inside]] == addresses[inside]]
    held, network = _networks_holding(family, addresses)
    return [
        (places[same], family.rows[left[same]]),
        (places[held], family.network_rows[network]),
    ]


def _networks_holding(family: Family, addresses: npt.NDArray[Any]) -> tuple[Rows, Rows]:
    """Pairs (place in ``addresses``, network) for every network that holds an address."""
    if not len(family.starts):
        return _NONE, _NONE
    stretch = np.searchsorted(family.starts, addresses, side="right") - 1
    network = np.where(stretch >= 0, family.innermost[stretch], -1).astype(np.int64)
    place = np.flatnonzero(network >= 0)
    network = network[place]
    places, networks = [_NONE], [_NONE]
    while len(place):
        places.append(place)
        networks.append(network)
        network = family.outer[network].astype(np.int64)
        place, network = place[network >= 0], network[network >= 0]
    return np.concatenate(places), np.concatenate(networks)


def build(types: pa.Array, values: pa.Array) -> AddressIndex:
    """The index of indicators of type ``ip`` and ``cidr`` among rows of (type, value).

    A value that cannot be read as its type says is left out: it can hit nothing.
    """
    at = np.flatnonzero(pc.equal(types, "ip").to_numpy(zero_copy_only=False))
    parsed = parse_addresses(values.take(pa.array(at)).cast(pa.string()))
    networks = _networks(types, values)
    return AddressIndex(
        _family(4, parsed.v4, at[parsed.v4_rows], networks),
        _family(6, parsed.v6, at[parsed.v6_rows], networks),
    )


def _networks(types: pa.Array, values: pa.Array) -> dict[Network, int]:
    """The networks among the indicators, and their rows."""
    at = np.flatnonzero(pc.equal(types, "cidr").to_numpy(zero_copy_only=False))
    found: dict[Network, int] = {}
    for row, text in zip(at.tolist(), values.take(pa.array(at)).to_pylist(), strict=True):
        try:
            found[ip_network(text)] = row
        except ValueError:
            continue
    return found


def _family(
    version: int, addresses: npt.NDArray[Any], rows: Rows, networks: Mapping[Network, int]
) -> Family:
    order = np.argsort(addresses)
    ours = sorted(
        (network for network in networks if network.version == version),
        # Wider ones first: what surrounds a network is open when its turn comes.
        key=lambda network: (int(network.network_address), network.prefixlen),
    )
    starts, innermost, outer = _stretches(ours, version)
    return Family(
        addresses[order],
        rows[order].astype(np.int64),
        starts,
        innermost,
        outer,
        np.array([networks[network] for network in ours], dtype=np.int64),
    )


def _stretches(
    networks: Sequence[Network], version: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """``starts``, ``innermost`` and ``outer`` of the networks, which are sorted and differ."""
    outer: list[int] = []
    innermost: dict[int, int] = {}
    stack: list[int] = []
    for number, network in enumerate(networks):
        start = int(network.network_address)
        _leave(stack, innermost, networks, before=start)
        outer.append(stack[-1] if stack else -1)
        innermost[start] = number
        stack.append(number)
    beyond = 1 << _SIZES[version]
    _leave(stack, innermost, networks, before=beyond)
    innermost.pop(beyond, None)
    starts = sorted(innermost)
    return (
        _packed(starts, version),
        np.array([innermost[start] for start in starts], dtype=np.int32),
        np.array(outer, dtype=np.int32),
    )


def _leave(
    stack: list[int], innermost: dict[int, int], networks: Sequence[Network], *, before: int
) -> None:
    """Take the networks off the stack that end before an address, and note what follows them."""
    while stack and int(networks[stack[-1]].broadcast_address) < before:
        end = int(networks[stack.pop()].broadcast_address) + 1
        innermost[end] = stack[-1] if stack else -1


def _packed(starts: Sequence[int], version: int) -> npt.NDArray[Any]:
    if version == 4:  # noqa: PLR2004 - IPv4
        return np.array(starts, dtype=np.uint32)
    return np.frombuffer(b"".join(start.to_bytes(16, "big") for start in starts), dtype="S16")


def to_arrays(index: AddressIndex) -> dict[str, pa.Array]:
    return {
        f"{family}_{name}": _to_arrow(getattr(getattr(index, family), name))
        for family in ("v4", "v6")
        for name in Family.__slots__
    }


def from_arrays(arrays: Mapping[str, pa.Array]) -> AddressIndex:
    def family(prefix: str) -> Family:
        return Family(*(_to_numpy(arrays[f"{prefix}_{name}"]) for name in Family.__slots__))

    return AddressIndex(family("v4"), family("v6"))


def _to_arrow(array: npt.NDArray[Any]) -> pa.Array:
    """IPv6 addresses become fixed-size binary: Arrow's copy of an S16 loses trailing zeros."""
    if array.dtype.kind != "S":
        return pa.array(array)
    buffers = [None, pa.py_buffer(array.tobytes())]
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(array), buffers)


def _to_numpy(array: pa.Array) -> npt.NDArray[Any]:
    if not pa.types.is_fixed_size_binary(array.type):
        return np.asarray(array.to_numpy())
    if not len(array):
        return np.zeros(0, dtype="S16")
    data = np.frombuffer(array.buffers()[1], dtype="S16")
    return data[array.offset : array.offset + len(array)]
