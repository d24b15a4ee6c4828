"""The logs of the sensors: what they have seen until now, and what they see from now on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import orjson

from varde.project.demo import story
from varde.project.demo.eve import Event, stamp
from varde.project.demo.everyday import everyday
from varde.project.demo.world import SENSORS, Sensor

DAYS = 7


def history(sensor: Sensor, now: datetime) -> bytes:
    """The ``eve.json`` of ``sensor`` for the last seven days, the story in its place."""
    events: list[Event] = []
    for day in range(DAYS):
        begin = now - timedelta(days=DAYS - day)
        events += everyday(sensor, begin, begin + timedelta(days=1))
    for step in story.story(now):
        if step.sensor == sensor.name:
            events += step.events
    # A talk that has begun may end after now.
    return lines(event for event in events if str(event["timestamp"]) <= stamp(now))


def histories(now: datetime) -> dict[str, bytes]:
    """The log of every sensor, by its name."""
    return {sensor.name: history(sensor, now) for sensor in SENSORS}


def lines(events: Iterable[Event]) -> bytes:
    """Events as a sensor writes them: one a line, in the order of their times."""
    ordered = sorted(events, key=lambda event: str(event["timestamp"]))
    return b"".join(orjson.dumps(event) + b"\n" for event in ordered)
