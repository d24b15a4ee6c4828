from datetime import UTC, datetime, timedelta

from varde.console.charts import hours_chart, lines_chart

START = datetime(2026, 11, 24, tzinfo=UTC)
HOURS = [START, START + timedelta(hours=1)]


def test_hours_become_bars() -> None:
    assert hours_chart(list(zip(HOURS, [3, 4], strict=True)), "Events") == {
        "kind": "bars",
        "x": [1795478400, 1795482000],
        "series": [{"label": "Events", "color": "fjord", "values": [3, 4]}],
    }


def test_columns_share_their_hours() -> None:
    chart = lines_chart(HOURS, {"fjord": ("All", [3, 4]), "danger": ("Severe", [1, 0])})

    assert [line["color"] for line in chart["series"]] == ["fjord", "danger"]
    assert chart["x"] == [1795478400, 1795482000]
