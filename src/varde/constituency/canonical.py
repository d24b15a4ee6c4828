"""One written form for every network, domain, number and time, or a refusal that says the fix.

Pure functions from text; all raise ``NotCanonical``.
"""

import re
from datetime import datetime, time
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from varde.base.text import a_labels, printable
from varde.constituency.errors import NotCanonical

AnyNetwork = IPv4Network | IPv6Network

# Registries hand out no larger blocks, so a wider one is a slip (0.0.0.0/0 most of all).
_WIDEST = {4: 8, 6: 16}
_HANDLE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"(?:AS)?\s*([0-9]{1,10})", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{2,30}")
_EMAIL = re.compile(r"[^\s@<>,;\"()]+@[^\s@<>,;\"()]+\.[^\s@<>,;\"()]+")
_MAPPED = 96
_LONGEST_HANDLE = 64
_LONGEST_DOMAIN = 253
_LONGEST_EMAIL = 254
_LONGEST_KEY = 65_536
_KEY_BEGINS = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
_LAST_NUMBER = 2**32 - 1
_YEARS = range(1900, 2201)


def network(text: str) -> str:
    """The network as CIDR; a lone address is a network of one, a v4-mapped one is IPv4."""
    try:
        found = ip_network(text.strip())
    except ValueError as error:
        raise NotCanonical(_why_no_network(text.strip())) from error
    if isinstance(found, IPv6Network) and found.prefixlen >= _MAPPED:
        mapped = found.network_address.ipv4_mapped
        if mapped is not None:
            found = IPv4Network((mapped, found.prefixlen - _MAPPED))
    _demand_ownable(found)
    return str(found)


def _why_no_network(text: str) -> str:
    try:
        inside = ip_network(text, strict=False)
    except ValueError:
        return _("“%(text)s” is no network; write for example 192.0.2.0/24.") % {"text": text[:60]}
    return _("%(text)s has bits set behind its prefix; write %(network)s or %(host)s.") % {
        "text": text,
        "network": inside,
        "host": ip_network(text.partition("/")[0]),
    }


def _demand_ownable(found: AnyNetwork) -> None:
    if found.prefixlen < _WIDEST[found.version]:
        raise NotCanonical(
            _("%(network)s is too wide to be one organisation's; at most /%(bits)s is.")
            % {"network": found, "bits": _WIDEST[found.version]}
        )
    address = found.network_address
    if address.is_loopback or address.is_multicast or address.is_link_local or _is_unset(address):
        raise NotCanonical(
            _("%(network)s is set apart and belongs to nobody.") % {"network": found}
        )


def _is_unset(address: object) -> bool:
    """0.0.0.0/8 and ::, "this network" (RFC 6890)."""
    if isinstance(address, IPv4Address):
        return int(address) >> 24 == 0
    return int(ip_address(str(address))) == 0


def domain(text: str) -> str:
    """The domain in lower-case A-labels, without the root's dot and a leading ``*.``."""
    name = text.strip().rstrip(".").removeprefix("*.")
    try:
        name = a_labels(name)
    except UnicodeError as error:
        raise NotCanonical(_no_domain(text)) from error
    labels = name.split(".")
    good = len(name) <= _LONGEST_DOMAIN and all(_LABEL.fullmatch(label) for label in labels)
    if not good or labels[-1].isdigit():
        raise NotCanonical(_no_domain(text))
    if len(labels) == 1:
        raise NotCanonical(
            _("“%(name)s” is a top-level domain; nobody here owns all of it.") % {"name": name}
        )
    return name


def _no_domain(text: str) -> str:
    return _("“%(text)s” is no domain; write for example hospital.example.") % {"text": text[:60]}


def as_number(text: str) -> int:
    """The number of an autonomous system written ``AS64500`` or ``64500``."""
    found = _NUMBER.fullmatch(text.strip())
    if not found or not 0 < int(found[1]) <= _LAST_NUMBER:
        raise NotCanonical(
            _("“%(text)s” is no AS number; write for example AS64500.") % {"text": text[:60]}
        )
    return int(found[1])


def handle(text: str) -> str:
    """An organisation's handle: lower-case letters, digits and single hyphens."""
    name = text.strip().lower()
    if not _HANDLE.fullmatch(name) or len(name) > _LONGEST_HANDLE:
        raise NotCanonical(
            _("“%(text)s” is no handle; use a-z, 0-9 and single hyphens, at most 64.")
            % {"text": text[:80]}
        )
    return name


def email(text: str) -> str:
    """An e-mail address with its domain in lower case."""
    address = text.strip()
    if not _EMAIL.fullmatch(address) or not address.isprintable() or len(address) > _LONGEST_EMAIL:
        raise NotCanonical(_("“%(text)s” is no e-mail address.") % {"text": text[:80]})
    local, _at, host = address.rpartition("@")
    return f"{local}@{host.lower()}"


def phone(text: str) -> str:
    """A telephone number as it is dialled: digits, with a leading plus where it had one."""
    number = text.strip()
    if not _PHONE.fullmatch(number):
        raise NotCanonical(_("“%(text)s” is no telephone number.") % {"text": text[:40]})
    return "".join(character for character in number if character.isdigit() or character == "+")


def pgp_key(text: str) -> str:
    """An armoured public key, or nothing; whether it is any good is for who encrypts to it."""
    key = text.strip()
    if key and (len(key) > _LONGEST_KEY or not key.isascii() or not key.startswith(_KEY_BEGINS)):
        raise NotCanonical(_("A PGP key must be an armoured public key of at most 64 KiB."))
    return key


def moment(text: str) -> datetime:
    """A time in ISO 8601; a date is its midnight, and without an offset it is local time."""
    try:
        day = parse_date(text.strip())
        found = datetime.combine(day, time()) if day else parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise NotCanonical(
            _("“%(text)s” is no time; write for example 2026-03-01 or 2026-03-01T12:00+01:00.")
            % {"text": text[:40]}
        )
    return (
        found
        if timezone.is_aware(found)
        else timezone.make_aware(found, timezone.get_default_timezone())
    )


def line(text: str, *, longest: int) -> str:
    """Text on one line with no control characters, spaces trimmed and at most ``longest``."""
    plain = text.strip()
    if len(plain) > longest:
        raise NotCanonical(
            _("“%(text)s…” is too long; at most %(longest)s characters.")
            % {"text": plain[:40], "longest": longest}
        )
    if not plain.isprintable():
        raise NotCanonical(
            _("“%(text)s” holds control characters.") % {"text": printable(plain[:60])}
        )
    return plain
