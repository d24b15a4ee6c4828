"""The column ``detail``: the protocol's own object as JSON, for what has no columns."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.parsers.repair import MAX_DEPTH


def one_detail(details: list[pa.Array]) -> tuple[pa.Array, pa.Array]:
    """The first of ``details`` (texts) that each event has, and whether it was nested too deep.

    What is nested too deep is left out: whoever reads it back might not survive it.
    """
    filled = [column for column in details if column.null_count < len(column)]
    if not filled:
        nothing = pa.nulls(len(details[0]), pa.string())
        return nothing, nothing.is_valid()
    detail = pc.coalesce(*filled)
    opened = pc.add(pc.count_substring(detail, "{"), pc.count_substring(detail, "["))
    suspects = pc.indices_nonzero(pc.greater(opened, MAX_DEPTH)).to_pylist()
    deep = [row for row in suspects if depth(detail[row].as_py()) > MAX_DEPTH]
    is_deep = np.zeros(len(detail), dtype=bool)
    is_deep[deep] = True
    return (pc.if_else(is_deep, None, detail) if deep else detail), pa.array(is_deep)


def depth(text: str) -> int:
    """How deep objects and arrays lie in one another in valid JSON."""
    deepest = level = 0
    in_text = escaped = False
    for character in text:
        if in_text:
            in_text = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_text = True
        elif character in "{[":
            level += 1
            deepest = max(deepest, level)
        elif character in "}]":
            level -= 1
    return deepest
