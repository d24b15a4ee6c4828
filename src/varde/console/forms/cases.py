"""What an analyst says of a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from varde.base.marking import PAP, TLP
from varde.incidents.actions.case import LONGEST_NOTE, LONGEST_TITLE, CaseFacts
from varde.incidents.enums import Classification
from varde.monitoring.enums import Severity


class CaseForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    severity = forms.TypedChoiceField(
        label=_("Severity"), choices=Severity.choices, coerce=int, initial=Severity.MEDIUM
    )
    classification = forms.ChoiceField(
        label=_("Class (RSIT)"), choices=Classification.choices, initial=Classification.OTHER
    )
    tlp = forms.ChoiceField(label="TLP", choices=TLP.choices, initial=TLP.AMBER)
    pap = forms.ChoiceField(label="PAP", choices=PAP.choices, initial=PAP.AMBER)

    def facts(self) -> CaseFacts:
        """What was filled in; only after ``is_valid``."""
        said = self.cleaned_data
        return CaseFacts(
            title=said["title"],
            severity=Severity(said["severity"]),
            classification=Classification(said["classification"]),
            tlp=TLP(said["tlp"]),
            pap=PAP(said["pap"]),
        )


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, widget=forms.Textarea)
