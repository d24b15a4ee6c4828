"""The audit chain: what it records, what it refuses, what it finds."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from tests.at_once import at_once
from tests.base.append_only import unprotected
from varde.accounts.models import User
from varde.base import audit
from varde.base.chain import Fault
from varde.base.models import AuditDetail, AuditEntry, AuditHead
from varde.constituency.models import Organisation

pytestmark = pytest.mark.django_db


def write(count: int) -> list[AuditEntry]:
    return [
        audit.record(None, "thing.do", f"thing:{number}", number=number) for number in range(count)
    ]


def forge(sql: str, *params: object) -> None:
    """Change the tables as somebody can who has the database's password."""
    with unprotected(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_an_entry_says_who_did_what_to_which_thing(analyst: User) -> None:
    entry = audit.record(analyst, "user.greet", analyst, name="Ada Analyst")

    stored = AuditEntry.objects.get()
    assert stored == entry
    assert (stored.actor, stored.action) == (f"user:{analyst.pk}", "user.greet")
    assert stored.subject == f"accounts.user:{analyst.pk}"
    assert stored.detail.facts == {"name": "Ada Analyst"}
    assert audit.verify().broken_at is None


def test_no_personal_data_reaches_the_chain(analyst: User) -> None:
    audit.record(analyst, "user.greet", analyst, email=analyst.email, name=analyst.name)

    link = AuditEntry.objects.values().get()
    assert "Ada" not in str(link)
    assert analyst.email not in str(link)


def test_the_system_and_other_rows_act_too(hospital: Organisation) -> None:
    assert audit.record(None, "lake.compact", "lake").actor == "system"
    assert audit.record(hospital, "x.y", "z").actor == f"organisation:{hospital.pk}"


def test_an_entry_is_undone_with_its_deed() -> None:
    write(1)

    with transaction.atomic():
        write(2)
        transaction.set_rollback(True)

    assert AuditEntry.objects.count() == 1
    assert AuditHead.objects.get().sequence == 1
    assert audit.verify().broken_at is None


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(None, "thing.do", "thing")


@pytest.mark.parametrize(
    "fact",
    [
        "Ærlig talt 🦠",
        "nul \0 byte",
        "lone \ud800 surrogate",
        1.10,
        1e300,
        float("nan"),
        2**70,
        -1,
        True,
        None,
        b"\xff\x00",
        datetime(2026, 3, 29, 2, 30, tzinfo=UTC),
        {"b": [1, {"a": (2, 3)}], 1: "number as key"},
        "x" * 100_000,
    ],
)
def test_every_kind_of_fact_survives_the_way_through_the_database(fact: object) -> None:
    audit.record(None, "thing.do", "thing", fact=fact)

    assert audit.verify().broken_at is None


def test_odd_text_in_the_fields_survives_too() -> None:
    audit.record("member:\0", "thing.do", "file:\ud800.json")

    assert audit.verify() is not None
    assert audit.verify().broken_at is None


def test_an_empty_chain_holds() -> None:
    verdict = audit.verify()

    assert (verdict.entries, verdict.broken_at, verdict.reason) == (0, None, "")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE base_auditentry SET actor = 'nobody' WHERE sequence = 1",
        "DELETE FROM base_auditentry WHERE sequence = 2",
        "UPDATE base_auditdetail SET salt = '' WHERE entry_id = 1",
        "DELETE FROM base_auditdetail WHERE entry_id = 1",
        "UPDATE base_audithead SET sequence = 1",
        "UPDATE base_audithead SET digest = ''",
        "DELETE FROM base_audithead",
    ],
)
def test_the_database_refuses_to_change_the_past(statement: str) -> None:
    write(2)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert audit.verify().broken_at is None


def test_postgresql_refuses_to_empty_the_tables() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE base_audithead")


def test_the_database_refuses_the_model_as_well() -> None:
    (entry,) = write(1)

    entry.actor = "nobody"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditDetail.objects.filter(entry=entry).delete()


@pytest.mark.parametrize(
    "column", ["at", "actor", "action", "subject", "detail_digest", "previous", "digest"]
)
def test_a_changed_field_is_named(column: str) -> None:
    write(5)

    value = datetime(2001, 1, 1, tzinfo=UTC) if column == "at" else "forged"
    with unprotected():
        AuditEntry.objects.filter(sequence=3).update(**{column: value})

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.entries) == (3, 2)
    assert verdict.fault in {Fault.CHANGED, Fault.REORDERED}
    assert "3" in verdict.reason


def test_an_entry_replaced_with_a_fitting_digest_is_named() -> None:
    write(5)
    entry = AuditEntry.objects.get(sequence=3)
    digest = audit.chain.link_digest(
        entry.previous, 3, audit.chain.moment(entry.at), "nobody", "thing.do", "thing:2",
        entry.detail_digest,
    )  # fmt: skip

    forge("UPDATE base_auditentry SET actor = 'nobody', digest = %s WHERE sequence = 3", digest)

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (3, Fault.CHANGED)


@pytest.mark.parametrize("number", [1, 3])
def test_a_deleted_entry_is_named(number: int) -> None:
    write(5)

    forge("DELETE FROM base_auditdetail WHERE entry_id = %s", number)
    forge("DELETE FROM base_auditentry WHERE sequence = %s", number)

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (number, Fault.DELETED)


def move(old: int, new: int) -> None:
    """Give an entry without detail another number."""
    forge("UPDATE base_auditentry SET sequence = %s WHERE sequence = %s", new, old)


def write_bare(count: int) -> None:
    for number in range(count):
        audit.record(None, "thing.do", f"thing:{number}")


def test_a_deleted_entry_is_named_though_later_ones_were_renumbered() -> None:
    write_bare(5)

    forge("DELETE FROM base_auditentry WHERE sequence = 3")
    move(4, 3)
    move(5, 4)

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (3, Fault.DELETED)


def test_swapped_entries_are_named() -> None:
    write_bare(5)

    move(3, 99)
    move(4, 3)
    move(99, 4)

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (3, Fault.REORDERED)


def insert(sequence: int, previous: str) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    fields = ("user:1", "thing.do", "thing", "")
    digest = audit.chain.link_digest(previous, sequence, audit.chain.moment(at), *fields)
    AuditEntry.objects.create(
        sequence=sequence, at=at, actor="user:1", action="thing.do", subject="thing",
        previous=previous, digest=digest,
    )  # fmt: skip


def test_an_inserted_entry_is_named() -> None:
    write_bare(5)
    before = AuditEntry.objects.get(sequence=3).digest

    move(5, 6)
    move(4, 5)
    insert(4, before)

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (4, Fault.INSERTED)


@pytest.mark.parametrize("number", [0, -7])
def test_an_entry_before_the_first_is_named(number: int) -> None:
    write_bare(2)

    insert(number, "0" * 64)

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (number, Fault.INSERTED)


def test_an_entry_after_the_head_is_named() -> None:
    write_bare(2)

    insert(3, AuditEntry.objects.get(sequence=2).digest)

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (3, Fault.INSERTED)


def test_a_tail_that_was_cut_is_named() -> None:
    write_bare(5)

    forge("DELETE FROM base_auditentry WHERE sequence > 3")

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault, verdict.entries) == (4, Fault.CUT, 3)


def test_a_whole_chain_that_was_cut_is_named() -> None:
    write_bare(5)

    forge("DELETE FROM base_auditentry")

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (1, Fault.CUT)


def test_a_head_that_was_bent_is_named() -> None:
    write_bare(5)

    forge("UPDATE base_audithead SET digest = %s", "f" * 64)

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (5, Fault.CHANGED)


def test_a_head_that_is_gone_is_found() -> None:
    write_bare(2)

    forge("DELETE FROM base_audithead")

    assert audit.verify().broken_at == 1


@pytest.mark.parametrize("column", ["salt", "facts"])
def test_a_changed_detail_is_named(column: str) -> None:
    write(5)

    with unprotected():
        AuditDetail.objects.filter(entry_id=4).update(**{column: "1"})

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (4, Fault.DETAIL)


def test_a_detail_that_vanished_untold_is_named() -> None:
    write(5)

    forge("DELETE FROM base_auditdetail WHERE entry_id = 2")

    verdict = audit.verify()
    assert (verdict.broken_at, verdict.fault) == (2, Fault.DETAIL)


def test_an_erased_detail_leaves_the_chain_whole_and_a_trace(lead: User) -> None:
    entries = write(3)

    audit.erase_detail(entries[1], lead, why="request of 24 November")

    assert audit.verify().broken_at is None
    assert set(AuditDetail.objects.values_list("entry_id", flat=True)) == {1, 3, 4}
    trace = AuditEntry.objects.get(sequence=4)
    assert (trace.actor, trace.action) == (f"user:{lead.pk}", "audit.erase")
    assert trace.subject == "base.auditentry:2"


def test_a_detail_may_not_be_erased_for_another() -> None:
    entries = write(12)

    audit.erase_detail(entries[11], None)

    # Entry 12 was erased: that must not let 1 or 2 go.
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditDetail.objects.filter(entry_id=1).delete()


@pytest.mark.parametrize("seed", range(12))
def test_no_single_forgery_escapes(seed: int) -> None:
    chance = random.Random(seed)
    write_bare(30)
    victim = chance.randint(1, 30)

    forgeries: list[Callable[[], None]] = [
        lambda: forge("UPDATE base_auditentry SET subject = 'x' WHERE sequence = %s", victim),
        lambda: forge("DELETE FROM base_auditentry WHERE sequence = %s", victim),
        lambda: forge("DELETE FROM base_auditentry WHERE sequence >= %s", victim),
        lambda: forge("UPDATE base_auditentry SET at = '2020-01-01' WHERE sequence = %s", victim),
    ]
    chance.choice(forgeries)()

    assert audit.verify().broken_at == victim


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_cannot_fork_the_chain() -> None:
    def many() -> None:
        for _ in range(25):
            with transaction.atomic():
                audit.record(None, "thing.do", "thing", by=threading.get_ident())

    at_once(*[many] * 4)

    verdict = audit.verify()
    assert (verdict.entries, verdict.broken_at) == (100, None)
