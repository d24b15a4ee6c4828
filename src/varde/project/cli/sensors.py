"""``varde sensors``: which there are, and whose traffic each sees."""

from typing import Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, fail, print_json, print_rows, setup

sensors = typer.Typer(help="The sensors, and whose traffic each sees.", no_args_is_help=True)
app.add_typer(sensors, name="sensors", rich_help_panel="Records")

AsJson = Annotated[bool, typer.Option("--json", help="One object a line.")]
COLUMNS = ["name", "format", "member", "since", "last_batch_at", "last_event_at"]


@sensors.command("list")
def list_sensors(as_json: AsJson = False) -> None:
    """Every sensor that has been heard or placed."""
    setup()
    from varde.project.queries import sensor_rows

    rows = list(sensor_rows())
    if not rows:
        raise typer.Exit(Exit.NOTHING_FOUND)
    print_rows(rows, columns=COLUMNS, as_json=as_json)


@sensors.command()
def place(
    name: Annotated[str, typer.Argument(help="The sensor: the name of its folder.")],
    member: Annotated[str, typer.Argument(help="Handle of the member whose traffic it sees.")],
    since: Annotated[str, typer.Option(help="2026-03-01; else now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Say whose traffic a sensor sees: its events count where no network says otherwise."""
    setup()
    from django.utils import timezone

    from varde.constituency.canonical import moment
    from varde.monitoring.actions.sensor import known_sensor, place_sensor
    from varde.project.queries import member_called

    organisation = member_called(member)
    if organisation is None:
        fail(f"no member is called “{member}”", fix="varde members list", code=Exit.NOTHING_FOUND)
    placed = place_sensor(
        sensor=known_sensor(name),
        organisation=organisation,
        valid_from=moment(since) if since else timezone.now(),
    )
    if as_json:
        print_json({"sensor": name, "member": member, "since": placed.valid_from})
        return
    typer.echo(
        f"{name} sees the traffic of {organisation.name} since {placed.valid_from:%F %T} UTC."
    )
