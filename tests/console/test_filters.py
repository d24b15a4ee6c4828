from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.console.filters import alert_filter, moment
from varde.monitoring.queries import AlertFilter, AlertOrder

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = ("status", "severity", "kind", "member", "text", "period", "since", "until", "order")


def test_an_address_that_asks_nothing_means_what_nobody_has_looked_at() -> None:
    assert alert_filter({}, NOW) == AlertFilter(status="new")


def test_an_address_says_all_there_is_to_ask() -> None:
    asked = {
        "status": "all",
        "severity": "3",
        "kind": "indicator",
        "member": " fjord-hospital ",
        "detection": "suricata:1",
        "text": "evil",
        "period": "24h",
        "order": "count",
        "after": "1~2~3",
    }

    assert alert_filter(asked, NOW) == AlertFilter(
        severity=3,
        kind="indicator",
        member="fjord-hospital",
        detection="suricata:1",
        text="evil",
        since=NOW - timedelta(days=1),
        order=AlertOrder.COUNT,
        after="1~2~3",
    )


@pytest.mark.parametrize("written", ["2026-11-24T10:00", "2026-11-24T09:00:00Z"])
def test_a_time_is_read_by_the_readers_clock(written: str) -> None:
    assert moment(written) == NOW


@pytest.mark.parametrize("written", ["", "yesterday", "2026-13-45T99:99", "24.11.2026"])
def test_what_is_no_time_is_none(written: str) -> None:
    assert moment(written) is None


@given(st.dictionaries(st.sampled_from(NAMES), st.text()))
def test_no_address_can_break_the_filter(asked: dict[str, str]) -> None:
    found = alert_filter(asked, NOW)

    assert found.status in {"", "new", "in_case", "true", "false", "informational"}
    assert 0 <= found.severity <= 4
