"""``varde demo``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import fail, print_json, setup
from varde.project.cli.up import stop_event

if TYPE_CHECKING:
    from varde.project.supervisor import Supervisor

Folder = Annotated[
    Path | None, typer.Option("--home", help="Its own home; `demo` below yours where left out.")
]
Port = Annotated[int, typer.Option(help="The first port to try; the next one is used too.")]
Check = Annotated[bool, typer.Option("--check", help="Start, look around, stop: for tests.")]


@app.command(rich_help_panel="Run it")
def demo(home: Folder = None, port: Port = 8000, check: Check = False) -> None:
    """Show Varde with invented members and live traffic, until Ctrl-C. Nothing leaves the machine.

    Ends with a URL and one-time login links for four roles. Made anew each time.
    """
    import time

    from varde.project.demo import stage

    began = time.monotonic()
    folder = (home or stage.default_home()).resolve()
    try:
        stage.prepare(folder, port)
    except (stage.NotADemo, OSError) as error:
        fail(str(error), fix="give another folder with --home")
    links = _build()
    supervisor = _supervisor()

    def ready(_seconds: float) -> None:
        typer.echo(_welcome(folder, links, time.monotonic() - began))
        if check:
            _look_around(links)
            supervisor.stop()

    supervisor.on_ready = ready
    supervisor.run()


@app.command("demo-feed", hidden=True)
def feed() -> None:
    """Drop the demonstration's live traffic; started by `varde demo`."""
    from varde.project.config import config, home
    from varde.project.demo.feed import run_feed

    if not config().demo:
        fail("this home is no demonstration", fix="varde demo")
    run_feed(home(), stop_event())


@app.command("demo-build", hidden=True)
def build() -> None:
    """Fill the demonstration's empty home; its last line is the login links as JSON."""
    setup()
    from datetime import UTC, datetime

    from varde.project.config import config
    from varde.project.demo.build import build
    from varde.project.install import prepare_records

    if not config().demo:
        fail("this home is no demonstration", fix="varde demo")
    prepare_records(lambda _line: None)
    print_json(build(datetime.now(UTC), lambda line: typer.echo(f"demo: {line}")))


def _build() -> list[dict[str, str]]:
    """Have the home filled by a process of its own, show how far it is, and give the links."""
    import json
    import subprocess
    import sys

    command = [sys.executable, "-m", "varde.project", "demo-build"]
    links: list[dict[str, str]] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - ours
        for line in child.stdout or ():
            if line.startswith("["):
                links = json.loads(line)
            else:
                typer.echo(line, nl=False)
    if child.returncode or not links:
        fail("the demonstration could not be made")
    return links


def _supervisor() -> "Supervisor":
    import sys

    from varde.project.config import config
    from varde.project.logs import start_logging
    from varde.project.programs import Program, programs
    from varde.project.supervisor import Supervisor

    start_logging(config().log_level)
    feed_program = Program("feed", (sys.executable, "-m", "varde.project", "demo-feed"))
    return Supervisor([*programs(config()), feed_program])


def _look_around(links: list[dict[str, str]]) -> None:
    from varde.project.config import config
    from varde.project.demo.visit import DemoError, visit

    try:
        for line in visit(config().base_url, {row["role"]: row["link"] for row in links}):
            typer.echo(f"demo: seen by the {line}")
    except DemoError as error:
        fail(str(error))


def _welcome(folder: Path, links: list[dict[str, str]], seconds: float) -> str:
    from varde.project.config import config

    base = config().base_url
    lines = [f"\nVarde is running at {base}  (ready in {seconds:.0f} s)\n"]
    lines.append("One-time login links; a link lets one person in once:")
    for row in links:
        lines += [f"  {row['shows']}", f"    {base}{row['link']}"]
    lines += [
        "",
        "Everything is invented. Mail is captured in the outbox; nothing leaves this machine.",
        f"Data: {folder} (removed by the next `varde demo`). Ctrl-C stops.",
    ]
    return "\n".join(lines)
