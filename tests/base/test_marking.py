from itertools import combinations

import pytest

from varde.base.marking import PAP, TLP, Audience, may_have, strictest


@pytest.mark.parametrize("labels", [list(TLP), list(PAP)])
def test_labels_are_ordered_from_open_to_closed_by_every_comparison(
    labels: list[TLP] | list[PAP],
) -> None:
    for opener, closer in combinations(labels, 2):
        assert opener < closer
        assert opener <= closer
        assert closer > opener
        assert closer >= opener
        assert not opener > closer
        assert max(opener, closer) == max(closer, opener) == closer


def test_a_whole_is_marked_as_its_strictest_part() -> None:
    assert strictest([TLP.GREEN, TLP.AMBER_STRICT, TLP.CLEAR], default=TLP.RED) == TLP.AMBER_STRICT
    assert strictest([], default=TLP.AMBER) == TLP.AMBER


@pytest.mark.parametrize(
    ("text", "label"),
    [("TLP:AMBER+STRICT", TLP.AMBER_STRICT), ("tlp:white", TLP.CLEAR), (" Red ", TLP.RED)],
)
def test_labels_are_read_in_their_usual_forms(text: str, label: TLP) -> None:
    assert TLP.parse(text) == label


def test_the_narrower_the_audience_the_more_it_may_have() -> None:
    assert may_have(Audience.PUBLIC, TLP.CLEAR)
    assert not may_have(Audience.PUBLIC, TLP.GREEN)
    assert may_have(Audience.CLIENTS, TLP.AMBER)
    assert not may_have(Audience.CLIENTS, TLP.AMBER_STRICT)
    assert may_have(Audience.ORGANISATION, TLP.AMBER_STRICT)
    assert not may_have(Audience.ORGANISATION, TLP.RED)
    assert may_have(Audience.RECIPIENT, TLP.RED)
