from hypothesis import given
from hypothesis import strategies as st

from varde.notify.text import one_line, storable


@given(st.text())
def test_a_line_is_printable_and_has_no_break(text: str) -> None:
    line = one_line(text)

    assert line.isprintable()
    assert line == line.strip()
    assert "  " not in line


@given(st.text(st.characters(codec=None)))
def test_what_is_stored_can_be_encoded_and_keeps_its_lines(text: str) -> None:
    kept = storable(text)

    kept.encode()
    assert "\0" not in kept
    assert len(kept) == len(text)
    assert kept.count("\n") == text.count("\n")
