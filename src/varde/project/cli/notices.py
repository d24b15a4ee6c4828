"""``varde notices``."""

from itertools import chain
from typing import Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, print_rows, setup

COLUMNS = ["number", "member", "subject", "tlp", "created_at", "opened_at", "answer"]


@app.command(rich_help_panel="Records")
def notices(
    member: Annotated[str, typer.Option(help="Only this member, by its handle.")] = "",
    unanswered: Annotated[bool, typer.Option("--unanswered", help="Only those.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """What members were told, and what they answered; newest first."""
    setup()
    from varde.incidents.queries.export import notice_rows

    rows = notice_rows(member=member, unanswered=unanswered)
    first = next(rows, None)
    if first is None:
        raise typer.Exit(Exit.NOTHING_FOUND)
    print_rows(chain([first], rows), columns=COLUMNS, as_json=as_json)
