"""``varde sensors``."""

import json
from datetime import UTC, datetime

from typer.testing import CliRunner

from varde.constituency.models import Organisation
from varde.monitoring.models import Sensor
from varde.project.cli import app


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["sensors", *arguments])
    return result.exit_code, result.output


def test_a_sensor_is_placed_and_listed(hospital: Organisation) -> None:
    Sensor.objects.create(name="south")

    code, said = run("place", "north", "fjord-hospital", "--since", "2026-03-01")

    assert code == 0
    assert "north sees the traffic of Fjord Hospital" in said
    rows = [json.loads(line) for line in run("list", "--json")[1].splitlines()]
    assert [(row["name"], row["member"]) for row in rows] == [
        ("north", "fjord-hospital"),
        ("south", None),
    ]
    placement = Sensor.objects.get(name="north").placements.get()
    assert placement.valid_from <= datetime(2026, 3, 1, tzinfo=UTC)


def test_an_unknown_member_is_named(db: None) -> None:
    code, said = run("place", "north", "nobody")

    assert code == 3
    assert "no member is called “nobody”" in said
    assert not Sensor.objects.exists()


def test_no_sensors_is_nothing_found(db: None) -> None:
    assert run("list")[0] == 3
