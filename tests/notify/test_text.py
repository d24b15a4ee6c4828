from hypothesis import given
from hypothesis import strategies as st

from varde.notify.text import one_line


@given(st.text())
def test_a_line_is_printable_and_has_no_break(text: str) -> None:
    line = one_line(text)

    assert line.isprintable()
    assert line == line.strip()
    assert "  " not in line
