"""The `varde` command. Django is imported inside commands, so that `--help` is quick.

Each module of this folder holds one family of verbs and registers them on ``app``.
"""

import importlib
import pkgutil
from typing import Annotated

import typer

from varde import __version__
from varde.project.cli.output import fail_plainly
from varde.project.cli.sections import Sections

app = typer.Typer(
    name="varde",
    help="The operations platform of a sector CSIRT.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=Sections,
    epilog="Exit codes: 0 done · 1 failed or found trouble · 2 wrong usage · 3 nothing found",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"varde {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """The operations platform of a sector CSIRT."""


for _verbs in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_verbs.name}")


def main() -> None:
    """Run the command line; errors are one plain line with the fix."""
    with fail_plainly():
        app()
