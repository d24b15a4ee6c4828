from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.console.conftest import ESCAPED, HOSTILE, queries, text
from varde.intel.models import Claim, Indicator, Source

PAGE = "/console/indicators/"


def _claim(source: Source, value: str, **changes: object) -> None:
    now = timezone.now()
    indicator, _created = Indicator.objects.get_or_create(
        type="domain", value=value, defaults={"created_at": now}
    )
    facts = {"tlp": "amber", "pap": "amber", "first_seen": now, "last_seen": now, **changes}
    Claim.objects.create(indicator=indicator, source=source, **facts)


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(slug="ncsc", name=HOSTILE)


def test_indicators_show_who_claims_what(at_desk: Client, source: Source) -> None:
    other = Source.objects.create(slug="other", name="Other")
    _claim(source, "evil.example", confidence=90, context=HOSTILE)
    _claim(other, "evil.example", expires_at=timezone.now() - timedelta(days=1))

    page = text(at_desk, PAGE)

    assert page.count("evil.example") == 3  # a link, its address and, for the next line, its name
    assert "90 %" in page
    assert "expired" in page
    assert ESCAPED in page
    assert HOSTILE not in page


def test_indicators_are_found_as_people_write_them(at_desk: Client, source: Source) -> None:
    _claim(source, "evil.example")
    _claim(source, "other.example")

    for query in ("text=evil", "text=EVIL[.]example", "text=evil&source=ncsc&kind=domain"):
        page = text(at_desk, f"{PAGE}?{query}")
        assert "evil.example" in page, query
        assert "other.example" not in page, query
    assert "No indicator matches" in text(at_desk, f"{PAGE}?source=nobody")


def test_a_long_list_is_read_page_by_page_at_the_same_cost(at_desk: Client, source: Source) -> None:
    for number in range(52):
        _claim(source, f"n{number:02d}.example")

    first = at_desk.get(PAGE)
    second = at_desk.get(PAGE, {"after": first.context["after"]})

    assert [len(answer.context["indicators"]) for answer in (first, second)] == [50, 2]
    assert second.context["after"] == ""
    assert queries(at_desk, PAGE) == queries(at_desk, f"{PAGE}?after={first.context['after']}")
    assert len(at_desk.get(PAGE, {"after": "9" * 30}).context["indicators"]) == 50
