"""``varde doctor`` and ``varde status``."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, print_json, setup

if TYPE_CHECKING:
    from varde.project.doctor import Finding

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}


@app.command(rich_help_panel="Look after it")
def doctor(as_json: AsJson = False) -> None:
    """Examine the installation; each finding says what helps. Exits 1 where something is wrong."""
    from datetime import UTC, datetime

    from varde.project.config import config, home
    from varde.project.doctor import Level, examine_machine, examine_records

    findings = _shown(examine_machine(config(), home()), as_json=as_json)
    setup()
    findings += _shown(examine_records(datetime.now(UTC), home()), as_json=as_json)
    errors = sum(finding.level == Level.ERROR for finding in findings)
    warnings = sum(finding.level == Level.WARNING for finding in findings)
    if not as_json:
        typer.echo(f"\n{errors} errors, {warnings} warnings")
    if errors:
        raise typer.Exit(Exit.FAILED)


def _shown(findings: "Iterable[Finding]", *, as_json: bool) -> "list[Finding]":
    """Print each finding as it is found."""
    found = []
    for finding in findings:
        found.append(finding)
        if as_json:
            print_json(
                {
                    "name": finding.name,
                    "level": finding.level,
                    "message": finding.message,
                    "fix": finding.fix,
                }
            )
            continue
        typer.secho(f"{finding.level:<8}", fg=COLOURS[finding.level], nl=False)
        typer.echo(f"{finding.name:<12} {finding.message}")
        if finding.fix:
            typer.echo(f"{'':<8}{'':<12} fix: {finding.fix}")
    return found


@app.command(rich_help_panel="Look after it")
def status(as_json: AsJson = False) -> None:
    """What runs, how much there is, how long the queues are, when each sensor last sent."""
    setup()
    from datetime import UTC, datetime

    from varde.project.status import status_now

    found = status_now(datetime.now(UTC))
    if as_json:
        print_json(found)
        return
    for section, facts in found.items():
        typer.secho(section, bold=True)
        _print_facts(facts)


def _print_facts(facts: object) -> None:
    match facts:
        case dict():
            for name, value in facts.items():
                typer.echo(f"  {name:<22} {_one_line(value)}")
        case list():
            for row in facts:
                typer.echo(f"  {_one_line(row)}")
        case _:
            typer.echo(f"  {facts}")


def _one_line(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{key} {inner}" for key, inner in value.items())
    return f"{value}"
