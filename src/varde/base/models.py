"""Facts that know nothing of a CSIRT: the audit chain, human numbers, revisions, failed jobs."""

from django.db import models

from varde.base.ids import uuid7


class AuditEntry(models.Model):
    """One link of the append-only chain: who did what to which thing.

    ``digest`` = SHA-256 over the previous digest and this entry's fields. Personal data is not in
    the chain: ``detail_digest`` commits to the erasable ``AuditDetail``.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)  # "user:17", "system", "member:42": never a name
    action = models.CharField(max_length=64)  # "case.close"
    subject = models.CharField(max_length=128)  # "incidents.case:17"
    detail_digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["subject"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject}"


class AuditDetail(models.Model):
    """What an entry says beyond its bare facts; may be erased without breaking the chain."""

    entry = models.OneToOneField(
        AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="detail"
    )
    salt = models.CharField(max_length=32)
    facts = models.JSONField()

    def __str__(self) -> str:
        return f"detail of {self.entry_id}"


class AuditHead(models.Model):
    """The end of the chain, one row: locked by each append so that the chain cannot fork."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"head {self.sequence}"


class Counter(models.Model):
    """The last human number given in a series: ``case-2026`` -> 17."""

    series = models.CharField(max_length=64, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Revision(models.Model):
    """How often a body of facts has changed; a compiled artefact names the revision it is of."""

    name = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class DeadJob(models.Model):
    """A job that failed for good: kept, visible, and may be run again."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField()
    error = models.TextField()
    died_at = models.DateTimeField(auto_now_add=True)
    revived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-died_at"]

    def __str__(self) -> str:
        return f"{self.task} after {self.attempts}"


class PeriodicRun(models.Model):
    """When a periodic task was last enqueued, so that two schedulers enqueue it once."""

    task = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task} at {self.due_at}"


class JobWorker(models.Model):
    """A process that runs jobs; one that has not been seen for a while is taken for dead."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
