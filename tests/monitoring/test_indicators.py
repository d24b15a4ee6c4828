"""The compiled indicators follow the records and the operator's lists."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from varde.accounts.models import User
from varde.engine.detect import match
from varde.engine.schema import SCHEMA
from varde.intel.actions.indicators import (
    Terms,
    ensure_source,
    import_indicators,
    withdraw_claims,
)
from varde.intel.models import Claim, Indicator
from varde.monitoring.queries.indicators import current_indicators, forget_indicators

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def imported(*values: str, expires_at: datetime | None = None) -> None:
    import_indicators(
        source=ensure_source("A feed"),
        entries=values,
        actor=None,
        terms=Terms(expires_at=expires_at),
    )


def hit(*names: str, now: datetime | None = None) -> set[str]:
    events = pa.Table.from_pylist([{"dns_rrname": name} for name in names], schema=SCHEMA)
    return set(current_indicators().match(events, now=now)["value"].to_pylist())


def artefacts(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "artefacts").glob("indicators-*.arrow"))


def test_an_import_is_in_force_at_the_next_question() -> None:
    assert hit("www.evil.example") == set()

    imported("evil.example")

    assert hit("www.evil.example") == {"evil.example"}


def test_where_nothing_changed_one_small_query_answers(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    imported("evil.example")
    first = current_indicators()

    with django_assert_num_queries(1):
        assert current_indicators() is first


def test_another_process_opens_what_was_compiled(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported("evil.example")
    current_indicators()
    before = artefacts(home)
    forget_indicators()
    monkeypatch.setattr(match, "compile_indicators", None)

    assert hit("evil.example") == {"evil.example"}
    assert artefacts(home) == before


def test_a_restored_database_of_the_same_revision_is_compiled_anew(home: Path) -> None:
    imported("evil.example")
    current_indicators()
    # As after a restore: other records under the same revision.
    Claim.objects.all().delete()
    Indicator.objects.all().delete()
    other = Indicator.objects.create(
        type="domain", value="other.example", created_at=timezone.now()
    )
    Claim.objects.create(
        indicator=other,
        source=ensure_source("A feed"),
        tlp="red",
        pap="red",
        first_seen=timezone.now(),
        last_seen=timezone.now(),
    )
    forget_indicators()

    assert hit("evil.example", "other.example") == {"other.example"}
    assert len(artefacts(home)) == 2


def test_a_list_that_the_operator_adds_takes_effect(home: Path) -> None:
    imported("evil.example", "popular.example")
    assert hit("evil.example", "popular.example") == {"evil.example", "popular.example"}

    (home / "never-match").mkdir()
    (home / "never-match" / "top.txt").write_text("1,popular.example\n")

    assert hit("evil.example", "popular.example") == {"evil.example"}


def test_a_claim_that_expires_stops_hitting_without_a_compilation(home: Path) -> None:
    end = datetime(2100, 1, 1, tzinfo=UTC)
    imported("evil.example", expires_at=end)

    assert hit("evil.example", now=end - timedelta(seconds=1)) == {"evil.example"}
    assert hit("evil.example", now=end) == set()
    assert len(artefacts(home)) == 1


def test_a_withdrawn_claim_hits_nothing(analyst: User) -> None:
    imported("evil.example", "bad.example")
    wrong = Indicator.objects.get(value="evil.example")

    withdraw_claims(
        source=ensure_source("A feed"), indicators=[wrong], actor=analyst, reason="Not evil."
    )

    assert hit("evil.example", "bad.example") == {"bad.example"}


def test_old_artefacts_are_removed(home: Path) -> None:
    for number in range(6):
        imported(f"evil-{number}.example")
        current_indicators()

    assert len(artefacts(home)) == 3
