"""Three members, alerts at each, and canaries: strings that must stay with their member."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.people import make_organisation
from varde.base.marking import TLP
from varde.constituency.enums import OrganisationKind
from varde.constituency.models import Organisation
from varde.monitoring.enums import AlertStatus, DetectionKind, Direction, LogFormat, Severity
from varde.monitoring.models import Alert, AlertEvent, Batch, Sensor

SEEN = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
EVIL = "203.0.113.66"

MakeAlert = Callable[..., Alert]


@pytest.fixture
def municipality(db: None) -> Organisation:
    return make_organisation(
        "dal-municipality",
        kind=OrganisationKind.MUNICIPALITY,
        network="2001:db8:da1::/48",
        domain="dal-municipality.example",
        language="en",
    )


@pytest.fixture
def batch(db: None) -> Batch:
    sensor = Sensor.objects.create(name="sensor-at-fjord-hospital")
    return Batch.objects.create(
        sensor=sensor, sha256="0" * 64, origin="eve.json", format=LogFormat.SURICATA, size=1
    )


def claim(source: str = "Open feed", tlp: TLP = TLP.AMBER, **changes: Any) -> dict[str, Any]:
    facts = {"confidence": 90, "pap": "amber", "reference": "", "context": "ransomware"}
    return {"source": source, "tlp": tlp.value, **facts, **changes}


@pytest.fixture
def make_alert(batch: Batch) -> MakeAlert:
    """An indicator's alert with one event: the member's host spoke with a bad address."""

    def make(member: Organisation | None, host: str, **changes: Any) -> Alert:
        number = Alert.objects.count() + 1
        event = changes.pop("event", {})
        facts: dict[str, Any] = {
            "key": hashlib.sha256(str(number).encode()).hexdigest(),
            "kind": DetectionKind.INDICATOR,
            "detection": f"indicator:ip:{EVIL}",
            "title": f"Contact with {EVIL}",
            "indicator_type": "ip",
            "indicator": EVIL,
            "severity": Severity.HIGH,
            "status": AlertStatus.NEW,
            "tlp": TLP.AMBER,
            "count": 3,
            "window_start": SEEN.replace(hour=0),
            "first_seen": SEEN,
            "last_seen": SEEN + timedelta(minutes=5),
            "why": {"claims": [claim()], "hosts": {host: 3}},
        }
        alert = Alert.objects.create(member=member, **facts | changes)
        add_event(alert, batch, host, line=number, **event)
        return alert

    return make


@pytest.fixture
def three(
    hospital: Organisation,
    pharmacy: Organisation,
    municipality: Organisation,
    make_alert: MakeAlert,
) -> list[Alert]:
    return [
        make_alert(hospital, "192.0.2.5"),
        make_alert(pharmacy, "198.51.100.7"),
        make_alert(municipality, "2001:db8:da1::9"),
    ]


def add_event(alert: Alert, batch: Batch, host: str, *, line: int, **changes: Any) -> AlertEvent:
    facts: dict[str, Any] = {
        "table": "flow",
        "at": SEEN,
        "sensor": batch.sensor.name,
        "source_address": host,
        "source_port": 51515,
        "destination_address": EVIL,
        "destination_port": 443,
        "protocol": "tcp",
        "address": host,
        "direction": Direction.OUTBOUND,
        "field": "dest_ip",
        "observed": EVIL,
    }
    return AlertEvent.objects.create(alert=alert, batch=batch, line=line, **facts | changes)
