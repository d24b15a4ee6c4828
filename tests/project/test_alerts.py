"""``varde alerts``: as a shell and a program see it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from typer.testing import CliRunner, Result

from varde.constituency.models import Organisation
from varde.monitoring.enums import DetectionKind, Severity
from varde.monitoring.models import Alert
from varde.project.cli import app

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["alerts", *arguments])


def make(number: int, member: Organisation | None, **facts: object) -> Alert:
    given: dict[str, object] = {
        "key": f"{number:064x}",
        "kind": DetectionKind.INDICATOR,
        "detection": "indicator:domain:evil.example",
        "title": "evil.example",
        "indicator_type": "domain",
        "indicator": "evil.example",
        "member": member,
        "severity": Severity.HIGH,
        "count": number,
        "window_start": NOON.replace(hour=0),
        "first_seen": NOON,
        "last_seen": NOON,
        "why": {"events": number},
    }
    return Alert.objects.create(**(given | facts))


@pytest.fixture
def three(hospital: Organisation, pharmacy: Organisation) -> list[Alert]:
    return [
        make(1, hospital),
        make(2, pharmacy, status="true", severity=Severity.LOW),
        make(3, None, last_seen=timezone.now()),
    ]


def found(*arguments: str) -> list[int]:
    done = run("--json", *arguments)
    return [json.loads(line)["count"] for line in done.stdout.splitlines()]


@pytest.mark.usefixtures("three")
def test_each_alert_is_an_object_on_a_line() -> None:
    done = run("--json", "--member", "fjord-hospital")

    assert done.exit_code == 0
    alert = json.loads(done.stdout)
    assert alert["member"] == "fjord-hospital"
    assert (alert["detection"], alert["indicator"]) == (
        "indicator:domain:evil.example",
        "evil.example",
    )
    assert (alert["severity"], alert["status"], alert["count"]) == ("high", "new", 1)
    assert alert["first_seen"] == alert["last_seen"] == NOON.isoformat()
    assert alert["why"] == {"events": 1}
    assert alert["id"] == str(Alert.objects.get(count=1).uid)


@pytest.mark.usefixtures("three")
def test_filters_narrow_the_list() -> None:
    assert found() == [3, 1, 2]
    assert found("--status", "true") == [2]
    assert found("--member", "-") == [3]
    assert found("--since", "24h") == [3]
    assert found("--since", "2026-03-14T00:00") == [3, 1, 2]
    assert found("--limit", "1") == [3]
    assert found("--limit", "0") == [3, 1, 2]


@pytest.mark.usefixtures("three")
def test_people_get_a_table() -> None:
    done = run()

    assert done.exit_code == 0
    assert "evil.example" in done.stdout


def test_nothing_found_and_wrong_usage_have_their_codes() -> None:
    assert run().exit_code == 3
    assert run("--status", "odd").exit_code == 2
    assert run("--since", "yesterday").exit_code == 2


def test_control_characters_do_not_reach_the_terminal(hospital: Organisation) -> None:
    make(1, hospital, title="red \x1b[31m alarm", last_seen=NOON + timedelta(hours=1))

    assert "\x1b[31m" not in run().stdout
