"""TLP and PAP: their order, their names, and who may have what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.base.marking import PAP, TLP, Audience, may_have, strictest

LABELS = st.sampled_from(list(TLP))
AUDIENCES = st.sampled_from(list(Audience))


def test_labels_go_from_open_to_closed() -> None:
    assert sorted([TLP.RED, TLP.CLEAR, TLP.AMBER_STRICT, TLP.GREEN, TLP.AMBER]) == [
        TLP.CLEAR,
        TLP.GREEN,
        TLP.AMBER,
        TLP.AMBER_STRICT,
        TLP.RED,
    ]
    assert sorted([PAP.RED, PAP.AMBER, PAP.CLEAR, PAP.GREEN]) == [
        PAP.CLEAR,
        PAP.GREEN,
        PAP.AMBER,
        PAP.RED,
    ]


@given(LABELS, LABELS)
def test_any_two_labels_have_one_order(one: TLP, other: TLP) -> None:
    assert [one < other, one == other, one > other].count(True) == 1
    assert (one <= other) == (one < other or one == other)
    assert (one < other) == (other > one)


def test_the_order_is_not_that_of_the_alphabet() -> None:
    # As plain text "red" < "white" and "amber" < "clear": that would leak.
    assert TLP.AMBER > TLP.CLEAR
    assert TLP.AMBER > TLP.GREEN
    assert TLP.AMBER_STRICT < TLP.RED


def test_a_label_compares_with_its_stored_text() -> None:
    assert TLP.RED > "green"
    with pytest.raises(ValueError, match="purple"):
        _ = TLP.RED < "purple"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("TLP:CLEAR", TLP.CLEAR),
        ("tlp:white", TLP.CLEAR),
        (" Amber ", TLP.AMBER),
        ("TLP:AMBER+STRICT", TLP.AMBER_STRICT),
        ("tlp: red", TLP.RED),
    ],
)
def test_a_label_is_read_in_every_spelling(text: str, label: TLP) -> None:
    assert TLP.parse(text) is label


@pytest.mark.parametrize("text", ["", "tlp:", "TLP:PURPLE", "PAP:RED ALERT", "reddish"])
def test_what_is_no_label_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        TLP.parse(text)


@given(LABELS)
def test_a_label_is_read_back_as_it_is_written(label: TLP) -> None:
    assert TLP.parse(str(label.label)) is label
    assert TLP.parse(label.value.upper()) is label


@given(st.sampled_from(list(PAP)))
def test_so_is_a_pap_label(label: PAP) -> None:
    assert PAP.parse(str(label.label)) is label


@given(AUDIENCES, LABELS, LABELS)
def test_whoever_may_have_the_closed_may_have_the_open(
    audience: Audience, one: TLP, other: TLP
) -> None:
    if may_have(audience, max(one, other)):
        assert may_have(audience, min(one, other))


@given(AUDIENCES, AUDIENCES, LABELS)
def test_a_narrower_audience_may_have_no_less(one: Audience, other: Audience, tlp: TLP) -> None:
    wide, narrow = sorted((one, other), key=list(Audience).index)
    if may_have(wide, tlp):
        assert may_have(narrow, tlp)


def test_each_audience_may_have_just_this_much() -> None:
    most = {
        audience: max(label for label in TLP if may_have(audience, label)) for audience in Audience
    }

    assert most == {
        Audience.PUBLIC: TLP.CLEAR,
        Audience.COMMUNITY: TLP.GREEN,
        Audience.CLIENTS: TLP.AMBER,
        Audience.ORGANISATION: TLP.AMBER_STRICT,
        Audience.RECIPIENT: TLP.RED,
    }


@pytest.mark.parametrize("tlp", list(TLP))
def test_an_empty_audience_is_nobody(tlp: TLP) -> None:
    assert not may_have(None, tlp)


@given(st.lists(LABELS), LABELS)
def test_a_whole_is_as_closed_as_its_most_closed_part(parts: list[TLP], default: TLP) -> None:
    whole = strictest(parts, default=default)

    assert all(part <= whole for part in parts)
    assert whole in parts or whole is default
