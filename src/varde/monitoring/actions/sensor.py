"""Sensors, and whose traffic they see."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.actions.revision import bump_revision
from varde.base.errors import NotAllowed, Refused
from varde.constituency.models import Organisation
from varde.monitoring.models import Sensor, SensorPlacement
from varde.monitoring.policies import may_place_sensors

# It names folders as well: no dots, no slashes.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def known_sensor(name: str) -> Sensor:
    """The sensor called ``name``; noted where it is new. Raises ``Refused`` for a bad name."""
    if not _NAME.fullmatch(name):
        raise Refused(_("A sensor's name has up to 64 letters, digits, hyphens and underscores."))
    found = Sensor.objects.filter(name=name).first()
    if found:
        return found
    with transaction.atomic():
        sensor, created = Sensor.objects.get_or_create(name=name)
        if created:
            audit.record(None, "sensor.first_heard", sensor, name=name)
    return sensor


@transaction.atomic
def place_sensor(
    *,
    sensor: Sensor,
    organisation: Organisation,
    valid_from: datetime,
    valid_to: datetime | None = None,
    actor: User | None = None,
) -> SensorPlacement:
    """Say whose traffic ``sensor`` sees; no two at a time. ``actor`` None: the command line.

    Raises ``Refused`` where it sees somebody's already in that time, or the times are swapped.
    """
    if actor is not None and not may_place_sensors(actor):
        raise NotAllowed(_("You may not place sensors."))
    sensor = Sensor.objects.select_for_update().get(pk=sensor.pk)
    if valid_to is not None and valid_to <= valid_from:
        raise Refused(_("It would end before it begins."))
    if any(_overlaps(other, valid_from, valid_to) for other in sensor.placements.all()):
        raise Refused(_("The sensor sees another member's traffic in that time."))

    placement = SensorPlacement.objects.create(
        sensor=sensor, organisation=organisation, valid_from=valid_from, valid_to=valid_to
    )
    bump_revision("ownership")
    audit.record(actor, "sensor.place", sensor, organisation=organisation.pk, since=valid_from)
    return placement


@transaction.atomic
def end_placement(*, placement: SensorPlacement, at: datetime, actor: User | None = None) -> None:
    """Say that the sensor sees that member's traffic no longer from ``at`` on."""
    if actor is not None and not may_place_sensors(actor):
        raise NotAllowed(_("You may not place sensors."))
    placement = SensorPlacement.objects.select_for_update().get(pk=placement.pk)
    if placement.valid_to is not None and placement.valid_to <= at:
        raise Refused(_("It has ended already."))
    if at <= placement.valid_from:
        raise Refused(_("It would end before it begins."))

    placement.valid_to = at
    placement.save(update_fields=["valid_to"])
    bump_revision("ownership")
    audit.record(actor, "sensor.placement_end", placement.sensor, until=at)


def _overlaps(other: SensorPlacement, start: datetime, end: datetime | None) -> bool:
    begins_before = end is None or other.valid_from < end
    ends_after = other.valid_to is None or other.valid_to > start
    return begins_before and ends_after
