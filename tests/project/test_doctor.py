"""Every finding of the doctor, in a home where it is true, and with what helps."""

import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from typer.testing import CliRunner

from varde.accounts.models import User
from varde.base import audit
from varde.constituency.models import Organisation
from varde.monitoring.models import Sensor
from varde.project.cli import app
from varde.project.config import Config
from varde.project.doctor import Level, examine_machine, examine_records
from varde.project.doctor.finding import Finding
from varde.project.doctor.machine import address, disk, files, smtp
from varde.project.install import make_home

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def made_home(tmp_path: Path) -> Path:
    before = os.umask(0o022)
    make_home(tmp_path / "home", lambda _line: None)
    os.umask(before)
    return tmp_path / "home"


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
    return port


def levels(findings: Iterator[Finding]) -> dict[str, Level]:
    """The worst level of each name."""
    found: dict[str, Level] = {}
    order = list(Level)
    for finding in findings:
        worst = max(order.index(finding.level), order.index(found.get(finding.name, Level.OK)))
        found[finding.name] = order[worst]
    return found


def test_a_new_home_is_well(made_home: Path) -> None:
    assert levels(files(made_home)) == {"home": Level.OK, "permissions": Level.OK}


def test_secrets_that_others_can_read_are_an_error_with_its_command(made_home: Path) -> None:
    (made_home / "secrets.toml").chmod(0o644)

    wrong = [finding for finding in files(made_home) if finding.level == Level.ERROR]

    assert [finding.fix for finding in wrong] == [f"chmod 600 {made_home / 'secrets.toml'}"]


def test_a_home_that_was_never_made_says_how(tmp_path: Path) -> None:
    assert [finding.fix for finding in files(tmp_path)] == ["varde init"]


def test_the_disk_is_measured_where_the_home_is(tmp_path: Path) -> None:
    (found,) = disk(tmp_path / "not-there-yet")

    assert "GiB free at" in found.message


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Config(base_url="https://varde.example"), {"base_url": Level.OK}),
        (Config(base_url="http://varde.example"), {"base_url": Level.ERROR}),
        (Config(base_url="http://127.0.0.1:8000"), {"base_url": Level.OK}),
        (
            Config(base_url="http://localhost:8000", smtp_url="smtp://mail.example"),
            {"base_url": Level.OK, "links": Level.ERROR},
        ),
    ],
)
def test_links_that_members_could_not_follow_are_an_error(
    settings: Config, expected: dict[str, Level]
) -> None:
    assert levels(address(settings)) == expected


def test_a_mail_server_is_asked_and_sent_nothing() -> None:
    class Sink:
        seen = 0

        async def handle_DATA(self, *_message: object) -> str:  # noqa: N802 - aiosmtpd's name
            Sink.seen += 1
            return "250 OK"

    port = free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        answered = levels(smtp(Config(smtp_url=f"smtp://127.0.0.1:{port}")))
    finally:
        controller.stop()

    assert answered == {"smtp": Level.OK}
    assert Sink.seen == 0
    assert levels(smtp(Config(smtp_url=f"smtp://127.0.0.1:{port}"))) == {"smtp": Level.ERROR}
    assert levels(smtp(Config(smtp_url=""))) == {"smtp": Level.OK}


@pytest.mark.django_db
def test_an_empty_installation_wants_people_and_nothing_else(tmp_path: Path) -> None:
    found = levels(examine_records(NOW, tmp_path))

    assert found["database"] == Level.OK
    assert found["audit"] == Level.OK
    assert {name for name, level in found.items() if level != Level.OK} == {"people"}


def test_a_working_installation_is_well(
    analyst: User, hospital: Organisation, tmp_path: Path
) -> None:
    Sensor.objects.create(name="north", last_batch_at=NOW - timedelta(hours=1))

    assert set(levels(examine_records(NOW, tmp_path)).values()) == {Level.OK}


def test_a_silent_sensor_and_an_unreachable_member_are_named(
    analyst: User, hospital: Organisation, tmp_path: Path
) -> None:
    Sensor.objects.create(name="north", last_batch_at=NOW - timedelta(hours=25))
    hospital.contacts.update(valid_to=NOW - timedelta(days=1))

    warnings = {
        f.name: f.message for f in examine_records(NOW, tmp_path) if f.level == Level.WARNING
    }

    assert warnings == {
        "sensors": "silent for a day: north",
        "contacts": "1 members have no address to be told at",
    }


@pytest.mark.django_db
def test_a_record_from_the_future_means_a_wrong_clock(tmp_path: Path) -> None:
    audit.record(None, "test.done", "test")

    found = levels(examine_records(datetime.now(UTC) - timedelta(hours=1), tmp_path))

    assert found["time"] == Level.ERROR


@pytest.mark.django_db
def test_the_command_prints_an_object_a_line_and_fails_on_errors(made_home: Path) -> None:
    result = CliRunner().invoke(app, ["doctor", "--json"])

    findings = [json.loads(line) for line in result.stdout.splitlines()]
    errors = [finding for finding in findings if finding["level"] == "error"]
    assert all(finding["fix"] for finding in errors)
    assert result.exit_code == (1 if errors else 0)
    assert {"home", "disk", "smtp", "database", "audit"} <= {f["name"] for f in findings}


def test_the_machine_is_examined_without_the_records(made_home: Path) -> None:
    names = {finding.name for finding in examine_machine(Config(), made_home)}

    assert {"home", "permissions", "disk", "clock", "base_url", "port", "smtp"} <= names


@pytest.mark.django_db
def test_files_that_were_put_aside_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "incoming" / "failed").mkdir(parents=True)
    (tmp_path / "incoming" / "failed" / "eve.json").touch()

    found = {f.name: f for f in examine_records(NOW, tmp_path)}

    assert found["incoming"].level == Level.WARNING
    assert str(tmp_path / "incoming" / "failed") in found["incoming"].fix


@pytest.mark.django_db
def test_lines_that_protect_nothing_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "never-match").mkdir()
    (tmp_path / "never-match" / "ours.txt").write_text("9.9.9.9\n0.0.0.0/0\n")

    found = {f.name: f for f in examine_records(NOW, tmp_path)}

    assert found["never_match"].level == Level.WARNING
    assert found["never_match"].fix.startswith("mend line 2 of ")


@pytest.mark.django_db
def test_compiled_artefacts_are_compared_with_the_records(tmp_path: Path) -> None:
    (tmp_path / "artefacts").mkdir()
    (tmp_path / "artefacts" / "ownership-0.arrow").touch()

    found = {f.name: f.message for f in examine_records(NOW, tmp_path)}

    assert found["ownership"] == "compiled at revision 0"
    assert found["indicators"] == "revision 0 is compiled with the next batch"
