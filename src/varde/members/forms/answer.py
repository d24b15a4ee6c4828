"""What a member may say of a notice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from varde.incidents.actions.answer import LONGEST_COMMENT
from varde.incidents.enums import AnswerKind


class AnswerForm(forms.Form):
    kind = forms.ChoiceField(
        choices=AnswerKind.choices,
        error_messages={
            "required": _("Choose one of the answers."),
            "invalid_choice": _("Choose one of the answers."),
        },
    )
    comment = forms.CharField(
        required=False,
        max_length=LONGEST_COMMENT,
        error_messages={
            "max_length": _("The comment is longer than %(limit_value)d characters."),
            "null_characters_not_allowed": _("The comment holds characters that are not text."),
        },
    )
