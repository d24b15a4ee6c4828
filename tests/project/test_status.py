"""``varde status``: figures of the whole house."""

import json

from django.utils import timezone
from typer.testing import CliRunner

from varde import __version__
from varde.accounts.models import User
from varde.constituency.models import Organisation
from varde.monitoring.models import Sensor
from varde.project.cli import app
from varde.project.status import status_now


def test_counts_are_of_what_is_there(
    analyst: User, hospital: Organisation, pharmacy: Organisation
) -> None:
    Sensor.objects.create(name="north")

    found = status_now(timezone.now())

    counts = found["counts"]
    assert isinstance(counts, dict)
    assert (counts["users"], counts["members"], counts["sensors"]) == (1, 2, 1)
    assert found["sensors"] == [{"name": "north", "last_batch_at": None, "last_event_at": None}]


def test_the_command_prints_one_object(db: None) -> None:
    result = CliRunner().invoke(app, ["status", "--json"])

    found = json.loads(result.stdout)
    assert found["varde"]["version"] == __version__
    assert set(found) == {"varde", "versions", "counts", "queues", "sensors", "disk"}
    assert result.exit_code == 0


def test_people_read_sections(db: None) -> None:
    shown = CliRunner().invoke(app, ["status"]).stdout

    assert "\ncounts\n  users                  0\n" in shown
