"""What was observed, and who owns what: the input of ``evidence.cut``."""

from collections.abc import Iterable, Iterator

from django.db.models import Window
from django.db.models.functions import RowNumber

from varde.constituency.models import Domain, Network, Organisation
from varde.incidents.evidence import ROWS_KEPT, Observation
from varde.incidents.findings import is_restricted
from varde.incidents.ownership import Ownership
from varde.monitoring.models import Alert, AlertEvent

_MOST_EVENTS = 5000
_LEAST_SHARE = 5


def ownership() -> Ownership:
    """Everything that any member owns or ever owned, and every name."""
    return Ownership(_rows())


def _rows() -> Iterator[tuple[str, str, int]]:
    for cidr, member_id in Network.objects.values_list("cidr", "organisation_id").iterator():
        yield "network", cidr, member_id
    for name, member_id in Domain.objects.values_list("name", "organisation_id").iterator():
        yield "domain", name, member_id
    for name, handle, member_id in Organisation.objects.values_list("name", "handle", "id"):
        yield "name", name, member_id
        yield "name", handle, member_id


def observations(alerts: Iterable[Alert]) -> list[Observation]:
    """The events kept behind ``alerts``, in order of time; one query.

    Of each alert the first hundred, or fewer where there are many alerts: a notice keeps a hundred
    rows whatever they are chosen from.
    """
    by_id = {alert.pk: alert for alert in alerts}
    restricted = {pk for pk, alert in by_id.items() if is_restricted(alert)}
    share = min(ROWS_KEPT, max(_LEAST_SHARE, _MOST_EVENTS // max(1, len(by_id))))
    events = (
        AlertEvent.objects.filter(alert_id__in=by_id)
        .annotate(place=Window(RowNumber(), partition_by="alert_id", order_by=["at", "id"]))
        .filter(place__lte=share)
        .order_by("at", "id")
    )
    return [
        _observation(event, by_id[event.alert_id], restricted=event.alert_id in restricted)
        for event in events
    ]


def _observation(event: AlertEvent, alert: Alert, *, restricted: bool) -> Observation:
    return Observation(
        alert=str(alert.uid),
        member_id=alert.member_id,
        at=event.at,
        address=event.address,
        source_address=event.source_address,
        source_port=event.source_port,
        destination_address=event.destination_address,
        destination_port=event.destination_port,
        direction=event.direction,
        protocol=event.protocol,
        field=event.field,
        observed=event.observed,
        restricted=restricted,
    )
