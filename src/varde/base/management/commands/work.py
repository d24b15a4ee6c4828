"""``python -m django work``: the worker as a process; ``varde up`` runs it."""

import signal
import threading

from django.core.management.base import BaseCommand

from varde.base.worker import run_worker


class Command(BaseCommand):
    help = "Run jobs until SIGTERM or SIGINT; the job at hand is finished first."
    # A worker must come up whatever the pages' templates say; `varde doctor` checks those.
    requires_system_checks = []

    def handle(self, *_args: object, **_options: object) -> None:
        stop = threading.Event()

        def end(number: int, _frame: object) -> None:
            # A second signal ends at once; the job goes to the next worker.
            signal.signal(number, signal.SIG_DFL)
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        run_worker(stop)
