"""A worker process that stops for good at a named place, for tests that kill it there.

Usage: worker.py DATABASE PORT PLACE MARK. At PLACE it writes the file MARK and waits to be killed:
``before``: the claim is committed, nothing is sent; ``after``: the server has taken the message,
the attempt is not written down.
"""

import os
import sys
import time
from pathlib import Path


def work(database: str, port: int, place: str, mark: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "varde.project.settings"
    import django  # noqa: PLC0415 - only a set-up Django can import the rest
    from django.conf import settings  # noqa: PLC0415 - as above

    settings.DATABASES["default"]["NAME"] = database
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    django.setup()
    from django.utils import timezone  # noqa: PLC0415 - as above

    from varde.notify import channels  # noqa: PLC0415 - as above
    from varde.notify.actions.delivery import deliver_due  # noqa: PLC0415 - as above
    from varde.notify.models import Delivery  # noqa: PLC0415 - as above

    send = channels.send

    def send_and_stop(waiting: Delivery) -> channels.HandedOver:
        if place == "before":
            stop(mark)
        handed_over = send(waiting)
        stop(mark)
        return handed_over

    # The process under test is real; only the place where it dies is put in.
    channels.send = send_and_stop
    deliver_due(now=timezone.now(), worker=f"killed-{os.getpid()}", limit=10)


def stop(mark: Path) -> None:
    mark.touch()
    time.sleep(600)


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
