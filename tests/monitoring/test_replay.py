import io
from pathlib import Path

import pytest

from varde.monitoring.actions.ingest import ingest_stream
from varde.monitoring.actions.replay import replay_unread
from varde.monitoring.models import Batch
from varde.monitoring.segments import UnreadLine, keep_unread

pytestmark = pytest.mark.django_db

EVENT = b'{"timestamp":"2026-03-14T12:00:00.000000+0000","event_type":"flow"}\n'


def unread_files(home: Path) -> list[Path]:
    return sorted((home / "dead-letters").glob("*.jsonl"))


def test_lines_that_still_cannot_be_read_stay_unread(home: Path) -> None:
    ingest_stream(io.BytesIO(b"no json\n" + EVENT), origin="eve.json", sensor="fjord-1")

    first = replay_unread()
    second = replay_unread()

    assert (first.received, first.dead_lettered) == (1, 1)
    assert (second.received, second.duplicate) == (1, 1)
    assert len(unread_files(home)) == 1


def test_lines_that_can_be_read_by_now_are_stored_in_their_sensors_name(home: Path) -> None:
    ingest_stream(io.BytesIO(EVENT), origin="eve.json", sensor="fjord-1")
    batch = Batch.objects.get()
    # As an older parser would have left it.
    keep_unread(batch.uid, [UnreadLine(1, EVENT.replace(b"flow", b"dns").strip(), "too_deep")])

    report = replay_unread()

    assert (report.stored, report.dead_lettered) == (1, 0)
    assert unread_files(home) == []
    latest = Batch.objects.latest("id")
    assert (latest.sensor, latest.origin) == (batch.sensor, "unread lines of eve.json")


def test_files_that_are_not_ours_are_left_alone(home: Path) -> None:
    (home / "dead-letters").mkdir(parents=True)
    (home / "dead-letters" / "notes.jsonl").write_text("mine\n")

    assert replay_unread().received == 0
    assert len(unread_files(home)) == 1
