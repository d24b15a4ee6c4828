"""The events behind an alert, down to the line the sensor wrote."""

from django.db.models import QuerySet

from varde.monitoring.models import Alert, AlertEvent
from varde.monitoring.segments import read_raw


def events_of(alert: Alert) -> QuerySet[AlertEvent]:
    """The events kept with ``alert``, in the order of time; ask for the alert as its reader."""
    return alert.events.select_related("batch").order_by("at", "id")


def raw_line(event: AlertEvent) -> bytes | None:
    """The line that the sensor wrote; None when retention has removed the raw lines."""
    content = read_raw(event.batch.sensor.name, event.batch.sha256)
    if content is None:
        return None
    lines = content.split(b"\n")
    return lines[event.line - 1] if event.line <= len(lines) else None
