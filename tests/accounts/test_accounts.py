"""How form fields look, and whom they speak to."""

from django import forms
from django.template import Context, Template


class Sample(forms.Form):
    name = forms.CharField(help_text="Your own.")
    wanted = forms.BooleanField(required=False)


def render(form: forms.Form, field: str) -> str:
    template = Template("{% load accounts %}{% styled field %}")
    return template.render(Context({"field": form[field]}))


def test_an_input_names_its_hint_and_its_errors() -> None:
    html = render(Sample({"name": ""}), "name")

    assert 'class="vd-input"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_box_to_tick_is_one() -> None:
    html = render(Sample(), "wanted")

    assert 'class="vd-check"' in html
    assert "aria-describedby" not in html


def test_what_was_typed_is_escaped() -> None:
    html = render(Sample({"name": '"><script>alert(1)</script>'}), "name")

    assert "<script>" not in html
