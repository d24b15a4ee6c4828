"""Any files, one after another: what must hold whatever they say."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from varde.constituency.actions.register import MemberImport, import_members
from varde.constituency.memberfile.plan import BEGINNING
from varde.constituency.queries import ownership_rows

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def take(*rows: dict[str, object], at: datetime) -> MemberImport:
    return import_members(rows=rows, actor=None, now=at)


HANDLES = ("a", "b", "c")
NETWORKS = ("10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "192.0.2.0/24")
TIMES = ("2026-01-01T00:00Z", "2026-03-01T00:00Z", "2026-05-01T00:00Z", "2026-07-01T00:00Z")
lists = st.lists(st.sampled_from([*NETWORKS, "10.1.1.1/24"]), max_size=3).map(";".join)
list_rows = st.fixed_dictionaries(
    {"handle": st.sampled_from(HANDLES), "name": st.just("N"), "kind": st.just("gp")},
    optional={"networks": lists | st.just("-"), "parent": st.sampled_from([*HANDLES, "-"])},
)
fact_rows = st.fixed_dictionaries(
    {
        "handle": st.sampled_from(HANDLES),
        "kind": st.just("network"),
        "networks": st.sampled_from(NETWORKS),
    },
    optional={"valid_from": st.sampled_from(TIMES), "valid_to": st.sampled_from([*TIMES, "-"])},
)
ended_rows = st.fixed_dictionaries(
    {"handle": st.sampled_from(HANDLES), "valid_to": st.sampled_from(TIMES)}
)
files = st.lists(list_rows | fact_rows | ended_rows, max_size=7)


def owner(cidr: str, at: datetime) -> list[int]:
    return [
        row.organisation_id
        for row in ownership_rows()
        if row.value == cidr
        and row.valid_from <= at
        and (row.valid_to is None or at < row.valid_to)
    ]


class TestAnySequenceOfFiles(TestCase):
    """A class only because hypothesis rolls the database back between examples through it."""

    @given(st.lists(files, min_size=1, max_size=3))
    @settings(max_examples=60, deadline=None)
    def test_twice_is_once_and_nobody_shares_a_network(
        self, several: list[list[dict[str, object]]]
    ) -> None:
        at = NOW
        for rows in several:
            at += DAY
            done = take(*rows, at=at)
            again = take(*rows, at=at + DAY / 2)

            assert again.changes == []
            assert {r.line for r in again.refusals} == {r.line for r in done.refusals}
            lines = {r.line for r in done.refusals} | {c.line for c in done.changes}
            assert lines <= set(range(1, len(rows) + 1))
            self._check_nobody_shares()

    def _check_nobody_shares(self) -> None:
        rows = sorted(ownership_rows(), key=lambda row: (row.value, row.valid_from))
        for row, later in pairwise(rows):
            apart = row.value != later.value or (
                row.valid_to is not None and row.valid_to <= later.valid_from
            )
            assert apart, (row, later)

    @given(st.lists(st.lists(list_rows, max_size=5), min_size=2, max_size=4))
    @settings(max_examples=60, deadline=None)
    def test_lists_never_rewrite_whose_a_network_was(
        self, several: list[list[dict[str, object]]]
    ) -> None:
        at = NOW
        for rows in several:
            at += DAY
            moments = [BEGINNING, NOW, at - DAY / 2, at - timedelta(microseconds=1)]
            before = {(c, t): owner(c, t) for c in NETWORKS for t in moments}

            take(*rows, at=at)

            for (cidr, time_then), owners in before.items():
                if owners:
                    assert owner(cidr, time_then) == owners
