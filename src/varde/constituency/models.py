"""Who the centre serves, what they own, and whom to call: every fact with its validity in time."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from varde.accounts.enums import Language
from varde.base.ids import uuid7
from varde.constituency.enums import ContactRole, County, Criticality, OrganisationKind


class Organisation(models.Model):
    """A member, supplier, authority or peer. ``handle`` is its short, stable name in imports."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    handle = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    number = models.CharField(max_length=20, blank=True)  # Norwegian organisation number
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    it_supplier = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="customers"
    )
    county = models.CharField(max_length=8, choices=County, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.BOKMAL)
    criticality = models.PositiveSmallIntegerField(choices=Criticality, default=Criticality.MEDIUM)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["kind"], name="organisation_kind")]

    def __str__(self) -> str:
        return self.name


class Validity(models.Model):
    """A fact that holds from ``valid_from`` until just before ``valid_to``."""

    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def _ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name
    )


class Network(Validity):
    """An address range in canonical CIDR form; v4-mapped ranges are stored as IPv4."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="networks"
    )
    cidr = models.CharField(max_length=49)
    label = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["cidr", "valid_from"]
        indexes = [models.Index(fields=["cidr"], name="network_cidr")]
        constraints = [_ends_after_it_begins("network_ends_after_it_begins")]

    def __str__(self) -> str:
        return self.cidr


class AutonomousSystem(Validity):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="autonomous_systems"
    )
    number = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [_ends_after_it_begins("as_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"AS{self.number}"


class Domain(Validity):
    """A domain with all below it, in lower-case A-label form."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="domain_name")]
        constraints = [_ends_after_it_begins("domain_ends_after_it_begins")]

    def __str__(self) -> str:
        return self.name


class Contact(Validity):
    """A person or role mailbox at an organisation; ``user`` where they may log in for it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts"
    )
    role = models.CharField(max_length=20, choices=ContactRole)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    hours = models.CharField(max_length=100, blank=True)
    pgp_key = models.TextField(blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contacts",
    )

    class Meta:
        ordering = ["role", "name"]
        constraints = [_ends_after_it_begins("contact_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"{self.name or self.email} ({self.role})"
