import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from varde.base.models import AuditEntry
from varde.engine.lake import Lake
from varde.monitoring.actions.ingest import ingest_stream
from varde.monitoring.actions.retention import forget_raw, tend_lake
from varde.monitoring.models import Batch
from varde.monitoring.segments import read_raw

pytestmark = pytest.mark.django_db

EVENT = b'{"timestamp":"2026-03-14T12:00:00.000000+0000","event_type":"flow"}\n'


def take_in(content: bytes) -> Batch:
    ingest_stream(io.BytesIO(content), origin="eve.json", sensor="fjord-1")
    return Batch.objects.latest("id")


@pytest.mark.usefixtures("home")
def test_raw_lines_go_when_their_days_are_over_and_the_batch_stays() -> None:
    batch = take_in(EVENT + b"no json\n")
    now = timezone.now()

    assert forget_raw(now=now + timedelta(days=13), days=14) == 0
    assert read_raw("fjord-1", batch.sha256)
    assert forget_raw(now=now + timedelta(days=15), days=14) == 2

    assert read_raw("fjord-1", batch.sha256) is None
    assert Batch.objects.get().stored == 1
    assert AuditEntry.objects.filter(action="raw.forget").count() == 1


def test_the_lake_forgets_by_receipt_and_keeps_the_rest(home: Path) -> None:
    take_in(EVENT)
    take_in(EVENT.replace(b"flow", b"dns"))
    now = timezone.now()

    assert tend_lake(now=now, days=365) == 0
    counted = Lake(home / "lake").query("select count(*) as n from events")
    assert counted["n"][0].as_py() == 2

    assert tend_lake(now=now + timedelta(days=367), days=365) > 0
    counted = Lake(home / "lake").query("select count(*) as n from events")
    assert counted["n"][0].as_py() == 0
    assert AuditEntry.objects.filter(action="lake.forget").count() == 1
