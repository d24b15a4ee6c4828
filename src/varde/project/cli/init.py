"""``varde init``."""

from typing import Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import fail, print_json, setup


@app.command(rich_help_panel="Run it")
def init(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 where something is lacking.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was done as JSON.")] = False,
) -> None:
    """Make the home ready: directories, secrets, settings file, records. May be run again."""
    from varde.project import install
    from varde.project.config import home

    if check:
        _check()
        return
    done: list[str] = []
    say = done.append if as_json else typer.echo
    install.make_home(home(), say)
    setup()
    install.prepare_records(say)
    if as_json:
        print_json({"home": str(home()), "done": done})
        return
    typer.echo(f"\n{home()} is ready. Next:")
    for step in install.next_steps(home()):
        typer.echo(f"  {step}")


def _check() -> None:
    from varde.project import install
    from varde.project.config import home

    if not install.is_ready(home()):
        fail(f"{home()} has not been made ready", fix="varde init")
    setup()
    if lacking := install.unapplied_migrations():
        fail(f"the records lack {len(lacking)} migrations", fix="varde init")
