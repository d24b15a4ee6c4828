"""What a suppression rule covers: a pure reading of its words, used by matching and preview.

``suricata:2200000-2299999`` is a range of signatures, ``suricata:2027863`` one of them, and
``indicator:domain:example.com`` one indicator.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

_RANGE = re.compile(r"suricata:(\d{1,18})-(\d{1,18})")
_SIGNATURE = re.compile(r"suricata:(\d{1,18})")
_INDICATOR = re.compile(r"indicator:[a-z0-9]+:.+")


@dataclass(frozen=True, slots=True)
class SignatureRange:
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class OneDetection:
    detection: str


Pattern = SignatureRange | OneDetection


def read_pattern(text: str) -> Pattern:
    """The pattern that ``text`` writes down. Raises ``ValueError`` where it is none."""
    if found := _RANGE.fullmatch(text):
        low, high = int(found[1]), int(found[2])
        if low > high:
            raise ValueError(text)
        return SignatureRange(low, high)
    if _SIGNATURE.fullmatch(text) or _INDICATOR.fullmatch(text):
        return OneDetection(text)
    raise ValueError(text)


def covers(pattern: Pattern, detection: str) -> bool:
    """Whether ``detection`` (as an alert has it) falls under ``pattern``."""
    match pattern:
        case OneDetection(detection=only):
            return detection == only
        case SignatureRange(low=low, high=high):
            found = _SIGNATURE.fullmatch(detection)
            return found is not None and low <= int(found[1]) <= high


def read_network(text: str) -> IPv4Network | IPv6Network:
    """The address or network that ``text`` names. Raises ``ValueError`` where it is neither."""
    return ip_network(text.strip(), strict=False)


def lies_in(network: IPv4Network | IPv6Network, address: str) -> bool:
    """Whether ``address`` lies in ``network``; text that is no address lies nowhere."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if parsed.version == 6 and (mapped := getattr(parsed, "ipv4_mapped", None)):  # noqa: PLR2004 - IP version 6
        parsed = mapped
    return parsed in network
