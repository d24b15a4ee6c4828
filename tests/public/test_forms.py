import pytest

from varde.incidents.enums import AnswerKind
from varde.public.forms.answer import AnswerForm


@pytest.mark.parametrize("kind", AnswerKind)
def test_each_of_the_four_answers_is_taken_without_a_comment(kind: AnswerKind) -> None:
    form = AnswerForm({"kind": kind})

    assert form.is_valid()
    assert form.cleaned_data == {"kind": kind, "comment": ""}


def test_nothing_but_the_two_fields_is_read() -> None:
    form = AnswerForm({"kind": "fixed", "notice": "7", "answered_by": "1", "id": "1"})

    assert form.is_valid()
    assert set(form.cleaned_data) == {"kind", "comment"}
