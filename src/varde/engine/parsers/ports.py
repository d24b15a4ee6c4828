"""Ports from their texts."""

import pyarrow as pa
import pyarrow.compute as pc

_LAST = 65_535
_DIGITS = 5


def parse_ports(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Each text as a port (int32, null where it is none), and whether it should have been one.

    A batch holds few different ports: only those are looked at.
    """
    encoded = texts.dictionary_encode()
    ports = [_port(text) for text in encoded.dictionary.to_pylist()]
    port = pa.array(ports, pa.int32()).take(encoded.indices)
    if None not in ports:
        return port, pa.repeat(pa.scalar(value=False), len(texts))
    return port, pc.and_(port.is_null(), texts.is_valid())


def _port(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        return None
    port = int(text)
    return port if port <= _LAST else None
