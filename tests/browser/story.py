"""What happens in the sector: alerts, a case, notices and answers, by real writes where there are.

The alerts themselves are put in as they are, since how they are raised is tested elsewhere.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from tests.browser.sector import (
    DOMAINS,
    HOSTILE,
    make_indicators,
    make_members,
    make_sensors,
    make_users,
)
from varde.accounts.models import User
from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.incidents.actions.answer import answer_notice
from varde.incidents.actions.case import CaseFacts, add_note, open_case
from varde.incidents.actions.notice import send_notices
from varde.incidents.enums import Classification
from varde.monitoring.actions.alert import assess_alerts
from varde.monitoring.actions.suppression import RuleTerms, add_rule, ensure_shipped_rules
from varde.monitoring.enums import DetectionKind, Direction, Severity
from varde.monitoring.models import Alert, AlertEvent, Batch, DetectionName
from varde.notify.actions.delivery import deliver_due

_SIGNATURES = (
    (2027863, "ET MALWARE Observed DNS Query to Known Ransomware Domain", Severity.HIGH),
    (2024364, "ET SCAN Possible Nmap User-Agent Observed", Severity.LOW),
    (2033713, "ET POLICY Cleartext password over HTTP", Severity.MEDIUM),
)
_CLAIMS = [
    {
        "source": name,
        "confidence": confidence,
        "tlp": tlp,
        "pap": "amber",
        "reference": "https://ncsc.example/2026/31",
        "context": context,
    }
    for name, confidence, tlp, context in (
        ("NCSC", 92, "amber", "Lynx løsepengevirus"),
        (HOSTILE, 67, "green", HOSTILE),
    )
]


@dataclass(frozen=True, slots=True)
class Scene:
    """What every alert of the story needs, and those told so far."""

    now: datetime
    batch: Batch
    alerts: list[Alert]


def tell(now: datetime | None = None) -> dict[str, User]:
    """Fill the database; returns one user of each role."""
    now = now or timezone.now()
    users = make_users()
    members = make_members(users["member"], now)
    scene = Scene(now=now, batch=make_sensors(members, now)[0], alerts=[])
    make_indicators(now)
    _match_indicators(scene, members)
    _fire_signatures(scene, members)
    _tell_the_case(scene.alerts, members, users)
    _assess_the_noise(scene.alerts, users["analyst"])
    _make_rules(users["lead"], members[2], now)
    return users


def _match_indicators(scene: Scene, members: list[Organisation]) -> None:
    for number, domain in enumerate(DOMAINS):
        facts = {"claims": _CLAIMS, "contacts": ["outbound", "lookup"]}
        for place, member in enumerate(members):
            if (number + place) % 3 == 0:
                is_vital = member.criticality == 4
                because = [{"code": "outbound", "confidence": 92}]
                because += [{"code": "vital_member"}] if is_vital else []
                severity = Severity.CRITICAL if is_vital else Severity.HIGH
                _raise(scene, member, domain, severity, facts | _because(*because))
    facts = {"claims": _CLAIMS, "contacts": ["elsewhere"], **_because({"code": "elsewhere"})}
    _raise(scene, None, DOMAINS[0], Severity.LOW, facts)


def _fire_signatures(scene: Scene, members: list[Organisation]) -> None:
    facts = _because({"code": "signature_priority"})
    for number, title, severity in _SIGNATURES:
        for member in members:
            name = HOSTILE if member.handle == "hostile" else title
            _raise(scene, member, name, severity, facts, signature=number)


def _because(*facts: dict[str, Any]) -> dict[str, Any]:
    return {"severity": {"because": list(facts)}}


def _raise(
    scene: Scene,
    member: Organisation | None,
    title: str,
    severity: Severity,
    facts: dict[str, Any],
    *,
    signature: int = 0,
) -> None:
    number = len(scene.alerts)
    why = facts | _where(member, number)
    detection = f"suricata:{signature}" if signature else f"indicator:domain:{title}"
    seen = scene.now - timedelta(minutes=17 * number + 1)
    alert = Alert.objects.create(
        key=sha256(f"{detection} {number}".encode()).hexdigest(),
        kind=DetectionKind.SIGNATURE if signature else DetectionKind.INDICATOR,
        detection=detection,
        title=title,
        indicator_type="" if signature else "domain",
        indicator="" if signature else title,
        member=member,
        severity=severity,
        tlp=TLP.AMBER,
        count=why["events"],
        window_start=seen.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
        first_seen=seen - timedelta(hours=2),
        last_seen=seen,
        why=why,
    )
    DetectionName.objects.get_or_create(detection=detection, defaults={"title": title})
    _keep_evidence(scene, alert)
    scene.alerts.append(alert)


def _where(member: Organisation | None, seed: int) -> dict[str, Any]:
    hours = [(seed * 5 + h * h) % 17 if 7 <= h <= 16 else (seed + h) % 3 for h in range(24)]
    network = member.networks.order_by("pk").first() if member else None
    if network is None:
        return {"hours": hours, "hosts": {}, "attribution": [], "events": sum(hours)}
    start = network.cidr.removesuffix("0/24")
    return {
        "hours": hours,
        "hosts": {f"{start}{10 + n}": 40 - n * 9 for n in range(3)},
        "attribution": [{"by": "network", "value": network.cidr}],
        "events": sum(hours),
    }


def _keep_evidence(scene: Scene, alert: Alert) -> None:
    own = next(iter(alert.why["hosts"]), "")
    AlertEvent.objects.bulk_create(
        AlertEvent(
            alert=alert,
            batch=scene.batch,
            line=len(scene.alerts) * 100 + n + 1,
            table="dns",
            at=alert.last_seen - timedelta(minutes=3 * n),
            sensor=scene.batch.sensor.name,
            source_address=own or "192.0.2.77",
            source_port=49152 + n,
            destination_address="192.0.2.53",
            destination_port=53,
            protocol="UDP",
            address=own,
            direction=Direction.OUTBOUND if own else Direction.EXTERNAL,
            field="dns.rrname",
            observed=alert.indicator or HOSTILE,
            attribution=next(iter(alert.why["attribution"]), {}),
        )
        for n in range(6)
    )


def _tell_the_case(
    alerts: list[Alert], members: list[Organisation], users: dict[str, User]
) -> None:
    analyst = users["analyst"]
    facts = CaseFacts(
        title="Lynx løsepengevirus: oppslag mot update-helse.example",
        severity=Severity.CRITICAL,
        classification=Classification.MALICIOUS_CODE,
    )
    wave = [alert for alert in alerts if alert.indicator == DOMAINS[0] and alert.member]
    case = open_case(facts=facts, actor=analyst, alerts=wave)
    add_note(case=case, text="Ringte vakten hos Nordlys. De isolerer maskinene.", actor=analyst)
    add_note(case=case, text=HOSTILE, actor=users["lead"])
    notices = send_notices(actor=analyst, case=case)
    deliver_due(now=timezone.now() + timedelta(seconds=1), worker="story", limit=100)
    mine = next(notice for notice in notices if notice.member_id == members[0].pk)
    answer_notice(notice=mine, kind="fixed", comment=HOSTILE, actor=users["member"])
    secret = [alert for alert in alerts if alert.indicator == HOSTILE][:1]
    open_case(facts=CaseFacts(title=HOSTILE, tlp=TLP.RED), actor=analyst, alerts=secret)


def _assess_the_noise(alerts: list[Alert], analyst: User) -> None:
    noise = [alert for alert in alerts if alert.detection == "suricata:2024364"]
    assess_alerts(alerts=noise[:4], verdict="false", actor=analyst, comment=HOSTILE)
    assess_alerts(alerts=noise[4:7], verdict="informational", actor=analyst, comment="Vi selv")


def _make_rules(lead: User, member: Organisation, now: datetime) -> None:
    ensure_shipped_rules()
    terms = RuleTerms(
        name=HOSTILE,
        detection="suricata:2024364",
        reason=HOSTILE,
        member=member,
        address="198.51.102.9",
        expires_at=now + timedelta(days=30),
    )
    add_rule(terms, actor=lead, now=now)
