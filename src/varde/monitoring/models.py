"""Sensors, batches of events, and alerts: what was seen, at whom, and why we say so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from varde.base.ids import uuid7
from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.monitoring.enums import (
    AlertStatus,
    BatchState,
    DetectionKind,
    Direction,
    LogFormat,
    Severity,
)


class Sensor(models.Model):
    """Something that writes logs; known by the name it sends under."""

    name = models.SlugField(max_length=64, unique=True)
    format = models.CharField(max_length=16, choices=LogFormat, default=LogFormat.SURICATA)
    created_at = models.DateTimeField(auto_now_add=True)
    last_batch_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SensorPlacement(models.Model):
    """Whose traffic a sensor sees, in time."""

    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="placements")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="sensor_placements"
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="placement_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sensor_id} at {self.organisation_id}"


class Batch(models.Model):
    """A block of log lines: kept raw before it is parsed, stored at most once.

    ``received`` = ``stored`` + ``dead_lettered``; ``duplicate`` counts lines of later copies.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="batches")
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=300)  # file name, without its folder
    format = models.CharField(max_length=16, choices=LogFormat)
    state = models.CharField(max_length=16, choices=BatchState, default=BatchState.RECEIVED)
    size = models.PositiveBigIntegerField()  # bytes, uncompressed
    received = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    dead_lettered = models.PositiveIntegerField(default=0)
    findings = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    suppressed_by = models.JSONField(default=dict)  # {"name of a suppression rule": 17, ...}
    by_type = models.JSONField(default=dict)  # {"dns": 17, ...}
    dead_letter_reasons = models.JSONField(default=dict)  # {"not_json": 2, ...}
    first_event_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "batches"
        indexes = [
            models.Index(fields=["received_at"], name="batch_received_at"),
            models.Index(fields=["sensor", "-received_at"], name="batch_sensor_received_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sensor", "sha256"], name="batch_once_per_sensor")
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.state}"


class SuppressionRule(models.Model):
    """Findings that shall not raise alerts, why, on whose word and until when.

    A finding is suppressed where every condition that is set holds. A shipped rule has no owner.
    """

    name = models.CharField(max_length=200, unique=True)
    # "suricata:2200000-2299999" (a range of signatures), "suricata:2027863", "indicator:domain:x"
    detection = models.CharField(max_length=300)
    member = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.CharField(max_length=49, blank=True)  # address or CIDR of either end
    reason = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shipped = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    hits = models.PositiveBigIntegerField(default=0)
    last_hit_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """All findings of one detection at one member in one window, with the reason in full.

    ``key`` = SHA-256 of detection, member and window start: what makes raising it idempotent.
    ``detection`` is "suricata:<sid>" or "indicator:<type>:<value>". ``why`` holds facts, not prose:
    the screens put them into the reader's language (its shape: ``actions/alert.py``).
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=DetectionKind)
    detection = models.CharField(max_length=300)
    title = models.CharField(max_length=300)
    indicator_type = models.CharField(max_length=16, blank=True)
    indicator = models.CharField(max_length=2048, blank=True)
    member = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts"
    )
    severity = models.PositiveSmallIntegerField(choices=Severity)
    tlp = models.CharField(max_length=20, choices=TLP, default=TLP.AMBER)
    status = models.CharField(max_length=16, choices=AlertStatus, default=AlertStatus.NEW)
    count = models.PositiveBigIntegerField()
    window_start = models.DateTimeField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    why = models.JSONField(default=dict)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    assessed_at = models.DateTimeField(null=True, blank=True)
    assessment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-severity", "-last_seen", "-id"]
        # A page of the queue is found in an index alone, whatever it is filtered by; only its
        # fifty rows are then read from the table. Hence the columns behind the order.
        indexes = [
            models.Index(
                fields=["status", "-severity", "-last_seen", "-id", "member", "detection", "kind"],
                name="alert_triage",
            ),
            models.Index(
                fields=["-severity", "-last_seen", "-id", "member", "detection", "kind"],
                name="alert_severity",
            ),
            models.Index(
                fields=["status", "-last_seen", "-id", "member", "detection", "kind"],
                name="alert_latest",
            ),
            models.Index(fields=["status", "-count", "-id"], name="alert_count"),
            models.Index(
                fields=[
                    "member",
                    "-severity",
                    "-last_seen",
                    "-id",
                    "status",
                    "detection",
                    "tlp",
                ],
                name="alert_member",
            ),
            models.Index(fields=["detection", "-last_seen"], name="alert_detection"),
            models.Index(fields=["-last_seen", "-id"], name="alert_last_seen"),
        ]

    def __str__(self) -> str:
        return self.title


class DetectionName(models.Model):
    """What each detection is called, once: searching text in alerts begins here.

    There are some thousand detections where there are a million alerts.
    """

    detection = models.CharField(max_length=300, unique=True)
    title = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.title


class AlertEvent(models.Model):
    """One event behind an alert: the first hundred are kept here, all are in the lake.

    ``address`` is the member's own end; what a member is told is cut to rows where it is theirs.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="events")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()  # in the batch, from 1
    table = models.CharField(max_length=32)
    at = models.DateTimeField()
    sensor = models.CharField(max_length=64)
    source_address = models.CharField(max_length=45, blank=True)
    source_port = models.PositiveIntegerField(null=True)
    destination_address = models.CharField(max_length=45, blank=True)
    destination_port = models.PositiveIntegerField(null=True)
    protocol = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=45, blank=True)
    direction = models.CharField(max_length=16, choices=Direction)
    field = models.CharField(max_length=64, blank=True)  # "dns.rrname": where the match was
    observed = models.CharField(max_length=2048, blank=True)  # the value as it stood there
    # Which fact gave the event to the member: {"by": "network", "value": "192.0.2.0/24", ...}
    attribution = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "batch", "line", "field"], name="alert_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.at:%F %T}"
