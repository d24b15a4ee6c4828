"""Templates that keep to the strict content security policy: nothing inline, nothing from outside.

``hx-on`` and filters in ``hx-trigger`` are evaluated code: under the policy they silently do
nothing, so they are refused here.
"""

import re
from pathlib import Path

from tools.checks.files import tracked

RULES = {
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE
    ),
    "an event handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b"),
    "a filter in hx-trigger": re.compile(r"hx-trigger=\"[^\"]*\["),
    "the safe filter": re.compile(r"\|\s*safe\b"),
    "autoescape off": re.compile(r"autoescape\s+off"),
    "a resource from outside": re.compile(
        r"<(?:script|link|img|iframe|video|source)\b[^>]*\b(?:src|href)=\"(?:https?:)?//",
        re.IGNORECASE,
    ),
}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


def check(root: Path) -> list[str]:
    complaints = []
    for path in tracked(root, "src/**/*.html", "src/**/*.svg"):
        if "static" in path.parts:
            continue
        text = COMMENT.sub(lambda found: "\n" * found.group().count("\n"), path.read_text())
        for what, pattern in RULES.items():
            complaints += [
                f"{path.relative_to(root)}:{text.count(chr(10), 0, found.start()) + 1}: {what}"
                for found in pattern.finditer(text)
            ]
    return complaints
