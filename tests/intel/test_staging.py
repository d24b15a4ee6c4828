"""The temporary table: nobody else sees it, and it is gone afterwards."""

from contextlib import suppress

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import timezone

from varde.base.marking import PAP, TLP
from varde.intel.actions.indicators import ensure_source
from varde.intel.actions.staging import Staged, apply, stage, staging
from varde.intel.models import Claim

ROW = Staged("domain", "a.example", TLP.AMBER.rank, PAP.GREEN.rank, 70, None, "why", "where")


@pytest.mark.django_db
def test_what_is_staged_becomes_claims_once() -> None:
    source = ensure_source("A feed")
    with staging():
        stage([ROW, ROW._replace(confidence=80)])
        first = apply(source, timezone.now())
    with staging():
        stage([ROW])
        second = apply(source, timezone.now())

    assert (first.stored, first.changed) == (1, True)
    assert (second.stored, second.changed) == (0, False)
    claim = Claim.objects.get()
    assert (claim.tlp, claim.pap, claim.context) == (TLP.AMBER, PAP.GREEN, "why")
    assert claim.confidence == 70


@pytest.mark.django_db(transaction=True)
def test_the_table_is_gone_also_after_an_error() -> None:
    with suppress(RuntimeError), staging():
        stage([ROW])
        raise RuntimeError

    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT 1 FROM intel_staging")
