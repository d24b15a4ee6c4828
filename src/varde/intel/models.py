"""Indicators, and who claims what about them."""

from django.db import models

from varde.base.ids import uuid7
from varde.base.marking import PAP, TLP
from varde.intel.enums import IndicatorType, Reliability


class Source(models.Model):
    """Where claims come from, and under which terms."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    tlp = models.CharField(max_length=20, choices=TLP, default=TLP.AMBER)
    pap = models.CharField(max_length=20, choices=PAP, default=PAP.AMBER)
    reliability = models.CharField(max_length=1, choices=Reliability, default=Reliability.F)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """An observable worth looking for, in its one canonical form."""

    type = models.CharField(max_length=16, choices=IndicatorType)
    value = models.CharField(max_length=2048)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "value"], name="indicator_type_value")
        ]

    def __str__(self) -> str:
        return f"{self.type}:{self.value}"


class Claim(models.Model):
    """What one source says of one indicator."""

    # The constraint below is an index over both: one of its own would double the cost of a feed.
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="claims", db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims")
    tlp = models.CharField(max_length=20, choices=TLP)
    pap = models.CharField(max_length=20, choices=PAP)
    confidence = models.PositiveSmallIntegerField(default=50)  # percent
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    context = models.CharField(max_length=500, blank=True)  # family, category, event title
    reference = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "source"], name="claim_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} on {self.indicator_id}"


class IndicatorImport(models.Model):
    """One run of an import with its balance: received = stored + duplicate + refused."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=300)
    received = models.PositiveIntegerField()
    stored = models.PositiveIntegerField()
    duplicate = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    # The first thousand refusals: [{"line": 3, "value": "10.0.0.1", "reason": "private_address"}]
    refusals = models.JSONField(default=list)
    reasons = models.JSONField(default=dict)  # of all refusals: {"private_address": 17, ...}
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.file_name
