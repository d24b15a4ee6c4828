"""One form for URLs that a server cannot tell apart, and their hosts, a column at a time."""

import re
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

# Whatever may stand before a host, the host, and what may follow: names alone pass unchanged.
_HOST = r"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#]*@)?(?P<host>\[[^\]/?#]*\]|[^/?#:]*)"
_SPLIT = re.compile(
    r"^(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:[^/?#]*@)?"
    r"(?P<host>\[[^\]/?#]*\]|[^/?#:]*)(?::(?P<port>\d*))?(?P<rest>[^#]*)",
    re.DOTALL,
)
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORT = {"https": "443", "ftp": "21", "ftps": "990"}
# Printable ASCII stays; a space or an umlaut is escaped as a client does before it sends it.
_KEPT = "".join(map(chr, range(0x21, 0x7F)))


def url_key(url: str) -> str:
    """``host[:port]/path?query``: equal for URLs that name the same thing to a server.

    Scheme, user information and fragment go, since a sensor does not see them; host in lower
    case without trailing dot; no default port; escapes of plain characters undone, others in
    capitals. ``HTTP://a@Evil.Example:80/%7ea#x`` gives ``evil.example/~a``.
    """
    match = _SPLIT.match(url.strip())
    if match is None:  # the pattern matches the empty text
        return ""
    scheme, host, port, rest = match.group("scheme", "host", "port", "rest")
    if not rest.startswith("/"):
        rest = f"/{rest}"
    default = _DEFAULT_PORT.get((scheme or "").lower(), "80")
    suffix = f":{port}" if port and port != default else ""
    return f"{host.lower().rstrip('.')}{suffix}{_escaped_once(rest)}"


def hosts(texts: pa.Array) -> pa.Array:
    """The host of each text: of a URL, of ``host:port``, of an e-mail address, or a bare name.

    Lower case, without brackets and trailing dots.
    """
    odd = pc.or_(
        pc.or_(pc.match_substring(texts, "/"), pc.match_substring(texts, ":")),
        pc.match_substring(texts, "@"),
    )
    if pc.any(odd, min_count=0).as_py():
        # The pattern costs ten times what telling plain names apart does.
        found = pc.struct_field(pc.extract_regex(texts.filter(odd), _HOST), "host")
        bare = pc.ascii_trim(found, characters="[]")
        texts = pc.replace_with_mask(texts, odd, bare)
    return pc.ascii_rtrim(pc.ascii_lower(texts), characters=".")


def _escaped_once(text: str) -> str:
    if "%" in text:
        text = _ESCAPE.sub(_plain_or_capital, text)
    return text if text.isascii() and " " not in text else quote(text, safe=_KEPT)


def _plain_or_capital(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else f"%{match[1].upper()}"
