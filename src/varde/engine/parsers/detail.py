"""The column ``detail``: the protocol's own object as JSON, for what has no columns."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.parsers.repair import MAX_DEPTH
from varde.engine.parsers.tree import first_of

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(r"[][{}]")


def one_detail(details: list[pa.Array | None], count: int) -> tuple[pa.Array, pa.Array]:
    """The first of ``details`` (texts) that each event has, and whether it was nested too deep.

    What is nested too deep is left out: whoever reads it back might not survive it.
    """
    detail = first_of(*(None if column is None else column.cast(pa.string()) for column in details))
    if detail is None:
        nothing = pa.nulls(count, pa.string())
        return nothing, nothing.is_valid()
    opened = pc.add(pc.count_substring(detail, "{"), pc.count_substring(detail, "["))
    suspects = pc.indices_nonzero(pc.greater(opened, MAX_DEPTH)).to_pylist()
    deep = [row for row in suspects if depth(detail[row].as_py()) > MAX_DEPTH]
    is_deep = np.zeros(len(detail), dtype=bool)
    is_deep[deep] = True
    return (pc.if_else(is_deep, None, detail) if deep else detail), pa.array(is_deep)


def depth(text: str) -> int:
    """How deep objects and arrays lie in one another in valid JSON."""
    deepest = level = 0
    for bracket in _BRACKET.findall(_TEXT.sub("", text)):
        level += 1 if bracket in "{[" else -1
        deepest = max(deepest, level)
    return deepest
