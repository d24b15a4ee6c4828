"""The column ``detail``: the protocol's own object as JSON, for what has no columns."""

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.parsers.lines import Numbers
from varde.engine.parsers.repair import MAX_DEPTH
from varde.engine.parsers.tree import first_of

_LONGEST = 64 << 10  # bytes of a text that is kept in a column
_SHALLOW = 1_000  # bytes: so short a text is nested 500 deep at most, which every reader survives
_NOTHING = pa.scalar(None, pa.string())
_ESCAPED = re.compile(r"\\.", re.DOTALL)


class Detail(NamedTuple):
    texts: pa.Array
    too_long: list[int]  # rows where it was left out, for whoever reads it back might not survive
    too_deep: list[int]


def one_detail(details: list[pa.Array | None], count: int) -> Detail:
    """The first of ``details`` (texts) that each of the ``count`` events has, within bounds."""
    texts = first_of(*(None if column is None else column.cast(pa.string()) for column in details))
    if texts is None:
        return Detail(pa.nulls(count, pa.string()), [], [])
    size = np.diff(np.frombuffer(texts.buffers()[1], np.int32, count + 1))
    too_long = np.flatnonzero(size > _LONGEST).tolist()
    suspects = np.flatnonzero((size > _SHALLOW) & (size <= _LONGEST))
    too_deep = _too_deep(texts.take(pa.array(suspects)), suspects)
    if too_long or too_deep:
        left_out = np.zeros(count, dtype=bool)
        left_out[[*too_long, *too_deep]] = True
        texts = pc.if_else(pa.array(left_out), _NOTHING, texts)
    return Detail(texts, too_long, too_deep)


def _too_deep(texts: pa.Array, rows: Numbers) -> list[int]:
    opened = pc.add(pc.count_substring(texts, "{"), pc.count_substring(texts, "["))
    suspects = np.flatnonzero(opened.to_numpy(zero_copy_only=False) > MAX_DEPTH).tolist()
    return [int(rows[place]) for place in suspects if depth(texts[place].as_py()) > MAX_DEPTH]


def depth(text: str) -> int:
    """How deep objects and arrays lie in one another in valid JSON."""
    letters = np.frombuffer(_ESCAPED.sub("", text).encode(), np.uint8)
    outside = np.cumsum(letters == ord('"')) % 2 == 0
    # "[" and "{", "]" and "}" differ in one bit only, and no other letters share the rest.
    bracket = letters | 0x20
    steps = (bracket == ord("{")).astype(np.int32) - (bracket == ord("}"))
    return int(np.cumsum(steps[outside]).max(initial=0))
