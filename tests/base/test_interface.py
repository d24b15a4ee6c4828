"""How values look on a page, and what every page knows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone, translation

from varde.base.interface import interface
from varde.base.templatetags.interface import (
    age,
    icon,
    item,
    moment,
    number,
    page_numbers,
    percent_of,
    severity,
    span,
    status,
    status_color,
)

# Winter and summer: Oslo is one and two hours ahead.
WINTER = datetime(timezone.now().year, 1, 5, 22, 30, 7, tzinfo=UTC)
SUMMER = datetime(2019, 7, 5, 22, 30, 7, tzinfo=UTC)


@pytest.fixture(params=["nb", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def _inner(html: str) -> str:
    return html.partition(">")[2].removesuffix("</time>")


def test_times_are_local_and_of_24_hours(language: str) -> None:
    winter, summer = ("5. jan 23:30", "6. jul 2019 00:30")
    if language == "en":
        winter, summer = ("5 Jan 23:30", "6 Jul 2019 00:30")

    assert _inner(moment(WINTER)) == winter
    assert _inner(moment(SUMMER)) == summer
    assert _inner(moment(WINTER, "second")) == f"{winter}:07"
    assert _inner(moment(WINTER, "clock")) == "23:30"
    assert _inner(moment(WINTER, "day")) == winter.removesuffix(" 23:30")
    assert 'datetime="2019-07-05T22:30:07+00:00" title="2019-07-06 00:30:07 CEST"' in moment(SUMMER)
    assert moment(None) == "–"


def test_numbers_are_grouped_as_the_language_does(language: str) -> None:
    expected = ["1,234,567", "1,234.5"] if language == "en" else ["1 234 567", "1 234,5"]

    shown = [number(1234567).replace("\u202f", " "), number(1234.5).replace("\u202f", " ")]

    assert shown == expected
    assert number(None) == "–"


def test_spans_are_told_in_their_largest_unit() -> None:
    lengths = [timedelta(seconds=59), timedelta(minutes=59), timedelta(hours=47), timedelta(days=2)]
    with translation.override("en"):
        assert [span(length) for length in lengths] == ["under 1 min", "59 min", "47 h", "2 days"]
        assert age(timezone.now() - timedelta(minutes=5, seconds=2)) == "5 min"
    assert (span(None), age(None)) == ("–", "–")


def test_severity_is_bars_and_a_word() -> None:
    drawn = severity(3, "<High>")

    assert drawn.count('class="on"') == 3
    assert drawn.count("<rect") == 4
    assert "&lt;High&gt;" in drawn


def test_icons_are_decoration_unless_they_have_a_label() -> None:
    assert 'aria-hidden="true"' in icon("alert")
    assert 'role="img" aria-label="&quot;New&quot;"' in icon("alert", '"New"')


def test_a_status_is_coloured_and_named() -> None:
    assert 'data-color="danger"' in status("need_help", "Need help")
    assert "&lt;b&gt;" in status("<b>", "")
    assert status_color("of a later version") == "neutral"


def test_small_helpers_survive_nothing() -> None:
    assert (item({"a": 1}, "a"), item({}, "a")) == (1, "")
    assert (percent_of(1, 3), percent_of(1, 0)) == (33, 0)


def test_pages_far_away_are_left_out() -> None:
    assert page_numbers(Paginator(range(200), 10).page(9)) == [1, 0, 7, 8, 9, 10, 11, 0, 20]


@pytest.mark.parametrize(
    ("cookie", "scheme"), [("dark", "dark"), ("", "auto"), ('"><script>', "auto")]
)
def test_every_page_knows_its_look(cookie: str, scheme: str) -> None:
    request = HttpRequest()
    request.COOKIES["scheme"] = cookie

    known = interface(request)["interface"]

    assert known["scheme"] == scheme
    assert [code for code, _name in known["languages"]] == ["nb", "nn", "en"]
