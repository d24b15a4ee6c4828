"""Whether anybody else was ever registered at, around or within a network or domain."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from ipaddress import ip_network
from itertools import islice

_Place = tuple[int, int, int]  # version, first address, prefix length


class Surroundings:
    """The registered networks and domains, for the question whose past a new one would touch."""

    def __init__(self, claims: Iterable[tuple[str, str, str]]) -> None:
        """``claims``: handle, kind and value; kinds but network and domain stand alone."""
        self._owners: dict[Hashable, set[str]] = defaultdict(set)
        self._below: dict[str, set[str]] = defaultdict(set)
        starts: list[tuple[int, int, str]] = []
        for handle, kind, value in claims:
            if kind == "network":
                place = _place(value)
                self._owners[place].add(handle)
                starts.append((place[0], place[1], handle))
            elif kind == "domain":
                self._owners[value].add(handle)
                for above in _above(value):
                    self._below[above].add(handle)
            elif kind == "asn":
                self._owners[kind, value].add(handle)
        self._starts = sorted(starts)

    def by_others(self, kind: str, value: str, handle: str) -> bool:
        """Whether an organisation other than ``handle`` is registered there."""
        match kind:
            case "network":
                return self._networks_by_others(_place(value), handle)
            case "domain":
                around = [self._owners.get(name, set()) for name in (value, *_above(value))]
                return bool(set().union(*around, self._below.get(value, set())) - {handle})
            case _:
                return bool(self._owners.get((kind, value), set()) - {handle})

    def _networks_by_others(self, place: _Place, handle: str) -> bool:
        version, start, prefix = place
        bits = 32 if version == 4 else 128  # noqa: PLR2004 - IPv4
        for size in range(prefix + 1):
            first = start >> (bits - size) << (bits - size)
            if self._owners.get((version, first, size), set()) - {handle}:
                return True
        at = bisect_left(self._starts, (version, start, ""))
        for its_version, its_start, owner in islice(self._starts, at, None):
            if its_version != version or its_start >= start + (1 << (bits - prefix)):
                return False
            if owner != handle:
                return True
        return False


def _place(value: str) -> _Place:
    network = ip_network(value)
    return network.version, int(network.network_address), network.prefixlen


def _above(domain: str) -> Iterator[str]:
    rest = domain
    while "." in rest:
        rest = rest.partition(".")[2]
        yield rest
