"""``varde members``: import the register, list it, and ask who owned what and why."""

import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, fail, print_json, print_rows, setup

if TYPE_CHECKING:
    from varde.constituency.actions.register import MemberImport
    from varde.monitoring.queries.ownership import OwnerAnswer

members = typer.Typer(help="The members: who they are, what they own, and since when.")
app.add_typer(members, name="members", rich_help_panel="Records")

_SHOWN = 100
_CHANGE_COLUMNS = ["line", "member", "what", "kind", "value", "fields"]
_LIST_COLUMNS = ["handle", "name", "kind", "county", "networks", "domains", "contacts", "valid_to"]


@members.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV or JSON; `-` reads standard input.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the changes, make none.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object with every change.")] = False,
) -> None:
    """Bring the register to what FILE states; wrong lines are named, the rest is taken.

    Exit code 1 where a line was refused.
    """
    setup()
    from varde.constituency.actions.register import import_members
    from varde.constituency.memberfile.entries import read_members

    with _in_english():
        content = read_members(_read(file))
        done = import_members(rows=content.entries, actor=None, dry_run=dry_run)
    if as_json:
        print_json(_as_json(done, content.unknown))
    else:
        _show(done, content.unknown)
    raise typer.Exit(Exit.FAILED if done.refusals else Exit.DONE)


@members.command("list")
def list_members(
    kind: Annotated[str, typer.Option(help="Only this kind, for example `hospital`.")] = "",
    past: Annotated[bool, typer.Option("--all", help="Also who and what has ended.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """List the members with what they own now."""
    setup()
    from django.utils import timezone

    from varde.constituency.enums import OrganisationKind
    from varde.constituency.queries import member_rows

    if kind and kind not in OrganisationKind.values:
        kinds = ", ".join(OrganisationKind.values)
        fail(f"there is no kind “{kind}”", fix=f"one of: {kinds}", code=Exit.USAGE)
    rows = list(member_rows(kind=kind, at=None if past else timezone.now()))
    if not rows:
        raise typer.Exit(Exit.NOTHING_FOUND)
    shown = rows if as_json else [_readable(row) for row in rows]
    print_rows(shown, columns=_LIST_COLUMNS, as_json=as_json)


@members.command()
def lookup(
    address: Annotated[str, typer.Argument(help="An address, a domain or a sensor.")],
    at: Annotated[str, typer.Option(help="2026-03-01T12:00, local time; else now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """Say who owned ADDRESS at a time, why, and who did before and after."""
    setup()
    from django.utils import timezone

    from varde.constituency.canonical import moment
    from varde.monitoring.queries.ownership import owner_at

    with _in_english():
        answer = owner_at(address.strip(), moment(at) if at else timezone.now())
    if as_json:
        print_json(asdict(answer))
    else:
        _explain(answer)
    raise typer.Exit(Exit.DONE if answer.owner else Exit.NOTHING_FOUND)


def _in_english() -> AbstractContextManager[None]:
    """Refusals in the language of the command line, whatever the screens speak."""
    from django.utils import translation

    return translation.override("en")


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}", fix="give the path of a CSV or JSON file")


def _as_json(done: "MemberImport", unknown: list[str]) -> dict[str, object]:
    counts: dict[str, dict[str, int]] = {}
    for (kind, what), count in sorted(done.counts.items()):
        counts.setdefault(kind, {})[what] = count
    return {
        "dry_run": done.dry_run,
        "lines": done.lines,
        "unchanged": done.unchanged,
        "counts": counts,
        "unknown_columns": unknown,
        "refused": [asdict(refusal) for refusal in done.refusals],
        "changes": [asdict(change) for change in done.changes],
    }


def _show(done: "MemberImport", unknown: list[str]) -> None:
    rows = [
        {
            "line": change.line,
            "member": change.handle,
            "what": change.what,
            "kind": change.kind,
            "value": change.value,
            "fields": "" if change.what == "added" else _differences(change.fields),
        }
        for change in done.changes[:_SHOWN]
    ]
    if rows:
        print_rows(rows, columns=_CHANGE_COLUMNS, as_json=False)
    if len(done.changes) > _SHOWN:
        typer.echo(f"… and {len(done.changes) - _SHOWN:,} more changes (--json shows all)")
    for refusal in done.refusals:
        typer.secho(f"line {refusal.line}: {refusal.handle}: {refusal.reason}", err=True, fg="red")
    if unknown:
        typer.secho(f"columns nobody knows: {', '.join(map(repr, unknown))}", err=True)
    verb = "would change" if done.dry_run else "changed"
    counted = ", ".join(f"{n:,} {kind} {what}" for (kind, what), n in sorted(done.counts.items()))
    typer.echo(
        f"{done.lines:,} lines: {verb} {counted or 'nothing'}; "
        f"{done.unchanged:,} unchanged, {len(done.refusals):,} refused"
    )


def _differences(fields: Mapping[str, list[object]]) -> str:
    return "; ".join(f"{name}: {_text(old)} → {_text(new)}" for name, (old, new) in fields.items())


def _readable(row: dict[str, object]) -> dict[str, object]:
    """A row for a table: lists in a line, times to the minute."""
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else _text(value, nothing="")
        for name, value in row.items()
    }


def _text(value: object, *, nothing: str = "nothing") -> str:
    if isinstance(value, datetime):
        from django.utils import timezone

        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return nothing if value in (None, "") else str(value)


def _explain(answer: "OwnerAnswer") -> None:
    when = _text(answer.at)
    if owner := answer.owner:
        typer.echo(f"{answer.question} at {when}: {owner.name} ({owner.handle})")
        typer.echo(f"because of its {owner.kind} {owner.value}\n")
    else:
        typer.echo(f"{answer.question} at {when}: nobody in the register\n")
    if not answer.considered:
        return
    typer.echo("Considered, the most specific first:")
    considered = [
        {
            "fact": f"{fact.kind} {fact.value}",
            "member": fact.handle,
            "from": _text(fact.valid_from),
            "to": _text(fact.valid_to, nothing=""),
            "why": fact.reason.replace("_", " "),
        }
        for fact in answer.considered
    ]
    print_rows(considered, columns=["fact", "member", "from", "to", "why"], as_json=False)
    typer.echo("\nWho it was, in time:")
    history = [
        {
            "from": _text(tenure.start),
            "to": _text(tenure.end, nothing=""),
            "member": tenure.fact.handle if tenure.fact else "nobody",
            "by": f"{tenure.fact.kind} {tenure.fact.value}" if tenure.fact else "",
        }
        for tenure in answer.history
    ]
    print_rows(history, columns=["from", "to", "member", "by"], as_json=False)
