"""Where things stand in the drawings of the screens: pure arithmetic, no markup."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

# The fifteen counties on a grid of five columns, roughly where they lie: ISO code, column, row.
COUNTY_TILES: tuple[tuple[str, str, int, int], ...] = (
    ("NO-56", "FI", 4, 0),
    ("NO-55", "TR", 3, 0),
    ("NO-18", "NO", 3, 1),
    ("NO-50", "TL", 2, 2),
    ("NO-15", "MR", 1, 3),
    ("NO-34", "IN", 2, 3),
    ("NO-46", "VE", 0, 4),
    ("NO-33", "BU", 1, 4),
    ("NO-03", "OS", 2, 4),
    ("NO-32", "AK", 3, 4),
    ("NO-11", "RO", 0, 5),
    ("NO-40", "TE", 1, 5),
    ("NO-39", "VF", 2, 5),
    ("NO-31", "ØF", 3, 5),
    ("NO-42", "AG", 1, 6),
)
_TILE_WIDTH, _TILE_HEIGHT = 64, 48
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Tile:
    code: str
    short: str
    name: str
    value: int
    step: int  # 0 (nothing) to 4 (the most)
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.x + _TILE_WIDTH // 2


def tiles(values: Mapping[str, int], names: Mapping[str, str]) -> list[Tile]:
    """A tile for each county; ``values`` and ``names`` by ISO code."""
    most = max(values.values(), default=0)
    return [
        Tile(
            code=code,
            short=short,
            name=names.get(code, code),
            value=(value := values.get(code, 0)),
            step=-(-value * _STEPS // most) if most else 0,
            x=column * _TILE_WIDTH,
            y=row * _TILE_HEIGHT,
        )
        for code, short, column, row in COUNTY_TILES
    ]


@dataclass(frozen=True, slots=True)
class Period:
    """Something that held from ``start`` until ``end`` (None: it still does)."""

    label: str
    start: datetime
    end: datetime | None
    kind: str = ""  # "other" where it was somebody else's


@dataclass(frozen=True, slots=True)
class Bar:
    period: Period
    x: float
    width: float
    is_past: bool


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    year: int


@dataclass(frozen=True, slots=True)
class Validity:
    """One bar for each period; every place is in percent of the width."""

    bars: Sequence[Bar]
    marks: Sequence[Mark]
    now: float


_YEARS_SHOWN = 3
_SHORTEST = 0.5


def validity(periods: Iterable[Period], now: datetime) -> Validity:
    """Bars from three years back (or the first change since) until half a year ahead.

    What began before is cut at the left edge: nearly everything is older than the picture.
    """
    first = now.replace(year=now.year - _YEARS_SHOWN, month=1, day=1, hour=0, minute=0)
    span = (now - first) * 1.12

    def place(moment: datetime) -> float:
        return max(0.0, min(100.0, (moment - first) / span * 100))

    bars = []
    for period in periods:
        left = place(period.start)
        right = place(period.end) if period.end else 100.0
        bars.append(
            Bar(
                period=period,
                x=round(left, 1),
                width=round(max(right - left, _SHORTEST), 1),
                is_past=bool(period.end and period.end <= now),
            )
        )
    marks = [
        Mark(round(place(first.replace(year=year)), 1), year)
        for year in range(first.year, now.year + 1)
    ]
    return Validity(bars, marks, round(place(now), 1))
