"""What must never be looked for, however often a feed says so, and why.

A feed that lists 10.0.0.1, 8.8.8.8 or the hash of the empty file would raise an alert at every
member. The built-in set is joined by the files of the operator: ``never-match/*.txt`` in the data
directory, one value a line, any form ``canonical`` reads, ``*.name`` for a name and all below it,
``1,name`` as ranking lists have it; ``#`` begins a comment. The file's name is the reason shown.

An indicator that is a name hits all names below it, so it is refused as well where it is above a
listed name; a network where it holds a listed address.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from socket import AF_INET, inet_pton

from varde.intel.canonical import canonical
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAnIndicator
from varde.intel.special import (
    BUILT_IN,
    EMPTY_FILES,
    GLOBAL_V6,
    NAT64,
    SIX_TO_FOUR,
    SPECIAL,
    SUFFIXES,
    TEREDO,
    is_general_suffix,
)

# A wider network is a mistake or somebody's opinion of a country, not an indicator.
WIDEST = {4: 16, 6: 32}
# A file that lists more would switch matching off: a slip, such as 0.0.0.0/0, not a wish.
WIDEST_LISTED = {4: 4, 6: 16}

_V6_BITS = 128
_RANKED = re.compile(r"[0-9]+[,;\t](?P<value>.+)")
_HOST = re.compile(
    r"(?:[a-z]+://)?(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^/:]*))(?::[0-9]+)?(?P<rest>/.*)"
)

Stretch = tuple[int, int, str]  # first address, last address, reason


@dataclass(frozen=True, slots=True)
class Family:
    """Stretches of one address family, apart and in order."""

    firsts: list[int]
    stretches: list[Stretch]

    def overlapping(self, first: int, last: int) -> str:
        """The reason of a stretch that shares an address with ``first``..``last``, else empty."""
        at = bisect_right(self.firsts, last) - 1
        if at < 0:
            return ""
        _, end, reason = self.stretches[at]
        return reason if end >= first else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the operator's files that could not be read."""

    file: str
    line: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class NeverMatch:
    """The set in force. Reasons are codes; after a colon, the listed thing or the file's name."""

    v4: Family
    v6: Family
    names: dict[str, str]  # listed names, and the names above them
    below: dict[str, str]  # names that protect all that is below them
    values: dict[str, str]  # everything else, by value
    problems: list[Problem] = field(default_factory=list)

    def reason(self, kind: str, value: str) -> str:
        """Why the indicator (in its one form) must not be looked for; empty where it may."""
        check = _CHECKS.get(kind)
        return check(self, value) if check else self.values.get(value, "")

    def of_address(self, value: str) -> str:
        if ":" not in value:
            number = int.from_bytes(inet_pton(AF_INET, value), "big")
            return self.v4.overlapping(number, number)
        return self.of_network(f"{value}/{_V6_BITS}")

    def of_network(self, value: str) -> str:
        network = ip_network(value)
        if network.prefixlen < WIDEST[network.version]:
            return f"too_wide:/{WIDEST[network.version]}"
        first, last = int(network.network_address), int(network.broadcast_address)
        family = self.v4 if network.version == 4 else self.v6  # noqa: PLR2004 - IPv4
        return family.overlapping(first, last) or self._embedded(network)

    def _embedded(self, network: IPv4Network | IPv6Network) -> str:
        """The reason of IPv4 addresses that IPv6 ones stand for, or of those nobody was given."""
        if isinstance(network, IPv4Network):
            return ""
        first, last = int(network.network_address), int(network.broadcast_address)
        if network.overlaps(NAT64):
            return self.v4.overlapping(first & 0xFFFF_FFFF, last & 0xFFFF_FFFF)
        if network.overlaps(SIX_TO_FOUR):
            return self.v4.overlapping(first >> 80 & 0xFFFF_FFFF, last >> 80 & 0xFFFF_FFFF)
        if network.overlaps(TEREDO):  # the client's address stands there with its bits turned
            return self.v4.overlapping(~last & 0xFFFF_FFFF, ~first & 0xFFFF_FFFF)
        return "" if network.subnet_of(GLOBAL_V6) else "reserved_address"

    def of_domain(self, value: str) -> str:
        return self._name(value) or (self._below(value) if self.below else "")

    def of_email(self, value: str) -> str:
        return self.values.get(value, "") or self._below(value.rpartition("@")[2])

    def _name(self, value: str) -> str:
        found = self.names.get(value)
        return found or ("public_suffix" if is_general_suffix(value) else "")

    def _below(self, value: str) -> str:
        labels = value.split(".")
        suffixes = (".".join(labels[at:]) for at in range(len(labels)))
        return next((self.below[name] for name in suffixes if name in self.below), "")

    def of_url(self, value: str) -> str:
        """A page at a listed name may be evil (a paste, a shared file); its front page is not."""
        parts = _HOST.match(value)
        if parts is None or value in self.values:
            return self.values.get(value, "")
        if parts["v6"]:
            return self.of_address(parts["v6"])
        host = parts["host"]
        if host.rpartition(".")[2].isdigit():
            return self.of_address(host)
        return self._below(host) or (self._name(host) if parts["rest"] == "/" else "")


_CHECKS: dict[str, Callable[[NeverMatch, str], str]] = {
    "ip": NeverMatch.of_address,
    "cidr": NeverMatch.of_network,
    "domain": NeverMatch.of_domain,
    "url": NeverMatch.of_url,
    "email": NeverMatch.of_email,
}


def never_match(folder: Path) -> NeverMatch:
    """The built-in set and the operator's files in ``folder``, read again when they change."""
    return _load(folder, fingerprint(folder))


def fingerprint(folder: Path) -> str:
    """Changes when a file in ``folder`` does."""
    facts = ((file.name, file.stat()) for file in _files(folder))
    return ";".join(f"{name}:{stat.st_mtime_ns}:{stat.st_size}" for name, stat in facts)


def _files(folder: Path) -> list[Path]:
    # A link that leads nowhere must not stop those that can be read.
    return sorted(file for file in folder.glob("*.txt") if file.is_file())


@lru_cache(maxsize=2)
def _load(folder: Path, state: str) -> NeverMatch:
    del state  # only the key of the cache
    problems: list[Problem] = []
    listed = [(kind, value, reason) for kind, value, reason in BUILT_IN]
    for file in _files(folder):
        listed.extend(_listed(file, problems))
    return build(listed, problems)


def _listed(file: Path, problems: list[Problem]) -> Iterator[tuple[str, str, str]]:
    """(type, value, reason) for each line of a file that can be read; the others to problems."""
    reason = f"listed:{file.stem}"
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            text = line.partition("#")[0].strip()
            if not text:
                continue
            try:
                yield _read(text, reason)
            except NotAnIndicator as refusal:
                problems.append(Problem(file.name, number, text[:200], refusal.reason))


def _read(text: str, reason: str) -> tuple[str, str, str]:
    ranked = _RANKED.match(text)
    value = ranked["value"] if ranked else text
    if value.startswith(("*.", ".")):
        return "below", canonical(IndicatorType.DOMAIN, value)[1], reason
    kind, value = canonical(None, value)
    if kind == IndicatorType.CIDR:
        network = ip_network(value)
        if network.prefixlen < WIDEST_LISTED[network.version]:
            raise NotAnIndicator(f"too_wide:/{WIDEST_LISTED[network.version]}")
    return kind, value, reason


def build(
    listed: Iterable[tuple[str, str, str]], problems: list[Problem] | None = None
) -> NeverMatch:
    """The set of ``listed`` (type or ``below``, value, reason) and the special addresses."""
    stretches: dict[int, list[Stretch]] = {4: [], 6: []}
    names: dict[str, str] = {}
    below: dict[str, str] = {}
    values = dict.fromkeys(EMPTY_FILES, "empty_file")
    names.update(dict.fromkeys(SUFFIXES, "public_suffix"))
    networks = [*SPECIAL]
    for kind, value, reason in listed:
        if kind in {IndicatorType.IP, IndicatorType.CIDR}:
            networks.append((ip_network(value), f"{reason}:{value}"))
        elif kind in {IndicatorType.DOMAIN, "below"}:
            _add_name(names, value, reason)
            if kind == "below":
                below[value] = f"{reason}:{value}"
        else:
            values[value] = reason
    for network, reason in networks:
        stretches[network.version].append(
            (int(network.network_address), int(network.broadcast_address), reason)
        )
    return NeverMatch(
        _family(stretches[4]), _family(stretches[6]), names, below, values, problems or []
    )


def _add_name(names: dict[str, str], value: str, reason: str) -> None:
    """The name, and those above it: as indicators they would hit it as well."""
    name = value
    while "." in name:
        names.setdefault(name, f"{reason}:{value}")
        name = name.partition(".")[2]


def _family(stretches: list[Stretch]) -> Family:
    """Networks nest or are apart: those inside another add nothing."""
    kept: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda item: (item[0], -item[1])):
        if not kept or stretch[0] > kept[-1][1]:
            kept.append(stretch)
    return Family([first for first, _, _ in kept], kept)
