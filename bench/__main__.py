"""Measure every headline figure: ``python -m bench [NAME...]``.

Each file of this folder with a ``run()`` is measured in its own process, so that no figure borrows
memory or caches from another. Writes ``results.json``: a list of ``{name, value, unit, baseline,
ratio}``. A figure that could not be measured is named, and the run fails at the end.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"
KEYS = ("name", "value", "unit", "baseline", "ratio")
# Its answer comes on the last line, after whatever the measured code prints.
CHILD = "import importlib, json, sys; print(json.dumps(importlib.import_module(sys.argv[1]).run()))"


def names() -> list[str]:
    """Every file that declares ``run``."""
    files = sorted(FOLDER.glob("*.py"))
    return [file.stem for file in files if "\ndef run(" in file.read_text()]


def measure(name: str) -> list[dict[str, object]] | None:
    """The figures of ``bench/<name>.py``; ``None`` where it failed."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, f"bench.{name}"],
        cwd=FOLDER.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent)},
    )
    if done.returncode:
        return None
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    return [{key: figure.get(key) for key in KEYS} for figure in figures]


def merge(old: list[dict[str, object]], new: list[dict[str, object]]) -> list[dict[str, object]]:
    """``old`` with the figures of ``new`` in place of those of the same name."""
    measured = {figure["name"] for figure in new}
    return [figure for figure in old if figure["name"] not in measured] + new


def table(figures: list[dict[str, object]]) -> Table:
    shown = Table(*KEYS, box=None, header_style="bold", pad_edge=False)
    for figure in figures:
        shown.add_row(*(_cell(figure[key]) for key in KEYS))
    return shown


def _cell(value: object) -> str:
    if isinstance(value, int | float) and abs(value) >= 1000:
        return f"{value:,.0f}"
    return "" if value is None else str(value)


def main(wanted: list[str]) -> int:
    figures: list[dict[str, object]] = []
    failed = []
    for name in wanted or names():
        print(f"bench: {name}", file=sys.stderr, flush=True)
        measured = measure(name)
        if measured is None:
            failed.append(name)
        else:
            figures += measured
    old = json.loads(RESULTS.read_text()) if wanted and RESULTS.exists() else []
    RESULTS.write_text(json.dumps(merge(old, figures), indent=1, ensure_ascii=False) + "\n")
    Console(width=150).print(table(figures))
    if failed:
        print(f"bench: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
