"""Counts and ages for the people who run it."""

from datetime import timedelta

from django.utils import timezone

from varde.accounts.models import User
from varde.constituency.models import Organisation
from varde.monitoring.models import Sensor
from varde.project.queries import members_without_contact, people, queues, silent_sensors


def test_empty_queues_are_not_overdue(db: None) -> None:
    assert set(queues(timezone.now())) == {"outbox", "jobs"}
    assert all(
        queue == {"count": 0, "oldest_seconds": 0.0} for queue in queues(timezone.now()).values()
    )


def test_a_contact_of_the_past_does_not_reach_a_member(hospital: Organisation) -> None:
    now = timezone.now()
    assert members_without_contact(now) == 0

    hospital.contacts.update(valid_to=now - timedelta(seconds=1))

    assert members_without_contact(now) == 1


def test_only_those_who_can_log_in_are_people(analyst: User, lead: User) -> None:
    User.objects.filter(pk=lead.pk).update(is_active=False)

    assert people() == {"analyst": 1}


def test_a_sensor_that_was_never_heard_is_not_silent(db: None) -> None:
    now = timezone.now()
    Sensor.objects.create(name="new")
    Sensor.objects.create(name="old", last_batch_at=now - timedelta(hours=2))

    assert silent_sensors(now, timedelta(hours=1)) == ["old"]
    assert silent_sensors(now, timedelta(hours=3)) == []
