"""``varde ingest``: as a shell and a program see it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from varde.monitoring.models import Batch
from varde.project.cli import app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

EVENT = b'{"timestamp":"2026-03-14T12:00:00.000000+0000","event_type":"flow"}\n'


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.VARDE_HOME = tmp_path / "home"
    return tmp_path / "home"


def run(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["ingest", *arguments], input=given)


def test_a_file_gives_one_object_of_counts(tmp_path: Path) -> None:
    (tmp_path / "eve.json.gz").write_bytes(gzip.compress(EVENT + b"no json\n"))

    first = run(str(tmp_path / "eve.json.gz"), "--json")
    second = run(str(tmp_path / "eve.json.gz"), "--json")

    assert (first.exit_code, second.exit_code) == (0, 0)
    counts = json.loads(first.stdout)
    seconds = counts.pop("seconds")
    assert seconds > 0
    assert counts == {
        "received": 2,
        "stored": 1,
        "duplicate": 0,
        "dead_lettered": 1,
        "findings": 0,
        "suppressed": 0,
        "alerts": 0,
    }
    assert json.loads(second.stdout)["duplicate"] == 2


def test_standard_input_is_read_and_the_sensor_named() -> None:
    done = run("-", "--sensor", "fjord-1", given=EVENT)

    assert done.exit_code == 0
    assert "1 received = 1 stored" in done.stdout
    assert Batch.objects.get().sensor.name == "fjord-1"


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "eve.json").write_bytes(EVENT)
    (tmp_path / "notes.txt").write_bytes(b"nothing we know\n")

    done = run(
        str(tmp_path / "absent"), str(tmp_path / "notes.txt"), str(tmp_path / "eve.json"), "--json"
    )

    assert done.exit_code == 1
    assert json.loads(done.stdout)["stored"] == 1
    assert "absent" in done.stderr
    assert "notes.txt" in done.stderr


def test_without_a_file_or_with_an_unknown_format_the_usage_is_wrong(tmp_path: Path) -> None:
    assert run().exit_code == 2
    unknown = run(str(tmp_path / "x"), "--format", "netflow")
    assert unknown.exit_code == 2
    assert "suricata, zeek" in unknown.stderr


def test_unread_lines_are_tried_again() -> None:
    run("-", given=EVENT + b"no json\n")

    done = run("--replay", "--json")

    assert json.loads(done.stdout)["dead_lettered"] == 1


def test_what_is_no_capture_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.pcap").write_bytes(b"no capture")

    done = run(str(tmp_path / "x.pcap"), "--pcap")

    assert done.exit_code == 1
    assert "x.pcap" in done.stderr
