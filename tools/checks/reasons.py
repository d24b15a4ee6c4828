"""Every ``noqa`` and ``type: ignore`` says why: ``# noqa: CODE - reason``."""

import io
import re
import tokenize
from pathlib import Path

from tools.checks.files import tracked

NOQA = re.compile(r"#\s*noqa(?!: [A-Z]+\d+(?:, ?[A-Z]+\d+)* - \S)")
IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[[\w-]+(?:,\s*[\w-]+)*\]\s+#\s\S)")


def check(root: Path) -> list[str]:
    complaints = []
    for path in tracked(
        root, "src/**/*.py", "tests/**/*.py", "tools/**/*.py", "bench/**/*.py", "setup.py"
    ):
        if "migrations" in path.parts:
            continue
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
            if token.type != tokenize.COMMENT:
                continue
            if NOQA.search(token.string) or IGNORE.search(token.string):
                complaints.append(
                    f"{path.relative_to(root)}:{token.start[0]}: an exception without its reason"
                )
    return complaints
