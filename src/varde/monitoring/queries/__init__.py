"""What may be read of sensors, batches and alerts; every read starts from what a user may see."""

from varde.monitoring.queries.alerts import (
    COUNT_BOUND,
    AlertFilter,
    AlertOrder,
    AlertPage,
    alert_page,
    alert_pulse,
    alerts_newer_than,
    alerts_on_this_machine,
    alerts_visible_to,
    count_by_status,
    elsewhere,
    filtered,
    hours_of,
    newest_alert_id,
    open_alert_count,
)
from varde.monitoring.queries.batches import (
    LineCounts,
    SensorHealth,
    batches_visible_to,
    placements_visible_to,
    sensor_health,
    sensors_visible_to,
)
from varde.monitoring.queries.evidence import events_of, raw_line
from varde.monitoring.queries.suppression import (
    Preview,
    alerts_hidden_by,
    rules_in_force,
    suppression_rules_visible_to,
)

__all__ = [
    "COUNT_BOUND",
    "AlertFilter",
    "AlertOrder",
    "AlertPage",
    "LineCounts",
    "Preview",
    "SensorHealth",
    "alert_page",
    "alert_pulse",
    "alerts_hidden_by",
    "alerts_newer_than",
    "alerts_on_this_machine",
    "alerts_visible_to",
    "batches_visible_to",
    "count_by_status",
    "elsewhere",
    "events_of",
    "filtered",
    "hours_of",
    "newest_alert_id",
    "open_alert_count",
    "placements_visible_to",
    "raw_line",
    "rules_in_force",
    "sensor_health",
    "sensors_visible_to",
    "suppression_rules_visible_to",
]
