"""Suppression rules, and what a rule would have hidden had it been there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from varde.accounts.policies import AnyUser
from varde.constituency.models import Organisation
from varde.monitoring.models import Alert, AlertEvent, SuppressionRule
from varde.monitoring.patterns import OneDetection, covers, lies_in, read_network, read_pattern
from varde.monitoring.policies import may_see_all_alerts
from varde.monitoring.queries.alerts import alerts_visible_to

PREVIEW_PERIOD = timedelta(days=7)
_LOOKED_AT = 5000  # alerts whose addresses a preview reads at most


@dataclass(frozen=True, slots=True)
class Preview:
    """``alerts`` that the rule would have hidden, ``events`` in them; ``examples`` of them."""

    alerts: int
    events: int
    examples: list[Alert]


def suppression_rules_visible_to(user: AnyUser) -> QuerySet[SuppressionRule]:
    """All rules for the centre's operators and auditors; nobody else sees any."""
    if may_see_all_alerts(user):
        return SuppressionRule.objects.select_related("owner", "member")
    return SuppressionRule.objects.none()


def rules_in_force(now: datetime) -> list[SuppressionRule]:
    """The rules that hold at ``now``, in the order they are tried: shipped first, then by age."""
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    rules = SuppressionRule.objects.filter(alive, enabled=True)
    return list(rules.order_by("-shipped", "id"))


def alerts_hidden_by(
    user: AnyUser, detection: str, *, member: Organisation | None, address: str, now: datetime
) -> Preview:
    """What a rule with these conditions would have hidden in the last seven days.

    With an ``address`` an alert counts where all evidence kept with it lies there. Raises
    ``ValueError`` where ``detection`` or ``address`` cannot be read.
    """
    alerts = alerts_visible_to(user).filter(last_seen__gte=now - PREVIEW_PERIOD)
    alerts = alerts.filter(detection__in=_detections(alerts, detection))
    if member is not None:
        alerts = alerts.filter(member=member)
    found = list(alerts.select_related("member").defer("why")[:_LOOKED_AT])
    if address:
        outside = _with_events_outside(found, address)
        found = [alert for alert in found if alert.pk not in outside]
    return Preview(len(found), sum(alert.count for alert in found), found[:10])


def _detections(alerts: QuerySet[Alert], text: str) -> list[str]:
    """The detections in ``alerts`` that the pattern ``text`` covers."""
    pattern = read_pattern(text)
    if isinstance(pattern, OneDetection):
        return [pattern.detection]
    seen = alerts.order_by().values_list("detection", flat=True).distinct()
    return [detection for detection in seen if covers(pattern, detection)]


def _with_events_outside(alerts: list[Alert], address: str) -> set[int]:
    """Keys of those alerts that have an event with neither end in ``address``."""
    network = read_network(address)
    ends = (
        AlertEvent.objects.filter(alert__in=[alert.pk for alert in alerts])
        .order_by()
        .values_list("alert_id", "source_address", "destination_address")
        .distinct()
    )
    return {
        alert
        for alert, source, destination in ends
        if not lies_in(network, source) and not lies_in(network, destination)
    }
