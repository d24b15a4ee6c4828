"""Which kind of event each line seems to hold, before anything is parsed.

Only a hint that lets lines of a kind be read together, with the few keys that kind has: the reader
looks at the type itself afterwards. Inside a JSON text the quotes of this pattern would be escaped,
so no value can pass for a key.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.parsers.lines import Numbers

_KEY = b'"event_type":"'
_LOOK = 8  # bytes of the type that are looked at


def kinds(lines: pa.LargeBinaryArray) -> dict[str, Numbers]:
    """The rows of ``lines`` by the first letters of the type each seems to have ("": none seen)."""
    if not len(lines):
        return {}
    borders = np.frombuffer(lines.buffers()[1], np.int64)[
        lines.offset : lines.offset + len(lines) + 1
    ]
    found = pc.find_substring(lines, _KEY).to_numpy()
    start = borders[:-1] + found + len(_KEY)
    is_seen = (found >= 0) & (start + _LOOK <= borders[1:])
    rows = np.flatnonzero(is_seen)
    data = np.frombuffer(lines.buffers()[2], np.uint8)
    heads = np.ascontiguousarray(data[start[rows, None] + np.arange(_LOOK)])
    # As numbers, which are told apart much faster than bytes.
    encoded = pa.array(heads.view(np.int64).ravel()).dictionary_encode()
    names = [_name(head) for head in encoded.dictionary.to_numpy()]
    distinct = sorted(set(names))
    code = np.array([distinct.index(name) for name in names], dtype=np.int64)[encoded.indices]
    by_name = {name: rows[code == place] for place, name in enumerate(distinct)}
    return {"": np.flatnonzero(~is_seen), **by_name}


def _name(head: np.int64) -> str:
    return head.tobytes().partition(b'"')[0].decode("latin-1")
