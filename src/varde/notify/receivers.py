"""Announcements into jobs."""

from typing import Any

from varde.notify import events, tasks
from varde.notify.queries import is_waiting


def deliver_soon(sender: object, **kwargs: Any) -> None:  # noqa: ANN401, ARG001 - a signal's signature
    """Mail leaves when its cause is committed, not at the next full minute.

    One job empties the outbox, so two hundred notices wake one worker once.
    """
    if not is_waiting(tasks.deliver.module_path):
        tasks.deliver.enqueue()


def connect() -> None:
    events.notification_queued.connect(deliver_soon, dispatch_uid="notify.deliver_soon")
