"""Ports from their texts."""

import pyarrow as pa
import pyarrow.compute as pc

_LAST = 65_535
_DIGITS = 5


def parse_ports(texts: pa.Array) -> tuple[pa.Array, list[int]]:
    """Each text as a port (int32, null where it is none), and the rows where it is a bad one.

    A batch holds few different ports: only those are looked at.
    """
    encoded = texts.dictionary_encode()
    ports = _ports(encoded.dictionary)
    port = ports.take(encoded.indices)
    if ports.null_count == 0:
        return port, []
    return port, pc.indices_nonzero(pc.and_(port.is_null(), texts.is_valid())).to_pylist()


def _ports(texts: pa.Array) -> pa.Array:
    try:
        numbers = pc.cast(texts, pa.int32())
        values = numbers.to_numpy()
        if values.min(initial=0) >= 0 and values.max(initial=0) <= _LAST:
            return numbers
    except pa.ArrowInvalid:
        pass
    return pa.array([_port(text) for text in texts.to_pylist()], pa.int32())


def _port(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        return None
    port = int(text)
    return port if port <= _LAST else None
