from varde.members.forms.answer import AnswerForm


def test_an_answer_is_one_of_four_with_an_optional_comment() -> None:
    assert AnswerForm({"kind": "fixed"}).is_valid()
    assert not AnswerForm({"kind": "maybe"}).is_valid()
    assert not AnswerForm({"comment": "x"}).is_valid()
