"""``.objects`` only where facts, reads and writes live, so that no page skips ``visible_to``."""

import ast
from pathlib import Path

from tools.checks.files import python

ROOMS = {"models", "queries", "actions", "audit", "management"}


def check(root: Path) -> list[str]:
    complaints = []
    for path, tree in python(root, "src"):
        parts = path.relative_to(root / "src" / "varde").with_suffix("").parts
        if ROOMS & set(parts):
            continue
        complaints += [
            f"{path.relative_to(root)}:{node.lineno}: .objects outside {', '.join(sorted(ROOMS))}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "objects"
        ]
    return complaints
