"""``varde notices``."""

import json

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from tests.incidents.conftest import MakeAlert, batch, make_alert, municipality, three
from varde.accounts.models import User
from varde.constituency.models import Organisation
from varde.incidents.actions.answer import record_answer
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Notice
from varde.monitoring.models import Alert
from varde.notify.actions.delivery import deliver_due
from varde.project.cli import app

__all__ = ["batch", "make_alert", "municipality", "three"]


@pytest.fixture
def told(three: list[Alert], analyst: User) -> list[Notice]:
    notices = send_notices(alerts=three, actor=analyst)
    record_answer(token=notices[1].notification.secret, kind="fixed", comment="Reinstalled.")
    deliver_due(now=timezone.now(), worker="w", limit=50)
    return notices


def rows(*arguments: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, ["notices", "--json", *arguments])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_each_notice_is_one_object_with_its_deliveries_and_its_answer(told: list[Notice]) -> None:
    found = {row["member"]: row for row in rows()}

    assert set(found) == {"dal-municipality", "fjord-hospital", "torg-pharmacy"}
    hospital = found["fjord-hospital"]
    assert hospital["number"] == told[1].number
    assert hospital["alerts"] == [str(alert.uid) for alert in told[1].alerts.all()]
    assert (hospital["answer"], hospital["comment"]) == ("fixed", "Reinstalled.")
    assert hospital["tlp"] == "amber"
    [delivery] = hospital["deliveries"]
    assert delivery["address"] == "security@fjord-hospital.example"
    assert delivery["state"] == "captured"
    assert len(delivery["attempts"]) == 1
    assert delivery["message_id"].startswith("<")


def test_a_member_and_the_unanswered_can_be_asked_for(told: list[Notice]) -> None:
    assert [row["member"] for row in rows("--member", "torg-pharmacy")] == ["torg-pharmacy"]
    assert len(rows("--unanswered")) == 2


def test_no_output_holds_a_link(told: list[Notice]) -> None:
    tokens = [notice.notification.secret for notice in told]

    for arguments in (["notices"], ["notices", "--json"]):
        output = CliRunner().invoke(app, arguments).output
        assert told[0].number in output
        assert not any(token in output for token in tokens)
        assert "/n/" not in output


def test_nothing_found_has_its_own_code(hospital: Organisation) -> None:
    assert CliRunner().invoke(app, ["notices"]).exit_code == 3


def test_what_is_shown_cannot_steer_a_terminal(
    hospital: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    hospital.handle = "fjord"
    hospital.save()
    [notice] = send_notices(alerts=[make_alert(hospital, "192.0.2.5")], actor=analyst)
    Notice.objects.filter(pk=notice.pk).update(subject="\x1b[2Jgone")

    output = CliRunner().invoke(app, ["notices"]).output

    assert "\x1b[2J" not in output
