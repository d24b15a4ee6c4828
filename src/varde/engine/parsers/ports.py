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
    ports = _ports(encoded.dictionary)
    port = ports.take(encoded.indices)
    if ports.null_count == 0:
        return port, pa.repeat(pa.scalar(value=False), len(texts))
    return port, pc.and_(port.is_null(), texts.is_valid())


def _ports(texts: pa.Array) -> pa.Array:
    try:
        numbers = pc.cast(texts, pa.int32())
        if pc.all(pc.and_(pc.greater_equal(numbers, 0), pc.less_equal(numbers, _LAST))).as_py():
            return numbers
    except pa.ArrowInvalid:
        pass
    return pa.array([_port(text) for text in texts.to_pylist()], pa.int32())


def _port(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        return None
    port = int(text)
    return port if port <= _LAST else None
