"""Host names and addresses in their one form. Pure functions; refusals are ``NotAnIndicator``."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from varde.base.text import a_labels
from varde.intel.errors import NotAnIndicator

LONGEST_NAME = 253
LONGEST_LABEL = 63

# Underscores are no part of host names, yet of names people ask DNS for (_dmarc, many C2 tunnels).
# The plus after the count gives nothing back: what is no name is told in one pass.
LABEL = r"[a-z0-9_][a-z0-9_-]{0,62}+(?<!-)"
TOP = r"(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])"
NAME = re.compile(rf"(?=.{{4,{LONGEST_NAME}}}\Z)(?:{LABEL}\.)+{TOP}\Z", re.ASCII)
OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
V4 = re.compile(rf"(?:{OCTET}\.){{3}}{OCTET}\Z", re.ASCII)

# What C's inet_aton takes for an address and people do not: 127.1, 0x7f.1, 010.0.0.1, 2130706433.
_NUMBER = r"(?:0[xX][0-9a-fA-F]*|[0-9]+)"
_LOOSE_V4 = re.compile(rf"{_NUMBER}(?:\.{_NUMBER})*\.?\Z", re.ASCII)
_LAST_IS_NUMBER = re.compile(rf"(?:.*\.)?{_NUMBER}\.?\Z", re.ASCII | re.DOTALL)
_MAPPED = IPv6Network("::ffff:0:0/96")


def address(text: str) -> str:
    """The address in its shortest form; a v4-mapped one as IPv4. ``2001:DB8:0::1`` is 2001:db8::1.

    Octal, hexadecimal and short forms are refused: two programs read them as two addresses.
    """
    if V4.match(text):
        return text
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if "%" in bare:
        raise NotAnIndicator("zone_id")
    try:
        found = ip_address(bare)
    except ValueError:
        loose = _LOOSE_V4.match(bare)
        raise NotAnIndicator("ambiguous_address" if loose else "bad_address") from None
    return str(_unmapped(found))


def _unmapped(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def network(text: str) -> str:
    """The network, its host bits cleared; ``10.1.2.3/8`` is ``10.0.0.0/8``.

    A network of one address is written as one: with ``/32`` or ``/128``.
    """
    base, _, prefix = text.partition("/")
    checked = address(base)  # refuses zones, octal and short forms
    if not (prefix.isascii() and prefix.isdigit() and len(prefix) <= 3):  # noqa: PLR2004 - 0 to 128
        raise NotAnIndicator("bad_prefix")
    bits = int(prefix)
    if ":" in base and ":" not in checked:
        bits -= _MAPPED.prefixlen
    try:
        return str(ip_network(f"{checked}/{bits}", strict=False))
    except ValueError:
        raise NotAnIndicator("bad_prefix") from None


def domain(text: str) -> str:
    """The name in lower case as DNS carries it: A-labels, no trailing dot, no ``*.`` in front."""
    if NAME.match(text):
        return text
    name = ascii_name(text).removeprefix("*").removeprefix(".").removesuffix(".")
    if NAME.match(name):
        return name
    raise NotAnIndicator(_fault(name))


def ascii_name(text: str) -> str:
    """``text`` in lower case, mapped as UTS-46 says and in A-labels: ``Bücher.no`` -> xn--..."""
    try:
        return a_labels(text)
    except UnicodeError:
        raise NotAnIndicator("bad_idna") from None


def _fault(name: str) -> str:
    """What is wrong with a name that is none."""
    labels = name.split(".")
    if not name:
        return "empty"
    if _LAST_IS_NUMBER.match(name):
        return "ambiguous_address"
    if len(name) > LONGEST_NAME:
        return "name_too_long"
    if any(len(label) > LONGEST_LABEL for label in labels):
        return "label_too_long"
    return "single_label" if len(labels) == 1 and re.match(LABEL + r"\Z", name) else "bad_label"


def host(text: str) -> str:
    """An address (IPv6 in brackets) or a name, as it stands in a URL."""
    name = text if text.startswith("[") else ascii_name(text)
    if name.startswith("["):
        found = address(name)
        return f"[{found}]" if ":" in found else found
    if _LAST_IS_NUMBER.match(name):
        return address(name.removesuffix("."))
    return domain(name)


def port(text: str) -> int:
    """A port number from 1 to 65535."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 1 << 16):  # noqa: PLR2004 - five digits
        raise NotAnIndicator("bad_port")
    return int(text)
