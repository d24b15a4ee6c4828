from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("status", "Open")
    WAITING = "waiting", _("Waiting for members")
    CLOSED = "closed", pgettext_lazy("status", "Closed")


class Classification(models.TextChoices):
    """The classes of RSIT v1003 (ENISA Reference Security Incident Taxonomy)."""

    ABUSIVE_CONTENT = "abusive-content", _("Abusive content")
    MALICIOUS_CODE = "malicious-code", _("Malicious code")
    INFORMATION_GATHERING = "information-gathering", _("Information gathering")
    INTRUSION_ATTEMPTS = "intrusion-attempts", _("Intrusion attempts")
    INTRUSIONS = "intrusions", _("Intrusions")
    AVAILABILITY = "availability", _("Availability")
    INFORMATION_CONTENT_SECURITY = "information-content-security", _("Information content security")
    FRAUD = "fraud", _("Fraud")
    VULNERABLE = "vulnerable", _("Vulnerable")
    OTHER = "other", _("Other")
    TEST = "test", _("Test")


class AnswerKind(models.TextChoices):
    FIXED = "fixed", _("Fixed")
    NOT_OURS = "not_ours", _("Not ours")
    FALSE_POSITIVE = "false_positive", _("False positive")
    NEED_HELP = "need_help", _("Need help")


class Skip(models.TextChoices):
    """Why a member gets no notice."""

    NO_CONTACT = "no_contact", _("No contact with an e-mail address")
    ALREADY_NOTIFIED = "already_notified", _("Already notified of these alerts")
    FALSE_ALARM = "false_alarm", _("All alerts were assessed as false")
    NO_EVIDENCE = "no_evidence", _("No observation that may be shown to the member")
    LEFT = "left", _("No longer a member")


class Theme(models.TextChoices):
    """What kind of thing was seen, as far as it changes what the member should do first."""

    OUTBOUND = "outbound", _("A machine contacted an address that attackers use")
    INBOUND = "inbound", _("An address that attackers use contacted a machine")
    FILE = "file", _("A harmful file was transferred")
    MAIL = "mail", _("An e-mail address that attackers use appeared")
    SIGNATURE = "signature", _("Traffic looked like an attack")
