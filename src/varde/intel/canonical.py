"""One form for each indicator, whoever wrote it and however. Pure: no records, no clock.

``canonical(None, "hxxps://Evil[.]example:443/%7Ea")`` is ``(URL, "https://evil.example/~a")``.
What is no indicator raises ``NotAnIndicator`` with a stable reason.
"""

import re
from urllib.parse import quote

from varde.intel import names
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAnIndicator
from varde.intel.refang import has_unprintable, refang

LONGEST = 2048

_HASH_OF_LENGTH = {32: IndicatorType.MD5, 40: IndicatorType.SHA1, 64: IndicatorType.SHA256}
_LENGTH_OF_HASH = {kind: length for length, kind in _HASH_OF_LENGTH.items()}
_LEAST_HASH = 24  # a shorter run of hexadecimal digits is more likely a name

# Most values of most feeds are in their one form already: those take this road and no other.
_PLAIN = re.compile(
    rf"(?P<ip>{names.V4.pattern})|(?P<domain>{names.NAME.pattern})"
    r"|(?P<md5>[0-9a-f]{32}\Z)|(?P<sha1>[0-9a-f]{40}\Z)|(?P<sha256>[0-9a-f]{64}\Z)"
    rf"|(?P<url>https?://(?=[^/]{{4,{names.LONGEST_NAME}}}/)(?:{names.LABEL}\.)+{names.TOP}"
    r"/[A-Za-z0-9._~/?&=:@!$+-]{0,1700}\Z)",
    re.ASCII,
)
_PLAIN_TYPES = {kind.value: kind for kind in IndicatorType}
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_COLONED_HEX = re.compile(r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){15,31}\Z")
_JA4 = re.compile(r"[tqd][0-9ds][0-9][di][0-9]{4}[a-z0-9]{2}_[0-9a-f]{12}_[0-9a-f]{12}\Z")
_PREFIX = re.compile(r"[0-9.]+\Z")  # 24, and 255.255.255.0, so that its reason is told
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?=//)")
_OTHER_SCHEME = re.compile(r"(?:javascript|data|file|vbscript|about|blob):", re.IGNORECASE)
_PORTED = re.compile(r"(?P<host>\[[^\]]*\]|[^:/@]+):(?P<port>[^:/]*)\Z")
_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<authority>[^/?#\\]*)(?P<rest>[^#]*)", re.DOTALL
)
_AUTHORITY = re.compile(r"(?:.*@)?(?P<host>\[[^\]]*\]|[^:@]*)(?::(?P<port>[^:@]*))?\Z", re.DOTALL)
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT = "".join(map(chr, range(0x21, 0x7F)))
_DEFAULT_PORT = {"http": 80, "https": 443, "ftp": 21, "ftps": 990, "": 80}
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}\Z")


def canonical(kind: IndicatorType | None, text: str) -> tuple[IndicatorType, str]:
    """The type and one form of ``text``; where ``kind`` is None the type is guessed.

    A network given as an address becomes CIDR, and a /32 or /128 an address.
    """
    if kind is None and (plain := plain_type(text)):
        return _PLAIN_TYPES[plain], text
    value = refang(text)
    if not value:
        raise NotAnIndicator("empty")
    if len(value) > LONGEST:
        raise NotAnIndicator("too_long")
    if has_unprintable(value):
        raise NotAnIndicator("control_character")
    if any(map(str.isspace, value)):
        raise NotAnIndicator("whitespace")
    kind, value = _read(kind or guess(value), value)
    if len(value) > LONGEST:
        raise NotAnIndicator("too_long")
    return kind, value


def plain_type(text: str) -> str:
    """The name of the type of ``text`` where it is canonical beyond doubt; else empty."""
    plain = _PLAIN.match(text)
    return plain.lastgroup or "" if plain else ""


def guess(value: str) -> IndicatorType:
    """The type that ``value`` (refanged) has by its shape."""
    if _SCHEME.match(value) or _OTHER_SCHEME.match(value):
        return IndicatorType.URL
    if (kind := _guess_fingerprint(value)) is not None:
        return kind
    if "/" in value:
        base, _, prefix = value.partition("/")
        is_network = _PREFIX.match(prefix) and _is_address(base)
        return IndicatorType.CIDR if is_network else IndicatorType.URL
    if "@" in value:
        return IndicatorType.EMAIL
    return IndicatorType.IP if _is_address(value) else IndicatorType.DOMAIN


def _guess_fingerprint(value: str) -> IndicatorType | None:
    if _HEX.match(value):
        if len(value) in _HASH_OF_LENGTH:
            return _HASH_OF_LENGTH[len(value)]
        if len(value) >= _LEAST_HASH and not value.isdigit():
            raise NotAnIndicator("hash_length")
    if _COLONED_HEX.match(value):
        return IndicatorType.CERTIFICATE
    return IndicatorType.JA4 if _JA4.match(value.lower()) else None


def _is_address(value: str) -> bool:
    """Whether ``value`` means to be an address: also a wrong one, so that the reason is told."""
    bare = value.partition("%")[0]
    return bare.startswith("[") or bare.count(":") > 1 or _ends_in_number(bare)


def _ends_in_number(value: str) -> bool:
    ascii_form = value if value.isascii() else names.ascii_name(value)
    ported = _PORTED.match(ascii_form)
    base = ported["host"] if ported else ascii_form
    last = base.removesuffix(".").rpartition(".")[2]
    return last.isdigit() or last.lower().startswith("0x")


def _read(kind: IndicatorType, value: str) -> tuple[IndicatorType, str]:
    match kind:
        case IndicatorType.IP | IndicatorType.CIDR:
            return _network(value) if "/" in value else (IndicatorType.IP, _address(value))
        case IndicatorType.DOMAIN:
            return kind, names.domain(_without_port(value))
        case IndicatorType.URL:
            return kind, _url(value)
        case IndicatorType.EMAIL:
            return kind, _email(value)
        case _:
            return kind, _fingerprint(kind, value)


def _network(value: str) -> tuple[IndicatorType, str]:
    base, _, prefix = value.partition("/")
    network = names.network(f"{base if base.isascii() else names.ascii_name(base)}/{prefix}")
    address, _, bits = network.partition("/")
    if bits == ("128" if ":" in address else "32"):
        return IndicatorType.IP, address
    return IndicatorType.CIDR, network


def _address(value: str) -> str:
    text = value if value.isascii() else names.ascii_name(value)
    return names.address(_without_port(text))


def _without_port(value: str) -> str:
    """``evil.example:8080`` is ``evil.example``; a port that is none is refused."""
    ported = _PORTED.match(value)
    if ported is None:
        return value
    names.port(ported["port"])
    return ported["host"]


def _url(value: str) -> str:
    """Scheme and host in lower case, no user, default port or fragment, escapes in one form."""
    parts = _URL.match(value)
    if parts is None or value.startswith("/"):
        raise NotAnIndicator("path_without_host")
    scheme = (parts["scheme"] or "").lower()
    if scheme not in _DEFAULT_PORT or _OTHER_SCHEME.match(value):
        raise NotAnIndicator("bad_scheme")
    rest = parts["rest"] or "/"
    if rest.startswith("\\") or (authority := _AUTHORITY.match(parts["authority"])) is None:
        # Browsers read a backslash as a slash, most libraries do not: two hosts in one text.
        raise NotAnIndicator("bad_url")
    place = names.host(authority["host"])
    if authority["port"] and (number := names.port(authority["port"])) != _DEFAULT_PORT[scheme]:
        place = f"{place}:{number}"
    path = rest if rest.startswith("/") else f"/{rest}"
    url = f"{scheme}://{place}{_escaped(path)}" if scheme else f"{place}{_escaped(path)}"
    # Undoing escapes may bring out what was made harmless: [%2E] is [.] is a dot.
    again = refang(url)
    return url if again == url else _url(again)


def _escaped(text: str) -> str:
    """Escapes of plain characters undone, others in capitals, what is not ASCII escaped."""
    text = _ESCAPE.sub(_plain_or_capital, text)
    return text if text.isascii() else quote(text, safe=_KEPT)


def _plain_or_capital(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else f"%{escape[1].upper()}"


def _email(value: str) -> str:
    """The domain in lower case; the local part as it is, since only its server may fold it."""
    bare = value.removeprefix("mailto:").removeprefix("<").removesuffix(">")
    local, at, domain = bare.rpartition("@")
    if not at or not _LOCAL_PART.match(local):
        raise NotAnIndicator("bad_email")
    return f"{local}@{names.domain(domain)}"


def _fingerprint(kind: IndicatorType, value: str) -> str:
    folded = value.lower()
    if kind == IndicatorType.JA4:
        if _JA4.match(folded):
            return folded
        raise NotAnIndicator("bad_ja4")
    if kind == IndicatorType.CERTIFICATE:
        folded = folded.replace(":", "")
        lengths = set(_HASH_OF_LENGTH)
    else:
        lengths = {_LENGTH_OF_HASH.get(kind, _LENGTH_OF_HASH[IndicatorType.MD5])}
    if not _HEX.match(folded):
        raise NotAnIndicator("not_hexadecimal")
    if len(folded) not in lengths:
        raise NotAnIndicator("hash_length")
    return folded
