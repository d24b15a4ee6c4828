from datetime import UTC, datetime, timedelta

import pytest

from varde.accounts.models import User
from varde.base.errors import NotAllowed, Refused
from varde.base.models import AuditEntry
from varde.base.queries import current_revision
from varde.constituency.models import Organisation
from varde.monitoring.actions.sensor import end_placement, known_sensor, place_sensor
from varde.monitoring.models import Sensor

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


def test_a_sensor_is_noted_when_it_is_first_heard() -> None:
    assert known_sensor("torg-1") == known_sensor("torg-1")

    assert Sensor.objects.count() == 1
    assert AuditEntry.objects.filter(action="sensor.first_heard").count() == 1


def test_placing_a_sensor_compiles_attribution_anew(sensor: Sensor, pharmacy: Organisation) -> None:
    before = current_revision("ownership")

    placement = place_sensor(sensor=sensor, organisation=pharmacy, valid_from=START)
    end_placement(placement=placement, at=START + WEEK)

    assert current_revision("ownership") == before + 2
    placement.refresh_from_db()
    assert placement.valid_to == START + WEEK


def test_two_placements_of_a_sensor_do_not_overlap(
    sensor: Sensor, hospital: Organisation, pharmacy: Organisation
) -> None:
    place_sensor(sensor=sensor, organisation=pharmacy, valid_from=START, valid_to=START + WEEK)

    for start, end in [
        (START + WEEK / 2, None),
        (START - WEEK, None),
        (START - WEEK, START + timedelta(seconds=1)),
    ]:
        with pytest.raises(Refused):
            place_sensor(sensor=sensor, organisation=hospital, valid_from=start, valid_to=end)
    place_sensor(sensor=sensor, organisation=hospital, valid_from=START + WEEK)
    place_sensor(sensor=sensor, organisation=hospital, valid_from=START - WEEK, valid_to=START)


def test_times_must_make_sense(sensor: Sensor, pharmacy: Organisation) -> None:
    with pytest.raises(Refused):
        place_sensor(sensor=sensor, organisation=pharmacy, valid_from=START, valid_to=START)
    placement = place_sensor(sensor=sensor, organisation=pharmacy, valid_from=START)
    with pytest.raises(Refused):
        end_placement(placement=placement, at=START)
    end_placement(placement=placement, at=START + WEEK)
    with pytest.raises(Refused):
        end_placement(placement=placement, at=START + WEEK * 2)


def test_only_leads_and_administrators_place_sensors(
    sensor: Sensor, pharmacy: Organisation, analyst: User, outsider: User, lead: User
) -> None:
    for person in (analyst, outsider):
        with pytest.raises(NotAllowed):
            place_sensor(sensor=sensor, organisation=pharmacy, valid_from=START, actor=person)
    placement = place_sensor(sensor=sensor, organisation=pharmacy, valid_from=START, actor=lead)
    with pytest.raises(NotAllowed):
        end_placement(placement=placement, at=START + WEEK, actor=outsider)
