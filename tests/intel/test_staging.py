"""The temporary table: nobody else sees it, and it is gone afterwards."""

from contextlib import suppress

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import timezone

from varde.base.marking import PAP, TLP
from varde.intel.actions.indicators import ensure_source
from varde.intel.actions.staging import Said, Sayings, apply, stage, staging
from varde.intel.models import Claim

ROW = ("domain", "a.example", 1)
SAID = Said(TLP.AMBER.rank, PAP.GREEN.rank, 70, None, "why", "where")


@pytest.mark.django_db
def test_what_is_staged_becomes_claims_once() -> None:
    source = ensure_source("A feed")
    with staging():
        stage(
            [ROW, ("domain", "a.example", 2)], [(1, SAID), (2, SAID._replace(confidence=80, tlp=0))]
        )
        first = apply(source, timezone.now())
    with staging():
        stage([ROW], [(1, SAID)])
        second = apply(source, timezone.now())

    assert (first.stored, first.changed) == (1, True)
    assert (second.stored, second.changed) == (0, False)
    claim = Claim.objects.get()
    assert (claim.tlp, claim.pap, claim.context) == (TLP.AMBER, PAP.GREEN, "why")
    assert claim.confidence == 70


@pytest.mark.django_db(transaction=True)
def test_the_table_is_gone_also_after_an_error() -> None:
    with suppress(RuntimeError), staging():
        stage([ROW], [(1, SAID)])
        raise RuntimeError

    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT 1 FROM intel_staging")


def test_what_is_said_again_keeps_its_number() -> None:
    sayings = Sayings()
    first = sayings.add("a", SAID)

    assert (sayings.known("a"), sayings.known("b")) == (first, 0)
    assert sayings.take_fresh() == [(first, SAID)]
    assert sayings.take_fresh() == []
    assert sayings.add("b", SAID) != first


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("varde.intel.actions.staging._REMEMBERED", 2)
    sayings = Sayings()

    numbers = [sayings.add(key, SAID) for key in "abcd"]

    assert len(set(numbers)) == 4
    assert (sayings.known("a"), sayings.known("d")) == (0, numbers[3])
