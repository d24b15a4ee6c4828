"""``varde config``."""

from typing import Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import print_json, print_rows

config_app = typer.Typer(no_args_is_help=True, help="The settings in force.")
app.add_typer(config_app, name="config", rich_help_panel="Look after it")


@config_app.command()
def show(
    origin: Annotated[bool, typer.Option("--origin", help="Also say where from.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """Every setting with its value; secrets are masked."""
    from varde.project.config import settings_in_force

    rows = [
        {"name": s.name, "value": s.value, "origin": s.origin, "meaning": s.meaning}
        for s in settings_in_force()
    ]
    columns = ["name", "value", *(["origin"] if origin else []), "meaning"]
    print_rows(rows, columns=columns, as_json=as_json)


@config_app.command()
def path(
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """The home, and the files that settings are read from."""
    from varde.project.config import files, home

    if as_json:
        print_json({"home": str(home()), "files": [str(file) for file in files()]})
        return
    for file in files():
        typer.echo(f"{file}{'' if file.exists() else '  (not there)'}")
