"""The terms of a suppression rule."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from varde.constituency.models import Organisation
from varde.monitoring.actions.suppression import RuleTerms

LIFETIMES = [
    ("7", _("One week")),
    ("30", _("One month")),
    ("90", _("Three months")),
    ("", _("Until it is switched off")),
]


class RuleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    detection = forms.CharField(label=_("Detection"), max_length=300)
    member = forms.CharField(label=_("Only at this member"), max_length=64, required=False)
    address = forms.CharField(
        label=_("Only with this address or network"), max_length=49, required=False
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=2000)
    lifetime = forms.ChoiceField(label=_("Expires after"), choices=LIFETIMES, required=False)

    def terms(self, member: Organisation | None, now: datetime) -> RuleTerms:
        """What was filled in; only after ``is_valid``."""
        said = self.cleaned_data
        days = said["lifetime"]
        return RuleTerms(
            name=said["name"],
            detection=said["detection"],
            reason=said["reason"],
            member=member,
            address=said["address"],
            expires_at=now + timedelta(days=int(days)) if days else None,
        )
