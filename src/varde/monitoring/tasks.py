"""Jobs: keep the lake tidy, and forget in time."""

from django.conf import settings
from django.utils import timezone

from varde.base.jobs import job, periodic
from varde.monitoring.actions.retention import forget_raw, tend_lake


@periodic(cron="17 * * * *")
@job(attempts=1)
def tend() -> None:
    """Compaction and retention of the lake."""
    tend_lake(now=timezone.now(), days=settings.LAKE_DAYS)


@periodic(cron="43 2 * * *")
@job(attempts=3)
def forget() -> None:
    """Retention of raw lines."""
    forget_raw(now=timezone.now(), days=settings.RAW_DAYS)
