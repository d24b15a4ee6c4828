from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is to the centre; what each may do is in the floors' ``policies``."""

    ANALYST = "analyst", _("Analyst")
    LEAD = "lead", _("Lead analyst")
    MEMBER = "member", _("Member contact")
    LEADERSHIP = "leadership", _("Leadership")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


STAFF_ROLES = frozenset(
    {Role.ANALYST, Role.LEAD, Role.LEADERSHIP, Role.AUDITOR, Role.ADMINISTRATOR}
)
OPERATOR_ROLES = frozenset({Role.ANALYST, Role.LEAD, Role.ADMINISTRATOR})


class Language(models.TextChoices):
    BOKMAL = "nb", "Bokmål"
    NYNORSK = "nn", "Nynorsk"
    ENGLISH = "en", "English"
