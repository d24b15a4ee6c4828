from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(models.TextChoices):
    HOSPITAL = "hospital", _("Hospital")
    MUNICIPALITY = "municipality", _("Municipality")
    COUNTY = "county", pgettext_lazy("kind of organisation", "County")
    GP = "gp", _("General practitioner")
    PHARMACY = "pharmacy", _("Pharmacy")
    DENTIST = "dentist", _("Dentist")
    LABORATORY = "laboratory", _("Laboratory")
    SUPPLIER = "supplier", _("Supplier")
    AUTHORITY = "authority", _("Authority")
    PEER = "peer", _("Peer CSIRT")


class Criticality(models.IntegerChoices):
    """How hard patients are hit when the organisation is down."""

    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    VITAL = 4, _("Vital")


class ContactRole(models.TextChoices):
    TECHNICAL = "technical", _("Technical")
    DUTY = "duty", _("Round the clock")
    CISO = "ciso", _("Security manager")
    MANAGEMENT = "management", _("Management")


class County(models.TextChoices):
    """Norway's fifteen counties by ISO 3166-2."""

    OSLO = "NO-03", "Oslo"
    ROGALAND = "NO-11", "Rogaland"
    MORE_OG_ROMSDAL = "NO-15", "Møre og Romsdal"
    NORDLAND = "NO-18", "Nordland"
    OSTFOLD = "NO-31", "Østfold"
    AKERSHUS = "NO-32", "Akershus"
    BUSKERUD = "NO-33", "Buskerud"
    INNLANDET = "NO-34", "Innlandet"
    VESTFOLD = "NO-39", "Vestfold"
    TELEMARK = "NO-40", "Telemark"
    AGDER = "NO-42", "Agder"
    VESTLAND = "NO-46", "Vestland"
    TRONDELAG = "NO-50", "Trøndelag"
    TROMS = "NO-55", "Troms"
    FINNMARK = "NO-56", "Finnmark"
