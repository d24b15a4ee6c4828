"""What is forgotten, and when: raw lines soon, events later; alerts and their evidence stay."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from varde.base import audit
from varde.engine.lake import Lake
from varde.monitoring.segments import forget_files_older_than

_FOLDERS = ("raw", "captures", "dead-letters")


def forget_raw(*, now: datetime, days: int) -> int:
    """Remove raw segments, kept captures and unread lines older than ``days``; gives how many."""
    before = now - timedelta(days=days)
    home = Path(settings.VARDE_HOME)
    gone = sum(forget_files_older_than(home / folder, before) for folder in _FOLDERS)
    if gone:
        with transaction.atomic():
            audit.record(None, "raw.forget", "monitoring.raw", files=gone, days=days)
    return gone


def tend_lake(*, now: datetime, days: int) -> int:
    """Merge small files, forget events received more than ``days`` ago, remove what is unused.

    Gives how many partitions were forgotten.
    """
    lake = Lake(Path(settings.VARDE_HOME, "lake"))
    forgotten = lake.retain(days, now=now)
    lake.compact()
    lake.vacuum(hours=1)
    if forgotten:
        with transaction.atomic():
            audit.record(None, "lake.forget", "monitoring.lake", partitions=forgotten, days=days)
    return forgotten
