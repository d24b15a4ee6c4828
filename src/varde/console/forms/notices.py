"""What the person who notifies may choose."""

from django import forms
from django.utils.translation import gettext_lazy as _

from varde.base.marking import TLP
from varde.incidents.actions.draft import Wishes


class NoticeForm(forms.Form):
    advice = forms.CharField(
        label=_("Advice of your own"), required=False, max_length=4000, widget=forms.Textarea
    )
    tlp = forms.ChoiceField(
        label=_("At least this label"), required=False, choices=[("", "–"), *TLP.choices]
    )
    again = forms.BooleanField(label=_("Tell members once more"), required=False)

    def wishes(self, member_ids: frozenset[int] | None = None) -> Wishes:
        """What was chosen; only after ``is_valid``."""
        said = self.cleaned_data
        return Wishes(
            advice=said["advice"],
            again=said["again"],
            tlp=TLP(said["tlp"]) if said["tlp"] else None,
            member_ids=member_ids,
        )
