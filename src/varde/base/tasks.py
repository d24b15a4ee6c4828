"""The jobs of this floor."""

from datetime import timedelta

from django.utils import timezone

from varde.base.actions.job import forget_jobs, forget_workers
from varde.base.jobs import periodic

KEEP_DONE = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)


@periodic(cron="17 * * * *")
def tidy_jobs() -> None:
    """Jobs that ended long ago only slow the queue down."""
    now = timezone.now()
    forget_jobs(finished_before=now - KEEP_DONE, failed_before=now - KEEP_FAILED)
    forget_workers(unseen_since=now - KEEP_DONE)
