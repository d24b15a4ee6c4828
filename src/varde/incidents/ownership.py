"""Whose an address or a name is, for the sake of withholding: pure, and wider than attribution.

Validity in time is left out on purpose. A network that changed hands counts as both owners', so the
far end of a conversation there is withheld from each; nobody is harmed by a row that says less.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import AF_INET, AF_INET6, inet_pton
from urllib.parse import unquote

from varde.base.text import a_labels

_NAME = re.compile(r"[\w.-]+")
_ADDRESS_6 = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+")
_WORD = re.compile(r"\w+")
_DEFANGED_DOT = re.compile(r"\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?", re.IGNORECASE)
_MOST_LABELS = 32
_MOST_WORDS = 8
# A name as short as "Oslo" stands in too many innocent sentences.
_SHORTEST_NAME = 6

Address = IPv4Address | IPv6Address


class Ownership:
    """Built from rows of (kind, value, member id); kinds are "network", "domain" and "name".

    Lives for one piece of work: it remembers every text it was asked about.
    """

    def __init__(self, rows: Iterable[tuple[str, str, int]]) -> None:
        self._networks: dict[tuple[int, int], dict[int, set[int]]] = {}
        self._domains: dict[str, set[int]] = {}
        self._names: dict[str, set[int]] = {}
        self._known: dict[str, list[set[int]]] = {}
        for kind, value, member_id in rows:
            match kind:
                case "network":
                    self._add_network(value, member_id)
                case "domain":
                    self._domains.setdefault(_a_label(value), set()).add(member_id)
                case _:
                    self._add_name(value, member_id)
        # Most specific first.
        self._widths = sorted(self._networks, key=lambda width: -width[1])

    def _add_network(self, cidr: str, member_id: int) -> None:
        # ``ip_network`` would take five times as long, and the register holds canonical form only.
        address, _, length = cidr.partition("/")
        version, family, bits = (6, AF_INET6, 128) if ":" in address else (4, AF_INET, 32)
        number = int.from_bytes(inet_pton(family, address), "big")
        prefixes = self._networks.setdefault((version, int(length)), {})
        prefixes.setdefault(number >> (bits - int(length)), set()).add(member_id)

    def _add_name(self, name: str, member_id: int) -> None:
        words = " ".join(_WORD.findall(name.casefold()))
        if len(words) >= _SHORTEST_NAME:
            self._names.setdefault(words, set()).add(member_id)

    def of_address(self, text: str) -> set[int]:
        """Every member with a network that holds the address; empty where it is no address."""
        return set().union(*self._levels(text))

    def may_be(self, text: str, *, of: int) -> bool:
        """Whether nothing speaks against the address being theirs: nobody's, or also theirs."""
        owners = self.of_address(text)
        return not owners or of in owners

    def is_own(self, text: str, *, of: int) -> bool:
        """Whether the most specific network that holds the address is theirs and nobody else's."""
        return next(self._levels(text), set()) == {of}

    def names_another(self, text: str, *, than: int) -> bool:
        """Whether an address, a domain or the name of any other member stands in ``text``."""
        return any(owners - {than} for owners in self._mentioned_in(text))

    def _mentioned_in(self, text: str) -> list[set[int]]:
        """The owners of everything named in ``text``, looked up once however often it is seen."""
        found = self._known.get(text)
        if found is None:
            versions = {text, _DEFANGED_DOT.sub(".", unquote(text))}
            found = [owners for version in versions for owners in self._mentions(version)]
            self._known[text] = found
        return found

    def _mentions(self, text: str) -> Iterator[set[int]]:
        for address in _addresses(text):
            yield next(self._levels(address), set())
        for token in _NAME.findall(text):
            yield from self._domains_in(token)
        yield from self._names_in(text)

    def _levels(self, text: str) -> Iterator[set[int]]:
        """The owners of each network that holds the address, the most specific network first."""
        address = _address(text)
        if address is None:
            return
        value, bits = int(address), address.max_prefixlen
        for version, length in self._widths:
            if version == address.version:
                owners = self._networks[version, length].get(value >> (bits - length))
                if owners:
                    yield owners

    def _domains_in(self, token: str) -> Iterator[set[int]]:
        """Owners of the domains that stand in a dotted name, the longest only.

        "a.example.evil.test" counts for the owner of a.example: it says who was imitated.
        """
        labels = _a_label(token).split(".")[:_MOST_LABELS]
        end_of_last = 0
        for start in range(len(labels)):
            for end in range(len(labels), max(start, end_of_last), -1):
                owners = self._domains.get(".".join(labels[start:end]))
                if owners:
                    end_of_last = end
                    yield owners
                    break

    def _names_in(self, text: str) -> Iterator[set[int]]:
        if not self._names:
            return
        words = _WORD.findall(text.casefold())
        for start in range(len(words)):
            for end in range(start + 1, min(start + _MOST_WORDS, len(words)) + 1):
                owners = self._names.get(" ".join(words[start:end]))
                if owners:
                    yield owners


def same_address(one: str, other: str) -> bool:
    """Whether both are the same address, however they are written."""
    if not one or not other:
        return False
    return one == other or (_address(one) is not None and _address(one) == _address(other))


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip("[]."))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def _addresses(text: str) -> Iterator[str]:
    """What may be an address in ``text``, reverse names among them."""
    for token in _NAME.findall(text):
        yield token.strip(".-")
        yield _reversed(token.lower().strip("."))
    for token in _ADDRESS_6.findall(text):
        yield token.strip(".")


def _reversed(name: str) -> str:
    """The address that a name under in-addr.arpa or ip6.arpa stands for; else nothing."""
    if name.endswith(".in-addr.arpa"):
        return ".".join(reversed(name.removesuffix(".in-addr.arpa").split(".")))
    if name.endswith(".ip6.arpa"):
        digits = "".join(reversed(name.removesuffix(".ip6.arpa").split(".")))
        return ":".join(digits[i : i + 4] for i in range(0, len(digits), 4))
    return ""


def _a_label(name: str) -> str:
    """The name as DNS writes it; a label that cannot be written so is left as it is."""
    name = name.lower().strip(".-")
    if name.isascii():
        return name
    return ".".join(_label(label) for label in name.split("."))


def _label(text: str) -> str:
    try:
        return a_labels(text)
    except UnicodeError:
        return text
