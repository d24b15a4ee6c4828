from django.db import models
from django.utils.translation import gettext_lazy as _


class LogFormat(models.TextChoices):
    SURICATA = "suricata", "Suricata EVE"
    ZEEK = "zeek", "Zeek"


class BatchState(models.TextChoices):
    RECEIVED = "received", _("Received")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class DetectionKind(models.TextChoices):
    SIGNATURE = "signature", _("Signature")
    INDICATOR = "indicator", _("Indicator")


class Severity(models.IntegerChoices):
    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")


class AlertStatus(models.TextChoices):
    NEW = "new", _("New")
    IN_CASE = "in_case", _("In a case")
    TRUE = "true", _("True")
    FALSE = "false", _("False")
    INFORMATIONAL = "informational", _("Informational")


class Direction(models.TextChoices):
    """Seen from the member: who opened the conversation."""

    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")
    INTERNAL = "internal", _("Between members")
    EXTERNAL = "external", _("No member")
