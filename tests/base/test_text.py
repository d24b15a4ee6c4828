"""Text from outside: what may be shown, stored, or looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.base.text import a_labels, one_line, printable, storable

ANY_TEXT = st.text(st.characters(codec=None))


@given(ANY_TEXT)
def test_what_is_shown_is_printable_and_keeps_its_places(text: str) -> None:
    shown = printable(text)

    assert shown.isprintable() or "\ufffd" in shown
    assert [a for a, b in zip(text, shown, strict=True) if b != "\ufffd"] == [
        c for c in shown if c != "\ufffd"
    ]


def test_what_steers_a_terminal_is_not_shown() -> None:
    assert printable("æ\x1b[31m\r\n\u202egpj\0\ud800") == "æ\ufffd[31m" + "\ufffd" * 3 + "gpj" + (
        "\ufffd" * 2
    )
    assert printable("a\tb", instead=" ") == "a b"


@given(st.text())
def test_a_line_is_printable_and_has_no_break(text: str) -> None:
    line = one_line(text)

    assert line.isprintable()
    assert line == line.strip()
    assert "  " not in line


@given(ANY_TEXT)
def test_what_is_stored_can_be_encoded_and_keeps_its_lines(text: str) -> None:
    kept = storable(text)

    kept.encode()
    assert "\0" not in kept
    assert len(kept) == len(text)
    assert kept.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("Hospital.Example", "hospital.example"),
        ("_dmarc.a_b.example", "_dmarc.a_b.example"),
        ("Løten.example", "xn--lten-gra.example"),
        ("a_b.løten.example", "a_b.xn--lten-gra.example"),
        # Python's own codec reads strasse.example, which may be somebody else's.
        ("straße.example", "xn--strae-oqa.example"),
        ("løten。example", "xn--lten-gra.example"),
    ],
)
def test_a_name_is_written_as_dns_carries_it(name: str, labels: str) -> None:
    assert a_labels(name) == labels


@pytest.mark.parametrize("name", ["☃.example", "-ø.example", f"{'ø' * 63}.example"])
def test_a_name_that_dns_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(UnicodeError):
        a_labels(name)
