"""The arithmetic of the chain, without a database: no single forgery goes unseen."""

from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.base import chain
from varde.base.chain import Fault, Row, against_head, detail_digest, link_digest, moment, walk

FACTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("at", "actor", "action", "subject", "detail_digest", "previous", "digest")


def make(count: int) -> list[Row]:
    """An intact chain; every other entry has a detail."""
    rows: list[Row] = []
    previous = chain.GENESIS
    for number in range(1, count + 1):
        salt = "s" if number % 2 else None
        facts = f'{{"n": {number}}}' if number % 2 else None
        detail = detail_digest("s", {"n": number}) if number % 2 else ""
        fields = ("2026-11-24 12:00:00.000000", "user:1", "thing.do", f"thing:{number}", detail)
        digest = link_digest(previous, number, *fields)
        rows.append(Row(number, *fields, previous, digest, salt, facts))
        previous = digest
    return rows


def fault_of(rows: list[Row], head: Row) -> tuple[Fault, int] | None:
    broken = against_head(walk(rows), sequence=head.sequence, digest=head.digest)
    return (broken.fault, broken.at) if broken else None


@given(st.integers(0, 20))
def test_an_intact_chain_holds(count: int) -> None:
    rows = make(count)
    walked = walk(rows)

    assert (walked.entries, walked.broken) == (count, None)
    assert walked.digest == (rows[-1].digest if rows else chain.GENESIS)


@given(st.data())
def test_any_changed_field_is_found_at_its_place(data: st.DataObject) -> None:
    rows = make(data.draw(st.integers(2, 12)))
    head = rows[-1]
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(FIELDS))
    value = data.draw(st.text().filter(lambda text: text != getattr(rows[at], field)))
    rows[at] = rows[at]._replace(**{field: value})

    found = fault_of(rows, head)

    assert found is not None
    assert found[1] == at + 1


@given(st.data())
def test_a_deleted_entry_is_found_at_its_place(data: st.DataObject) -> None:
    rows = make(data.draw(st.integers(1, 12)))
    head = rows[-1]
    at = data.draw(st.integers(0, len(rows) - 1))
    last = at == len(rows) - 1
    del rows[at]

    assert fault_of(rows, head) == (Fault.CUT if last else Fault.DELETED, at + 1)


@given(st.data())
def test_a_deleted_entry_is_found_though_the_rest_is_renumbered(data: st.DataObject) -> None:
    rows = make(data.draw(st.integers(2, 12)))
    head = rows[-1]
    at = data.draw(st.integers(0, len(rows) - 2))
    kept = rows[:at] + [row._replace(sequence=row.sequence - 1) for row in rows[at + 1 :]]

    assert fault_of(kept, head) == (Fault.DELETED, at + 1)


@given(st.data())
def test_swapped_entries_are_found_at_the_first(data: st.DataObject) -> None:
    rows = make(data.draw(st.integers(2, 12)))
    head = rows[-1]
    first, second = sorted(
        data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True))
    )
    rows[first], rows[second] = (
        rows[second]._replace(sequence=first + 1),
        rows[first]._replace(sequence=second + 1),
    )

    found = fault_of(rows, head)

    assert found is not None
    assert found == (Fault.REORDERED, first + 1)


@given(st.data())
def test_an_inserted_entry_is_found_at_its_place(data: st.DataObject) -> None:
    rows = make(data.draw(st.integers(1, 12)))
    head = rows[-1]
    at = data.draw(st.integers(0, len(rows) - 1))
    previous = rows[at - 1].digest if at else chain.GENESIS
    fields = ("2026-11-24 12:00:00.000000", "user:9", "thing.do", "thing:9", "")
    forged = Row(at + 1, *fields, previous, link_digest(previous, at + 1, *fields))
    moved = [row._replace(sequence=row.sequence + 1) for row in rows[at:]]

    assert fault_of([*rows[:at], forged, *moved], head) == (Fault.INSERTED, at + 1)


@given(st.data())
def test_a_cut_tail_is_found_at_its_beginning(data: st.DataObject) -> None:
    rows = make(data.draw(st.integers(1, 12)))
    left = data.draw(st.integers(0, len(rows) - 1))

    assert fault_of(rows[:left], rows[-1]) == (Fault.CUT, left + 1)


@given(st.data())
def test_a_changed_detail_is_found_at_its_place(data: st.DataObject) -> None:
    rows = make(data.draw(st.integers(1, 12)))
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at] = rows[at]._replace(salt="s", facts='{"n": 1000}')

    assert fault_of(rows, rows[-1]) == (Fault.DETAIL, at + 1)


@pytest.mark.parametrize("facts", ["", "{", "nothing", '{"n":1}x'])
def test_a_detail_that_is_no_json_is_found_and_stops_nothing(facts: str) -> None:
    rows = make(1)
    rows[0] = rows[0]._replace(facts=facts)

    assert fault_of(rows, rows[0]) == (Fault.DETAIL, 1)


def test_a_field_that_is_no_text_is_found_and_stops_nothing() -> None:
    rows = make(2)
    rows[0] = rows[0]._replace(actor=b"\xff")  # type: ignore[arg-type]  # SQLite lets a forger store bytes

    assert fault_of(rows, rows[1]) == (Fault.CHANGED, 1)


@given(FACTS)
def test_facts_are_the_same_after_any_database(facts: object) -> None:
    plain = chain.plain(facts)

    stored = orjson.loads(orjson.dumps(plain))
    assert chain.plain(stored) == plain
    assert chain.canonical(stored) == chain.canonical(plain)


def test_a_moment_is_written_alike_in_every_zone() -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)

    assert moment(at) == "2026-11-24 12:00:00.000000"
    assert moment(at.astimezone(timezone(timedelta(hours=5, minutes=30)))) == moment(at)
