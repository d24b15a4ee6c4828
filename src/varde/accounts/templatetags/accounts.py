"""How allauth's form fields look like ours."""

from django import forms, template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def styled(field: forms.BoundField) -> SafeString:
    """The field's input with our class, tied to its hint and errors for those who listen."""
    kind = getattr(field.field.widget, "input_type", "")
    described = f"{field.auto_id}_error" if field.errors else ""
    if field.help_text:
        described = f"{field.auto_id}_helptext {described}".strip()
    attrs: dict[str, str | bool] = {
        "class": "vd-check" if kind == "checkbox" else "vd-input",
        "placeholder": False,
    }
    if described:
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)
