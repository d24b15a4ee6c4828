from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from varde.base.drawing import COUNTY_TILES, Period, tiles, validity

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CODES = [code for code, *_rest in COUNTY_TILES]


def test_every_county_has_a_tile_of_its_own() -> None:
    drawn = tiles({}, {})

    assert len({tile.code for tile in drawn}) == 15
    assert len({(tile.x, tile.y) for tile in drawn}) == 15
    assert {tile.step for tile in drawn} == {0}


@given(st.dictionaries(st.sampled_from(CODES), st.integers(0, 10**9)))
def test_a_tile_is_darker_the_more_there_is(values: dict[str, int]) -> None:
    drawn = sorted(tiles(values, {}), key=lambda tile: tile.value)

    steps = [tile.step for tile in drawn]
    assert steps == sorted(steps)
    assert all((tile.step == 0) == (tile.value == 0) for tile in drawn)
    assert max(steps) == (4 if any(values.values()) else 0)


def test_bars_stand_where_their_time_is() -> None:
    handover = datetime(2025, 1, 1, tzinfo=UTC)
    before = Period("before", datetime(2000, 1, 1, tzinfo=UTC), handover, kind="other")
    after = Period("after", handover, None)

    drawn = validity([before, after], NOW)

    assert [mark.year for mark in drawn.marks] == [2023, 2024, 2025, 2026]
    assert drawn.bars[0].x == 0
    assert drawn.bars[1].x == drawn.marks[2].x == drawn.bars[0].width
    assert drawn.bars[1].x + drawn.bars[1].width == 100
    assert [bar.is_past for bar in drawn.bars] == [True, False]


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=9000)),
)
def test_no_bar_leaves_the_drawing(start: datetime, length: timedelta | None) -> None:
    bar = validity([Period("x", start, start + length if length else None)], NOW).bars[0]

    assert 0 <= bar.x <= 100
    assert 0.5 <= bar.width <= 100


def test_a_leap_day_is_no_obstacle() -> None:
    assert validity([], datetime(2028, 2, 29, tzinfo=UTC)).marks[0].year == 2025
