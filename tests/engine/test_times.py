"""Times are read exactly, or are null with a reason."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.eve import RECEIVED
from varde.engine.parsers.times import parse_epoch, parse_iso

MOMENTS = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2026, 11, 24),  # noqa: DTZ001 - as above
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(st.lists(MOMENTS))
def test_every_time_suricata_can_write_is_read_to_the_microsecond(moments: list[datetime]) -> None:
    texts = [moment.strftime("%Y-%m-%dT%H:%M:%S.%f%z") for moment in moments]

    times = parse_iso(pa.array(texts, pa.string()), RECEIVED)

    assert times.time.to_pylist() == [moment.astimezone(UTC) for moment in moments]
    assert times.flag.null_count == len(moments)


@given(st.lists(st.one_of(st.text(), MOMENTS.map(str), st.none(), st.just("2026-01-01T00:00:00"))))
def test_a_time_is_read_or_flagged_whatever_it_says(texts: list[str | None]) -> None:
    for parse in (parse_iso, parse_epoch):
        times = parse(pa.array(texts, pa.string()), RECEIVED)

        for text, time, flag in zip(
            texts, times.time.to_pylist(), times.flag.to_pylist(), strict=True
        ):
            assert time is not None or flag is not None, text
            assert time is None or time.year >= 1970


def test_one_odd_time_in_many_leaves_the_others_alone() -> None:
    texts = ["2026-11-24T11:00:00.000000+0000"] * 10_000
    texts[7_777] = "soon"

    times = parse_iso(pa.array(texts), RECEIVED)

    assert times.time.null_count == 1
    assert times.flag[7_777].as_py() == "unreadable"
    assert times.flag.null_count == 9_999


def test_zeek_seconds_are_read_to_the_microsecond() -> None:
    times = parse_epoch(pa.array(["1521911720.600843", "0.000000", None, "x", "-5"]), RECEIVED)

    assert times.time.to_pylist()[:2] == [
        datetime(2018, 3, 24, 17, 15, 20, 600843, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
    ]
    assert times.flag.to_pylist() == [None, None, "missing", "unreadable", "out_of_range"]
