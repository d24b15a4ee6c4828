"""The `varde` command. Django is imported inside commands, so that `--help` is quick."""

import typer

from varde.project.cli.output import fail_plainly

app = typer.Typer(
    name="varde",
    help="The operations platform of a sector CSIRT.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 done · 1 failed or found trouble · 2 wrong usage · 3 nothing found",
)


def main() -> None:
    """Run the command line; errors are one plain line with the fix."""
    with fail_plainly():
        app()
