"""Who sees indicators, what is live, and how many queries a page costs."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from varde.accounts.models import User
from varde.base.marking import TLP
from varde.intel.actions.indicators import Terms, ensure_source, import_indicators
from varde.intel.models import Indicator
from varde.intel.queries import (
    claims_on,
    imports_visible_to,
    indicator_rows,
    indicators_visible_to,
    never_match_folder,
    never_match_state,
    source_choices,
    withheld_reason,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def imported(name: str, *values: str, expires_at: datetime | None = None) -> None:
    import_indicators(
        source=ensure_source(name),
        entries=values,
        actor=None,
        terms=Terms(expires_at=expires_at, confidence=60 if name == "One" else 90),
    )


def values(found: object) -> list[str]:
    return [indicator.value for indicator in found]  # type: ignore[attr-defined] # any iterable


def test_an_indicator_lives_as_long_as_one_claim_does() -> None:
    imported("One", "ended.example", "renewed.example", expires_at=NOW)
    imported("One", "ending.example", expires_at=NOW + timedelta(days=1))
    imported("Two", "renewed.example", "endless.example")
    imported("Two", "ending.example", expires_at=NOW + timedelta(days=2))

    rows = {row.value: row.expires_at for row in indicator_rows(NOW)}

    assert rows == {
        "ending.example": NOW + timedelta(days=2),
        "renewed.example": None,
        "endless.example": None,
    }


def test_a_list_added_after_the_import_withholds_what_is_on_it() -> None:
    imported("One", "late.example", "evil.example")
    before = never_match_state()
    folder = never_match_folder()
    folder.mkdir(exist_ok=True)
    (folder / "late.txt").write_text("late.example\n")
    try:
        assert [row.value for row in indicator_rows(NOW)] == ["evil.example"]
        withheld = {i.value: withheld_reason(i) for i in Indicator.objects.all()}
        assert withheld == {"late.example": "listed:late:late.example", "evil.example": ""}
        assert never_match_state() != before
    finally:
        (folder / "late.txt").unlink()


def test_an_explanation_has_every_claim_surest_first_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    imported("One", "a.example", "b.example")
    imported("Two", "a.example")
    ids = {indicator.value: indicator.pk for indicator in Indicator.objects.all()}

    with django_assert_num_queries(1):
        facts = claims_on([*ids.values(), 999])

    assert [fact.source for fact in facts[ids["a.example"]]] == ["Two", "One"]
    assert facts[ids["a.example"]][0].confidence == 90
    assert facts[ids["b.example"]][0].tlp == TLP.AMBER
    assert facts[999] == []


def test_operators_and_auditors_see_indicators_and_nobody_else_does(
    analyst: User, lead: User, auditor: User, leader: User, contact: User, stranger: User
) -> None:
    imported("One", "a.example")

    for user in (analyst, lead, auditor):
        assert values(indicators_visible_to(user)) == ["a.example"]
        assert imports_visible_to(user).count() == 1
        assert source_choices(user) == [("one", "One")]
    for user in (leader, contact, stranger):
        assert not indicators_visible_to(user).exists()
        assert not imports_visible_to(user).exists()
        assert not source_choices(user)


def test_the_search_is_by_beginning_type_and_source(analyst: User) -> None:
    imported("One", "evil.example", "198.51.100.7", "http://evil.example/a", "198.51.100.77")
    imported("Two", "evil.example.com", "notevil.example")

    def search(text: str = "", **more: str) -> set[str]:
        return set(values(indicators_visible_to(analyst, search=text, **more)))

    assert search("evil.ex") == {"evil.example", "evil.example.com"}
    assert search("EVIL[.]EXAMPLE.") == {"evil.example", "evil.example.com"}
    assert search("NotEvil。example") == {"notevil.example"}
    assert search("hxxp://evil[.]example") == {"http://evil.example/a"}
    assert search("198.51.100.7") == {"198.51.100.7", "198.51.100.77"}
    assert search("198.51.100.7", kind="domain") == set()
    assert search(kind="url") == {"http://evil.example/a"}
    assert search(source="two") == {"evil.example.com", "notevil.example"}
    assert search("evil", source="two") == {"evil.example.com"}
    assert search("%") == search("_") == set()


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_queries_for_one_row_and_for_three(
    analyst: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("One", "Two"):
        imported(name, *(f"a{number}.example" for number in range(count)))

    with django_assert_num_queries(2):
        page = list(indicators_visible_to(analyst)[:50])
        assert len(page) == count
        assert all(len({c.source.name for c in indicator.claims.all()}) == 2 for indicator in page)
