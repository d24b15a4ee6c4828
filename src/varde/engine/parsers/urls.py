"""The URL of a request, from what a sensor writes apart."""

import pyarrow as pa
import pyarrow.compute as pc

_SCHEME, _COLON, _NOTHING, _SLASH = (pa.scalar(text) for text in ("http://", ":", "", "/"))
_CONNECT = pa.scalar("CONNECT")
_ZERO = pa.scalar(0, pa.int32())
_FALSE = pa.scalar(value=False)


def request_urls(
    hosts: pa.Array, ports: pa.Array, targets: pa.Array, methods: pa.Array
) -> pa.Array:
    """``request_url`` of each row; of all but a few at once."""
    port = pc.binary_join_element_wise(_NOTHING, ports.cast(pa.string()), _COLON)
    port = pc.if_else(pc.fill_null(pc.greater(ports, _ZERO), _FALSE), port, _NOTHING)
    urls = pc.binary_join_element_wise(_SCHEME, pc.utf8_lower(hosts), port, targets, _NOTHING)
    is_plain = pc.and_(pc.starts_with(targets, "/"), hosts.is_valid())
    is_plain = pc.and_(is_plain, pc.invert(pc.fill_null(pc.equal(methods, _CONNECT), _FALSE)))
    is_plain = pc.and_(is_plain, pc.invert(pc.match_substring(targets, "://")))
    odd = pc.invert(pc.and_(pc.fill_null(is_plain, _FALSE), pc.invert(_has_port(hosts))))
    columns = (column.filter(odd).to_pylist() for column in (hosts, ports, targets, methods))
    rest = [request_url(*row) for row in zip(*columns, strict=True)]
    return pc.replace_with_mask(urls, odd, pa.array(rest, pa.string()))


def _has_port(hosts: pa.Array) -> pa.Array:
    return pc.fill_null(pc.match_substring(hosts, ":"), _FALSE)


def request_url(
    host: str | None, port: int | None, target: str | None, method: str | None
) -> str | None:
    """``http://host[:port]/path?query``; None where there is no path, or no host to go with it.

    A request to a proxy names the whole URL; CONNECT names no path.
    """
    if target is None or method == "CONNECT":
        return None
    if "://" in target:
        return target
    if not host:
        return None
    named = f":{port}" if port and ":" not in host else ""
    return f"http://{host.lower()}{named}{'' if target.startswith('/') else '/'}{target}"
