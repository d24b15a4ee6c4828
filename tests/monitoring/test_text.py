import pytest

from varde.monitoring.text import visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain æøå", "plain æøå"),
        ("a\0b", "a␀b"),
        ("a\x1b[31mred", "a␛[31mred"),
        ("line\nbreak", "line␊break"),
        ("\x7f\x85", "␡\ufffd"),
        ("lone \ud800", "lone \ufffd"),
        ("exe.\u202egpj", "exe.\ufffdgpj"),
    ],
)
def test_unsafe_characters_are_shown_as_signs(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_long_text_is_cut_with_a_sign() -> None:
    assert visible("abcdef", limit=4) == "abc…"
