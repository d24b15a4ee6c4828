"""Files of at most 400 lines, functions of 50, classes of 20 methods."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.checks.files import python

FILE, FUNCTION, CLASS = 400, 50, 20
Function = ast.FunctionDef | ast.AsyncFunctionDef


def check(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}:{complaint}"
        for path, tree in python(root, "src", "tests", "tools", "bench")
        for complaint in _too_big(tree, path.read_text().count("\n"))
    ]


def _too_big(tree: ast.Module, lines: int) -> Iterator[str]:
    if lines > FILE:
        yield f"1: the file has {lines} lines ({FILE} at most)"
    for node in ast.walk(tree):
        if isinstance(node, Function):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION:
                yield f"{node.lineno}: {node.name} has {length} lines ({FUNCTION} at most)"
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(child, Function) for child in node.body)
            if methods > CLASS:
                yield f"{node.lineno}: {node.name} has {methods} methods ({CLASS} at most)"
