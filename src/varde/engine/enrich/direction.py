"""Who opened the conversation, seen from the members."""

import pyarrow as pa
import pyarrow.compute as pc

INBOUND = "inbound"
OUTBOUND = "outbound"
INTERNAL = "internal"
EXTERNAL = "external"


def directions(source: pa.Array, destination: pa.Array) -> pa.Array:
    """For each pair of members (null: nobody's address) the direction, as a dictionary array.

    Both members: internal, though they may be different ones. Neither: external.
    """
    code = pc.add(
        pc.cast(source.is_valid(), pa.int8()),
        pc.multiply(pc.cast(destination.is_valid(), pa.int8()), pa.scalar(2, pa.int8())),
    )
    return pa.DictionaryArray.from_arrays(code, [EXTERNAL, OUTBOUND, INBOUND, INTERNAL])
