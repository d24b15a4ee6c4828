from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from varde.intel.models import Claim, Indicator, Source
from varde.monitoring.enums import BatchState, LogFormat
from varde.monitoring.models import Batch, Sensor
from varde.monitoring.queries.indicators import forget_indicators
from varde.monitoring.queries.ownership import forget_ownership

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """An installation's own folder, with nothing compiled yet."""
    settings.VARDE_HOME = tmp_path / "home"
    forget_ownership()
    forget_indicators()
    yield settings.VARDE_HOME
    forget_ownership()
    forget_indicators()


@pytest.fixture
def sensor(db: None) -> Sensor:
    return Sensor.objects.create(name="fjord-1")


def make_batch(sensor: Sensor, number: int = 1) -> Batch:
    return Batch.objects.create(
        sensor=sensor,
        sha256=f"{number:064x}",
        origin="eve.json",
        format=LogFormat.SURICATA,
        state=BatchState.RECEIVED,
        size=1,
    )


@pytest.fixture
def batch(sensor: Sensor) -> Batch:
    return make_batch(sensor)


def make_indicator(
    value: str = "evil.example", *, kind: str = "domain", confidence: int = 80, tlp: str = "green"
) -> Indicator:
    source, _ = Source.objects.get_or_create(slug="partner", defaults={"name": "Partner"})
    indicator = Indicator.objects.create(type=kind, value=value, created_at=LONG_AGO)
    Claim.objects.create(
        indicator=indicator,
        source=source,
        tlp=tlp,
        pap="amber",
        confidence=confidence,
        first_seen=LONG_AGO,
        last_seen=LONG_AGO,
        context="Emotet",
        reference="https://partner.example/7",
    )
    return indicator


@pytest.fixture
def indicator(db: None) -> Indicator:
    return make_indicator()
