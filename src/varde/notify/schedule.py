"""When to try again: pure arithmetic."""

from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(hours=48)
LEASE = timedelta(seconds=60)
MOST_TRIES = 40  # far above what 48 h of pauses allow: only a message that kills workers gets there
# Greylisting lets a retry through after 5-30 minutes; a mail server that is down needs hours.
_PAUSES = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
]


def next_try(*, attempts: int, queued_at: datetime, now: datetime) -> datetime | None:
    """When the try after ``attempts`` failed ones is due; ``None`` to give up.

    The pauses grow 1, 5, 15, 60 min, 2, 4, 8, 12 h; the last try is 48 h after ``queued_at``.
    """
    end = queued_at + GIVE_UP_AFTER
    if now >= end:
        return None
    pause = _PAUSES[min(attempts, len(_PAUSES)) - 1] if attempts else timedelta(0)
    return min(now + pause, end)
