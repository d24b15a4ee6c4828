"""Importing and withdrawing: the balance holds, and labels never open."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import Refused
from varde.base.marking import PAP, TLP
from varde.base.models import AuditEntry
from varde.base.queries import current_revision
from varde.intel import events
from varde.intel.actions.indicators import (
    Terms,
    ensure_source,
    import_indicators,
    withdraw_claims,
)
from varde.intel.canonical import canonical
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAFeed
from varde.intel.formats.entry import Entry
from varde.intel.formats.reading import read_path
from varde.intel.models import Claim, Indicator, IndicatorImport, Source
from varde.intel.queries import never_match_folder

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def source(db: None) -> Source:
    return ensure_source("A feed", tlp=TLP.GREEN, pap=PAP.GREEN)


def balance(done: IndicatorImport) -> tuple[int, int, int, int]:
    assert done.received == done.stored + done.duplicate + done.refused
    return done.received, done.stored, done.duplicate, done.refused


def imported(source: Source, *entries: Entry | str, **options: Terms) -> IndicatorImport:
    return import_indicators(source=source, entries=entries, actor=None, **options)


def test_the_balance_names_what_was_refused_with_line_value_and_reason(source: Source) -> None:
    done = imported(source, "evil.example", "Evil[.]example.", "10.0.0.1", "8.8.8.8", "a..b")

    assert balance(done) == (5, 1, 1, 3)
    assert done.refusals == [
        {"line": 3, "value": "10.0.0.1", "reason": "private_address"},
        {"line": 4, "value": "8.8.8.8", "reason": "public_resolver:8.8.8.8"},
        {"line": 5, "value": "a..b", "reason": "bad_label"},
    ]
    assert done.reasons == {"private_address": 1, "public_resolver": 1, "bad_label": 1}
    claim = Claim.objects.get()
    assert (str(claim.indicator), claim.source) == ("domain:evil.example", source)
    assert (claim.tlp, claim.pap, claim.confidence) == (TLP.GREEN, PAP.GREEN, 50)


def test_the_same_file_twice_stores_nothing_and_moves_no_revision(source: Source) -> None:
    entries = ["evil.example", "198.51.100.7", "http://evil.example/a"]
    imported(source, *entries)
    revision = current_revision("indicators")
    before = list(Claim.objects.order_by("pk").values_list("pk", "indicator", "tlp", "first_seen"))

    done = imported(source, *entries)

    assert balance(done) == (3, 0, 3, 0)
    assert current_revision("indicators") == revision == 1
    after = list(Claim.objects.order_by("pk").values_list("pk", "indicator", "tlp", "first_seen"))
    assert after == before


def test_a_second_source_adds_its_own_claim_to_the_same_indicator(source: Source) -> None:
    imported(source, "evil.example")

    done = imported(ensure_source("Another"), "evil.example")

    assert balance(done) == (1, 1, 0, 0)
    assert Indicator.objects.count() == 1
    assert Claim.objects.count() == 2


def test_the_strictest_of_source_terms_and_entry_holds(source: Source) -> None:
    imported(
        source,
        Entry(1, "a.example", tlp=TLP.CLEAR, pap=PAP.CLEAR),
        Entry(2, "b.example", tlp=TLP.RED, pap=PAP.AMBER),
        Entry(3, "c.example"),
        terms=Terms(tlp=TLP.AMBER),
    )

    labels = dict(Claim.objects.values_list("indicator__value", "tlp"))
    assert labels == {"a.example": TLP.AMBER, "b.example": TLP.RED, "c.example": TLP.AMBER}
    assert Claim.objects.get(indicator__value="b.example").pap == PAP.AMBER


def test_a_label_closes_but_never_opens_on_a_second_import(source: Source) -> None:
    imported(source, Entry(1, "a.example", tlp=TLP.RED, pap=PAP.RED), Entry(2, "b.example"))

    imported(source, Entry(1, "a.example", tlp=TLP.CLEAR), Entry(2, "b.example", tlp=TLP.AMBER))

    labels = dict(Claim.objects.values_list("indicator__value", "tlp"))
    assert labels == {"a.example": TLP.RED, "b.example": TLP.AMBER}
    assert Claim.objects.get(indicator__value="a.example").pap == PAP.RED


def test_of_two_entries_in_one_file_the_strictest_label_and_latest_end_hold(
    source: Source,
) -> None:
    soon = LATER - timedelta(days=30)
    done = imported(
        source,
        Entry(1, "a.example", tlp=TLP.RED, confidence=10, expires_at=soon),
        Entry(2, "a.example", confidence=90, expires_at=LATER),
        Entry(3, "b.example", expires_at=LATER),
        Entry(4, "b.example"),
    )

    assert balance(done) == (4, 2, 2, 0)
    claim = Claim.objects.get(indicator__value="a.example")
    assert (claim.tlp, claim.confidence, claim.expires_at) == (TLP.RED, 90, LATER)
    assert Claim.objects.get(indicator__value="b.example").expires_at is None


def test_an_existing_source_keeps_its_terms(source: Source) -> None:
    again = ensure_source("a FEED", tlp=TLP.CLEAR)

    assert (again.pk, again.tlp) == (source.pk, TLP.GREEN)
    assert ensure_source("New").tlp == TLP.AMBER


def test_a_source_needs_a_name() -> None:
    with pytest.raises(Refused):
        ensure_source("–")


def test_a_new_expiry_renews_the_claim_and_moves_the_revision(source: Source) -> None:
    imported(source, "a.example", terms=Terms(expires_at=LATER))

    done = imported(source, "a.example", terms=Terms(expires_at=LATER + timedelta(days=1)))

    assert balance(done) == (1, 0, 1, 0)
    assert current_revision("indicators") == 2
    assert Claim.objects.get().expires_at == LATER + timedelta(days=1)


def test_each_import_is_one_entry_of_the_audit_chain(source: Source, analyst: User) -> None:
    done = import_indicators(
        source=source, entries=["a.example", "b.example"], actor=analyst, file_name="list.txt"
    )

    entry = AuditEntry.objects.get(action="indicators.import")
    assert (entry.actor, entry.subject) == (
        f"user:{analyst.pk}",
        f"intel.indicatorimport:{done.pk}",
    )
    assert entry.detail.facts["stored"] == 2
    assert audit.verify().broken_at is None


def test_the_change_is_announced_after_the_commit_and_only_where_there_is_one(
    source: Source,
) -> None:
    heard: list[int] = []

    def hear(import_id: int, **_: object) -> None:
        heard.append(import_id)

    events.indicators_changed.connect(hear)
    try:
        with TestCase.captureOnCommitCallbacks(execute=True):
            done = imported(source, "a.example")
            assert not heard
        with TestCase.captureOnCommitCallbacks(execute=True):
            imported(source, "a.example")
    finally:
        events.indicators_changed.disconnect(hear)

    assert heard == [done.pk]


def test_an_empty_feed_is_refused_and_takes_nothing_away(source: Source) -> None:
    imported(source, "a.example")

    with pytest.raises(Refused):
        imported(source)

    assert Claim.objects.count() == 1
    assert IndicatorImport.objects.count() == 1


def test_a_file_that_breaks_midway_changes_nothing(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "feed.txt"
    path.write_text("<html>a login page</html>")

    with pytest.raises(NotAFeed):
        import_indicators(source=source, entries=read_path(path), actor=None)

    assert not Indicator.objects.exists()
    assert balance(imported(source, "a.example")) == (1, 1, 0, 0)


def test_only_the_first_thousand_refusals_are_kept_but_all_are_counted(source: Source) -> None:
    done = imported(source, *["10.0.0.1"] * 1_500)

    assert balance(done) == (1_500, 0, 0, 1_500)
    assert len(done.refusals) == 1_000
    assert done.reasons == {"private_address": 1_500}


def test_hostile_texts_are_kept_harmless(source: Source) -> None:
    done = imported(
        source,
        Entry(1, "a.example", context="x\x00\x1b[31m\ud800" + "y" * 900, reference="r" * 9_000),
        Entry(2, "\x1b[31m" + "z" * 100_000),
    )

    claim = Claim.objects.get()
    assert claim.context.startswith("x\ufffd\ufffd[31m?yyy")
    assert (len(claim.context), len(claim.reference)) == (500, 500)
    assert len(str(done.refusals[0]["value"])) == 200
    assert "\x1b" not in json.dumps(done.refusals, ensure_ascii=False)


def test_what_the_operator_lists_is_refused_with_the_name_of_the_list(source: Source) -> None:
    folder = never_match_folder()
    folder.mkdir(exist_ok=True)
    listed = folder / "hospitals.txt"
    listed.write_text("*.fjord-hospital.example\n")
    try:
        done = imported(source, "www.fjord-hospital.example", "evil.example")
    finally:
        listed.unlink()

    assert balance(done) == (2, 1, 0, 1)
    assert done.refusals[0]["reason"] == "listed:hospitals:fjord-hospital.example"


def test_progress_tells_how_many_were_read(source: Source) -> None:
    told: list[int] = []

    import_indicators(
        source=source,
        entries=(f"a{number}.example" for number in range(45_000)),
        actor=None,
        progress=told.append,
    )

    assert told == [20_000, 40_000, 45_000]


VALUES = st.sampled_from(
    ["a.example", "A.example.", "b[.]example", "198.51.100.7", "198.51.100.7/32", "10.0.0.1", "no",
     "http://a.example", "hxxp://a.example/", "d41d8cd98f00b204e9800998ecf8427e", "0.0.0.0/0"]
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=12), min_size=1, max_size=3))
def test_any_files_in_any_order_balance_and_store_each_value_once(
    source: Source, files: list[list[str]]
) -> None:
    Claim.objects.all().delete()
    Indicator.objects.all().delete()

    outcomes = [balance(imported(source, *values)) for values in files]

    assert sum(stored for _, stored, _, _ in outcomes) == Claim.objects.count()
    assert Claim.objects.count() == Indicator.objects.count()


# --- withdrawing ------------------------------------------------------------------------------


def test_a_withdrawn_claim_stays_expired_and_moves_the_revision(
    source: Source, analyst: User
) -> None:
    imported(source, "a.example", "b.example")
    indicator = Indicator.objects.get(value="a.example")

    count = withdraw_claims(
        source=source, indicators=[indicator], actor=analyst, reason="A false positive."
    )

    assert count == 1
    claim = Claim.objects.get(indicator=indicator)
    assert claim.expires_at is not None
    assert claim.expires_at <= timezone.now()
    assert current_revision("indicators") == 2
    assert AuditEntry.objects.filter(action="indicators.withdraw").count() == 1


def test_a_claim_is_withdrawn_once_and_with_a_reason(source: Source, analyst: User) -> None:
    imported(source, "a.example")
    indicators = list(Indicator.objects.all())

    with pytest.raises(Refused):
        withdraw_claims(source=source, indicators=indicators, actor=analyst, reason=" ")
    withdraw_claims(source=source, indicators=indicators, actor=analyst, reason="Wrong.")
    with pytest.raises(Refused):
        withdraw_claims(source=source, indicators=indicators, actor=analyst, reason="Again.")


# --- real data --------------------------------------------------------------------------------


def test_the_real_lists_balance_and_give_nothing_raw(source: Source, shared_data: Path) -> None:
    folder = shared_data / "intel"
    odd = read_path(folder / "maltrail/malformed.tsv", mapping={"line": "value"})

    ipsum = import_indicators(
        source=source, entries=read_path(folder / "ipsum/ipsum.txt.gz"), actor=None
    )
    feed = import_indicators(source=source, entries=read_path(folder / "misp-feed"), actor=None)
    malformed = import_indicators(source=source, entries=odd, actor=None)

    assert balance(ipsum) == (78_161, 78_161, 0, 0)
    assert balance(feed)[0] == 9_550
    assert balance(malformed) == (199, 120, 0, 79)
    assert Counter(malformed.reasons)["bad_port"] == 16
    kinds = {}
    for kind, value in Indicator.objects.values_list("type", "value").iterator():
        assert canonical(IndicatorType(kind), value) == (kind, value)
        kinds[kind] = kinds.get(kind, 0) + 1
    assert kinds["ip"] > 78_161
