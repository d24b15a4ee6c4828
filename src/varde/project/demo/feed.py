"""Live traffic: every few seconds a file from one of the sensors, dropped for the detector."""

from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from threading import Event as Stop

from varde.project.demo import story
from varde.project.demo.eve import Event, stamp
from varde.project.demo.everyday import everyday
from varde.project.demo.history import lines
from varde.project.demo.world import SENSORS, Sensor

EVERY = timedelta(seconds=3)
# An audience does not wait a quarter of an hour for something to happen.
PACE = 12.0
NEXT_VICTIM_AFTER = timedelta(seconds=75)
NEXT_VICTIM_EVERY = timedelta(seconds=40)
NEXT_VICTIM_SENSOR = "nordvarme-01"


def run_feed(home: Path, stop: Stop) -> None:
    """Drop files into ``home`` until ``stop`` is set."""
    began = datetime.now(UTC)
    told = {sensor.name: began for sensor in SENSORS}
    pending: dict[str, list[Event]] = {sensor.name: [] for sensor in SENSORS}
    for sensor in cycle(SENSORS):
        if stop.wait(EVERY.total_seconds()):
            return
        now = datetime.now(UTC)
        begun = pending[sensor.name] + begins(sensor, told[sensor.name], now, began)
        over, pending[sensor.name] = split(begun, now)
        told[sensor.name] = now
        if over:
            drop(home, sensor.name, now, lines(over))


def begins(sensor: Sensor, last: datetime, now: datetime, began: datetime) -> list[Event]:
    """What began at ``sensor`` since ``last``; the next victim calls home from a minute on."""
    events = list(everyday(sensor, last, now, pace=PACE))
    if sensor.name == NEXT_VICTIM_SENSOR and calls_between(last - began, now - began):
        events += story.next_victim(now)
    return events


def split(events: list[Event], now: datetime) -> tuple[list[Event], list[Event]]:
    """Those that a sensor has written by ``now``, and those that it will write later."""
    over = [event for event in events if str(event["timestamp"]) <= stamp(now)]
    later = [event for event in events if str(event["timestamp"]) > stamp(now)]
    return over, later


def calls_between(before: timedelta, after: timedelta) -> bool:
    """Whether one of the next victim's calls falls into the time since the beginning."""

    def calls(elapsed: timedelta) -> int:
        late = elapsed - NEXT_VICTIM_AFTER
        return late // NEXT_VICTIM_EVERY + 1 if late >= timedelta(0) else 0

    return calls(after) > calls(before)


def drop(home: Path, sensor: str, now: datetime, content: bytes) -> Path:
    """Write a file aside and rename it into place, as a sensor must: what is there is whole."""
    folder = home / "incoming" / sensor
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = home / f"feed-{sensor}.part"
    aside.write_bytes(content)
    place = folder / f"eve-{now:%Y%m%dT%H%M%S%f}.json"
    return aside.replace(place)
