"""The command line as a person meets it."""

import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from varde import __version__
from varde.project.cli import app


def test_help_imports_neither_django_nor_rich() -> None:
    code = (
        "import sys, varde.project.cli as cli\n"
        "sys.argv = ['varde', '--help']\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'django', 'rich', 'pydantic', 'duckdb', 'pyarrow'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_help_takes_little_longer_than_python_itself() -> None:
    def best(*arguments: str) -> float:
        times = []
        for _ in range(3):
            began = time.perf_counter()
            subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
            times.append(time.perf_counter() - began)
        return min(times)

    # A loaded machine slows both; the figure itself is in the bench.
    assert best("-m", "varde.project", "--help") < 12 * best("-c", "import json, re, typing")


def test_help_lists_commands_in_sections() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output

    assert shown.index("Run it:") < shown.index("  up ")
    assert shown.index("Look after it:") < shown.index("  doctor ")


def test_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(app, ["--version"]).output == f"varde {__version__}\n"


@pytest.mark.parametrize("arguments", [["up", "--only", "web,wrong"], ["no-such-verb"]])
def test_wrong_usage_has_its_own_code(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2
