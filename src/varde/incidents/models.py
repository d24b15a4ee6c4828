"""Cases, the notices they send, and what members answer."""

from django.conf import settings
from django.db import models

from varde.accounts.enums import Language
from varde.base.ids import uuid7
from varde.base.marking import PAP, TLP
from varde.constituency.models import Organisation
from varde.incidents.enums import AnswerKind, CaseStatus, Classification
from varde.monitoring.enums import Severity
from varde.monitoring.models import Alert
from varde.notify.models import Notification


class Case(models.Model):
    """One incident and everybody it concerns. ``number`` is what people say: "2026-0017"."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    classification = models.CharField(max_length=40, choices=Classification)
    tlp = models.CharField(max_length=20, choices=TLP, default=TLP.AMBER)
    pap = models.CharField(max_length=20, choices=PAP, default=PAP.AMBER)
    status = models.CharField(max_length=16, choices=CaseStatus, default=CaseStatus.OPEN)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    members = models.ManyToManyField(Organisation, related_name="cases", blank=True)
    alerts = models.ManyToManyField(Alert, related_name="cases", blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["status", "-opened_at"], name="case_status")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseNote(models.Model):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["written_at"]

    def __str__(self) -> str:
        return self.text[:60]


class Notice(models.Model):
    """What one member was told, from a case or straight from alerts; evidence is frozen with it.

    ``token_digest`` is the SHA-256 of the secret in the member's link.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    member = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="notices")
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    alerts = models.ManyToManyField(Alert, related_name="notices")
    notification = models.OneToOneField(
        Notification, null=True, on_delete=models.PROTECT, related_name="notice"
    )
    language = models.CharField(max_length=2, choices=Language)
    tlp = models.CharField(max_length=20, choices=TLP)
    subject = models.CharField(max_length=300)
    advice = models.TextField(blank=True)
    # What was found and where it was seen, cut to the member's own hosts; the shapes are those of
    # ``evidence.Finding`` and ``evidence.Row``. ``event_count`` counts what the rows are a part of.
    findings = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    event_count = models.PositiveBigIntegerField(default=0)
    token_digest = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True, blank=True)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    link_expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["member", "-created_at"], name="notice_member")]

    def __str__(self) -> str:
        return f"{self.number} to {self.member_id}"

    @property
    def answer_label(self) -> str:
        """The latest answer in words, on rows of ``queries.notice_list``; empty without one."""
        kind = getattr(self, "answer_kind", None)
        return str(AnswerKind(kind).label) if kind else ""


class Answer(models.Model):
    """What the member said; the latest counts, all are kept."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=20, choices=AnswerKind)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-answered_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.notice_id}"
