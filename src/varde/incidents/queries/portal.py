"""What a member's contact may read of its own alerts."""

from collections.abc import Iterable
from dataclasses import dataclass

from varde.incidents.evidence import Finding
from varde.incidents.findings import finding_of
from varde.incidents.ownership import Ownership
from varde.incidents.queries.evidence import ownership
from varde.monitoring.models import Alert


@dataclass(frozen=True, slots=True)
class OwnAlert:
    """An alert cut to its member: the same cut as in a notice."""

    alert: Alert
    finding: Finding
    hosts: list[str]


def own_alerts(alerts: Iterable[Alert]) -> list[OwnAlert]:
    """``alerts`` as their members may see them; the caller has checked that they are theirs."""
    owned = ownership()
    return [_own(alert, owned) for alert in alerts]


def _own(alert: Alert, owned: Ownership) -> OwnAlert:
    member_id = alert.member_id or 0
    hosts = [
        host
        for host in alert.why.get("hosts", {})
        if not (owners := owned.of_address(host)) or member_id in owners
    ]
    return OwnAlert(alert, finding_of(alert, member_id=member_id, ownership=owned), hosts)
