"""What a member's contact may read of its own alerts."""

from collections.abc import Iterable
from dataclasses import dataclass

from varde.incidents.findings import finding_of
from varde.incidents.ownership import Ownership
from varde.incidents.queries.evidence import ownership
from varde.incidents.wording import defang
from varde.monitoring.models import Alert


@dataclass(frozen=True, slots=True)
class OwnAlert:
    """An alert cut to its member: the same cut as in a notice."""

    alert: Alert
    title: str  # empty: withheld
    hosts: list[str]


def own_alerts(alerts: Iterable[Alert]) -> list[OwnAlert]:
    """``alerts`` as their members may see them; the caller has checked that they are theirs."""
    owned = ownership()
    return [_own(alert, owned) for alert in alerts]


def _own(alert: Alert, owned: Ownership) -> OwnAlert:
    finding = finding_of(alert, member_id=alert.member_id or 0, ownership=owned)
    return OwnAlert(alert, defang(finding["title"]), finding["hosts"])
