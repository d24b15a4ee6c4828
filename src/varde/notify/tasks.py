"""Jobs: empty the outbox."""

import os
import socket

from django.utils import timezone

from varde.base.jobs import job, periodic
from varde.notify.actions.delivery import deliver_due

BATCH = 50


@periodic(cron="* * * * *")
@job(attempts=1)
def deliver() -> None:
    """Send what is due. A job that dies leaves leases that run out: the next one goes on."""
    worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
    while deliver_due(now=timezone.now(), worker=worker, limit=BATCH) == BATCH:
        pass
