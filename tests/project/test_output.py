"""How commands speak."""

import json
import subprocess
import sys

import pytest

from varde.base.errors import Refused
from varde.project.cli.output import Exit, fail_plainly, print_rows
from varde.project.errors import WrongSettings

COMMAND = [sys.executable, "-m", "varde.project"]


def test_what_comes_from_outside_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    evil = ["evil\x1b[2J[red]", r"\[/red]", r"a\[bold]b\\", ":smile:"]

    print_rows([{"name": name} for name in evil], columns=["name"], as_json=False)

    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "[2J[red]" in shown
    assert [name in shown for name in evil[1:]] == [True] * 3


def test_json_has_every_key_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"name": "Ås", "more": 1}, {"name": "b"}], columns=["name"], as_json=True)

    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == [{"name": "Ås", "more": 1}, {"name": "b"}]


@pytest.mark.parametrize(
    ("error", "code"),
    [(Refused("No such case."), Exit.FAILED), (WrongSettings("port: too high"), Exit.USAGE)],
)
def test_a_refusal_is_one_plain_line(
    error: Exception, code: Exit, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, fail_plainly():
        raise error

    assert ended.value.code == code
    assert capsys.readouterr().err.splitlines()[0].endswith(str(error))


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), fail_plainly():
        raise ZeroDivisionError


def test_a_reader_that_leaves_is_no_error() -> None:
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{' '.join(COMMAND)} config show --json | head -1; echo ${{PIPESTATUS[0]}}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""
