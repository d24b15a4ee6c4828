"""What an alert says to the member it is about: pure functions on the alert's own facts."""

from collections.abc import Iterable, Mapping
from typing import Any

from varde.base.marking import TLP, strictest
from varde.incidents.evidence import Finding
from varde.incidents.ownership import Ownership
from varde.incidents.policies import member_may_have
from varde.monitoring.enums import DetectionKind
from varde.monitoring.models import Alert

Claim = Mapping[str, Any]


def claims_of(alert: Alert) -> list[Claim]:
    """What sources say of the alert's indicator; none where it came from a signature."""
    claims = alert.why.get("claims", [])
    return [claim for claim in claims if isinstance(claim, Mapping)]


def is_restricted(alert: Alert) -> bool:
    """Whether no source has let us pass the indicator on, so that nothing may give it away."""
    if alert.kind != DetectionKind.INDICATOR:
        return not member_may_have(TLP(alert.tlp))
    claims = claims_of(alert)
    if not claims:
        return not member_may_have(TLP(alert.tlp))
    return not any(member_may_have(_tlp(claim)) for claim in claims)


def finding_of(alert: Alert, *, member_id: int, ownership: Ownership) -> Finding:
    """The alert cut to what the member may have."""
    told = [claim for claim in claims_of(alert) if member_may_have(_tlp(claim))]
    hidden = is_restricted(alert)
    names_another = ownership.names_another(f"{alert.title} {alert.indicator}", than=member_id)
    shown = not hidden and not names_another
    return Finding(
        alerts=[str(alert.uid)],
        kind=alert.kind,
        title=alert.title if shown else "",
        severity=alert.severity,
        count=alert.count,
        first_seen=alert.first_seen.isoformat(),
        last_seen=alert.last_seen.isoformat(),
        indicator_type=alert.indicator_type,
        indicator=alert.indicator if shown else "",
        hosts=own_hosts(alert, member_id=member_id, ownership=ownership),
        sources=[_source(claim, member_id, ownership) for claim in told],
        withheld=len(claims_of(alert)) - len(told),
    )


def own_hosts(alert: Alert, *, member_id: int, ownership: Ownership) -> list[str]:
    """The member's machines that the alert is about; none that is only somebody else's."""
    hosts = alert.why.get("hosts", {})
    return [host for host in hosts if ownership.may_be(host, of=member_id)]


def gathered(findings: Iterable[Finding]) -> list[Finding]:
    """``findings`` with those that say the same as one, the gravest and most frequent first."""
    by_words: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        words = (finding["kind"], finding["title"], finding["indicator_type"], finding["indicator"])
        known = by_words.get(words)
        by_words[words] = finding if known is None else _together(known, finding)
    return sorted(by_words.values(), key=lambda f: (-f["severity"], -f["count"], f["title"]))


def _together(one: Finding, other: Finding) -> Finding:
    return {
        **one,
        "alerts": one["alerts"] + other["alerts"],
        "severity": max(one["severity"], other["severity"]),
        "count": one["count"] + other["count"],
        "first_seen": min(one["first_seen"], other["first_seen"]),
        "last_seen": max(one["last_seen"], other["last_seen"]),
        "hosts": list(dict.fromkeys(one["hosts"] + other["hosts"])),
        "sources": one["sources"] + [s for s in other["sources"] if s not in one["sources"]],
        "withheld": max(one["withheld"], other["withheld"]),
    }


def label_of(alerts: list[Alert], *, at_least: TLP) -> TLP:
    """The label of a notice: the strictest of what is told in it; what is withheld has no say."""
    told = [
        _tlp(claim)
        for alert in alerts
        for claim in claims_of(alert)
        if member_may_have(_tlp(claim))
    ]
    return strictest([at_least, *told], default=at_least)


def _tlp(claim: Claim) -> TLP:
    """The claim's label; one that cannot be read counts as the strictest."""
    try:
        return TLP.parse(str(claim.get("tlp", "")))
    except ValueError:
        return TLP.RED


def _source(claim: Claim, member_id: int, ownership: Ownership) -> dict[str, Any]:
    """Who says so. Free text that names another member is left out."""
    texts = {key: str(claim.get(key, "") or "") for key in ("source", "context", "reference")}
    shown = {
        key: "" if ownership.names_another(text, than=member_id) else text
        for key, text in texts.items()
    }
    return {**shown, "confidence": claim.get("confidence"), "tlp": _tlp(claim).value}
