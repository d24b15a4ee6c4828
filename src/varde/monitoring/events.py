"""What monitoring announces, after the commit and with ids only."""

from django.dispatch import Signal

# Sender Batch; batch_id: int, sensor_id: int. A block of lines is stored.
batch_stored = Signal()
# Sender Alert; alert_ids: list[int]. Alerts that were not there before.
alert_raised = Signal()
# Sender Alert; alert_ids: list[int]. Alerts that more events came in for.
alert_grown = Signal()
# Sender Alert; alert_ids: list[int], verdict: str.
alert_assessed = Signal()
# Sender Alert; alert_ids: list[int].
alert_reopened = Signal()
# Sender SuppressionRule; rule_id: int. A rule is new, or was put in or out of force.
suppression_changed = Signal()
