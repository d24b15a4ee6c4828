"""Figures as the charts of our pages take them: seconds and columns of numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict


class Series(TypedDict):
    label: str
    color: str
    values: list[int]


class Chart(TypedDict):
    kind: str
    x: list[int]
    series: list[Series]


def hours_chart(hours: Sequence[tuple[datetime, int]], label: str, color: str = "fjord") -> Chart:
    """One bar for each hour."""
    return Chart(
        kind="bars",
        x=[int(hour.timestamp()) for hour, _count in hours],
        series=[Series(label=label, color=color, values=[count for _hour, count in hours])],
    )


def lines_chart(
    hours: Sequence[datetime], columns: Mapping[str, tuple[str, Sequence[int]]], kind: str = "line"
) -> Chart:
    """Several columns over the same hours; ``columns`` by theme colour: (label, values)."""
    return Chart(
        kind=kind,
        x=[int(hour.timestamp()) for hour in hours],
        series=[
            Series(label=label, color=color, values=list(values))
            for color, (label, values) in columns.items()
        ],
    )
