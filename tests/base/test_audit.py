"""The audit chain: what it records, what it refuses, what it finds."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.base.append_only import unprotected
from varde.accounts.models import User
from varde.base import audit
from varde.base.chain import Fault
from varde.base.models import AuditDetail, AuditEntry, AuditHead

pytestmark = pytest.mark.django_db


def write(count: int) -> list[AuditEntry]:
    return [
        audit.record(None, "thing.do", f"thing:{number}", number=number) for number in range(count)
    ]


def test_an_entry_says_who_did_what_to_which_thing(analyst: User) -> None:
    entry = audit.record(analyst, "user.greet", analyst, name="Ada Analyst")

    stored = AuditEntry.objects.get()
    assert stored == entry
    assert (stored.actor, stored.action) == (f"user:{analyst.pk}", "user.greet")
    assert stored.subject == f"accounts.user:{analyst.pk}"
    assert stored.detail.facts == {"name": "Ada Analyst"}
    assert audit.verify().broken_at is None
