"""``varde audit``: who did what, and whether anybody changed the record of it."""

from typing import Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, print_json, print_rows, setup

audit = typer.Typer(help="The audit chain.", no_args_is_help=True)
app.add_typer(audit, name="audit", rich_help_panel="Look after it")

COLUMNS = ["sequence", "at", "actor", "action", "subject", "facts"]


@audit.command("verify")
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """Follow the chain from its beginning; exit code 1 where it is broken, with the place."""
    setup()
    from varde.base.audit import verify as follow

    verdict = follow()
    if as_json:
        print_json(
            {
                "entries": verdict.entries,
                "intact": verdict.broken_at is None,
                "broken_at": verdict.broken_at,
                "fault": verdict.fault,
                "reason": verdict.reason,
                "seconds": round(verdict.seconds, 3),
            }
        )
    elif verdict.broken_at is None:
        typer.echo(f"{verdict.entries} entries, none changed ({verdict.seconds:.1f} s)")
    else:
        typer.secho(f"The chain is broken at entry {verdict.broken_at}.", fg="red")
        typer.echo(f"  {verdict.fault}: {verdict.reason}; {verdict.entries} entries before it hold")
    raise typer.Exit(Exit.DONE if verdict.broken_at is None else Exit.FAILED)


@audit.command("list")
def list_entries(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """List the newest entries."""
    setup()
    from varde.base.queries import latest_entries

    rows = [
        {
            "sequence": entry.sequence,
            "at": entry.at.isoformat(timespec="seconds"),
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "facts": entry.detail.facts if hasattr(entry, "detail") else None,
            "digest": entry.digest,
        }
        for entry in latest_entries()[:limit]
    ]
    if not rows:
        raise typer.Exit(Exit.NOTHING_FOUND)
    print_rows(rows, columns=COLUMNS, as_json=as_json)
