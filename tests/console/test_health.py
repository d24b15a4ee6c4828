from datetime import timedelta

from django.test import Client
from django.utils import timezone

from tests.console.conftest import ESCAPED, HOSTILE, queries, text
from varde.monitoring.models import Batch, Sensor


def _send(sensor: Sensor, number: int, *, minutes_ago: int = 1) -> None:
    now = timezone.now()
    Batch.objects.create(
        sensor=sensor,
        sha256=f"{number:064d}",
        origin=HOSTILE,
        format="suricata",
        state="done",
        size=1,
        received=10,
        stored=7,
        dead_lettered=3,
        dead_letter_reasons={"not_json": 2, "<b>": 1},
    )
    sensor.last_batch_at = now - timedelta(minutes=minutes_ago)
    sensor.last_event_at = now - timedelta(minutes=minutes_ago + 9)
    sensor.save()


def test_health_accounts_for_every_line(at_desk: Client) -> None:
    _send(Sensor.objects.create(name="loud"), 1)
    _send(Sensor.objects.create(name="quiet"), 2, minutes_ago=90)

    page = text(at_desk, "/console/health/")

    assert "not JSON: 2, &lt;b&gt;: 1" in page
    assert ">speaks<" in page
    assert ">silent<" in page
    assert "9 min" in page
    assert ESCAPED in page
    assert HOSTILE not in page


def test_health_takes_as_many_queries_for_three_sensors_as_for_one(at_desk: Client) -> None:
    _send(Sensor.objects.create(name="one"), 1)
    for_one = queries(at_desk, "/console/health/")
    for number in (2, 3):
        _send(Sensor.objects.create(name=f"more-{number}"), number)

    assert queries(at_desk, "/console/health/") == for_one


def test_health_without_sensors_says_what_to_do(at_desk: Client) -> None:
    assert "varde ingest FILE" in text(at_desk, "/console/health/")
