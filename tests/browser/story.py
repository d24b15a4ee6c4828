"""A small sector with a story, as every page needs it: real writes where there are writes.

Some of what comes from outside is hostile here, since outside is where attackers sit.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from varde.accounts.enums import Role
from varde.accounts.models import User
from varde.base.marking import PAP, TLP
from varde.constituency.enums import ContactRole, County, OrganisationKind
from varde.constituency.models import Contact, Domain, Network, Organisation
from varde.incidents.actions.answer import answer_notice
from varde.incidents.actions.case import CaseFacts, add_note, open_case
from varde.incidents.actions.notice import send_notices
from varde.incidents.enums import Classification
from varde.intel.models import Claim, Indicator, Source
from varde.monitoring.actions.alert import assess_alerts
from varde.monitoring.actions.suppression import RuleTerms, add_rule, ensure_shipped_rules
from varde.monitoring.enums import DetectionKind, Direction, LogFormat, Severity
from varde.monitoring.models import Alert, AlertEvent, Batch, Sensor, SensorPlacement
from varde.notify.actions.delivery import deliver_due

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>{{7*7}}"
LONG_AGO = datetime(2021, 3, 1, tzinfo=UTC)

_MEMBERS: Sequence[tuple[str, str, str, str, str, int]] = (
    ("nordlys-sykehus", "Nordlys sykehus HF", OrganisationKind.HOSPITAL, "NO-55", "nb", 4),
    ("fjordvik-kommune", "Fjordvik kommune", OrganisationKind.MUNICIPALITY, "NO-46", "nn", 3),
    ("legene-pa-torget", "Legene på Torget", OrganisationKind.GP, "NO-03", "nb", 2),
    ("apotek-sentrum", "Apotek Sentrum", OrganisationKind.PHARMACY, "NO-34", "nb", 2),
    ("sydvest-sykehus", "Sydvest helseforetak", OrganisationKind.HOSPITAL, "NO-11", "nb", 4),
    ("vidda-kommune", "Vidda kommune", OrganisationKind.MUNICIPALITY, "NO-33", "nn", 3),
    ("tannlegene-bryggen", "Tannlegene på Bryggen", OrganisationKind.DENTIST, "NO-46", "nn", 1),
    ("innlandet-lab", "Innlandet laboratorium", OrganisationKind.LABORATORY, "NO-34", "nb", 3),
    ("haugen-legesenter", "Haugen legesenter", OrganisationKind.GP, "NO-50", "nb", 2),
    ("ostkysten-kommune", "Østkysten kommune", OrganisationKind.MUNICIPALITY, "NO-31", "nb", 3),
    ("finnmark-helse", "Finnmark Health Partners", OrganisationKind.HOSPITAL, "NO-56", "en", 3),
    ("hostile", HOSTILE, OrganisationKind.SUPPLIER, "NO-32", "en", 2),
)
_SIGNATURES = (
    (2027863, "ET MALWARE Observed DNS Query to Known Ransomware Domain", Severity.HIGH),
    (2024364, "ET SCAN Possible Nmap User-Agent Observed", Severity.LOW),
    (2033713, "ET POLICY Cleartext password over HTTP", Severity.MEDIUM),
)
_DOMAINS = (
    "update-helse.example",
    "eresept-login.example",
    "cdn-telemetri.example",
    "vpn-varsel.example",
)


def tell(now: datetime | None = None) -> dict[str, User]:
    """Fill the database; returns one user of each role."""
    now = now or timezone.now()
    users = _users()
    members = [_member(number, *row) for number, row in enumerate(_MEMBERS)]
    _pass_a_network_on(members[0], members[4], now)
    _contact(members[0], users["member"])
    batches = _sensors(members, now)
    sources = _sources()
    alerts = _indicator_alerts(members, sources, batches, now)
    alerts += _signature_alerts(members, batches, now)
    _tell_the_case(alerts, members, users, now)
    _rules(users["lead"], members, now)
    return users


def _users() -> dict[str, User]:
    names = {
        "analyst": "Ada Analytiker",
        "lead": "Liv Leder",
        "leadership": "Lea Direktør",
        "auditor": "Odd Revisor",
        "member": "Kari Kontakt",
    }
    return {
        role: User.objects.create_user(f"{role}@varde.example", role=Role(role), name=name)
        for role, name in names.items()
    }


def _member(
    number: int, handle: str, name: str, kind: str, county: str, language: str, vital: int
) -> Organisation:
    member = Organisation.objects.create(
        handle=handle,
        name=name,
        kind=kind,
        county=County(county),
        language=language,
        criticality=vital,
        valid_from=LONG_AGO,
        number=f"9{number:08d}",
    )
    Network.objects.create(
        organisation=member, cidr=f"198.51.{100 + number}.0/24", valid_from=LONG_AGO
    )
    Domain.objects.create(organisation=member, name=f"{handle}.example", valid_from=LONG_AGO)
    Contact.objects.create(
        organisation=member,
        role=ContactRole.TECHNICAL,
        name=f"Drift {name}"[:200],
        email=f"drift@{handle}.example",
        phone="+47 00 00 00 00",
        hours="08–16",
        valid_from=LONG_AGO,
    )
    Contact.objects.create(
        organisation=member,
        role=ContactRole.DUTY,
        name="Vakt",
        email=f"vakt@{handle}.example",
        phone="+47 00 00 00 01",
        hours="24/7",
        valid_from=LONG_AGO,
    )
    return member


def _contact(member: Organisation, user: User) -> None:
    member.contacts.filter(role=ContactRole.TECHNICAL).update(user=user)


def _pass_a_network_on(now_theirs: Organisation, before: Organisation, now: datetime) -> None:
    handover = now - timedelta(days=400)
    Network.objects.create(
        organisation=before,
        cidr="203.0.113.0/25",
        valid_from=LONG_AGO,
        valid_to=handover,
        label="Poliklinikk",
    )
    Network.objects.create(
        organisation=now_theirs, cidr="203.0.113.0/25", valid_from=handover, label="Poliklinikk"
    )


def _sensors(members: list[Organisation], now: datetime) -> list[Batch]:
    batches = []
    for number, member in enumerate(members[:4]):
        sensor = Sensor.objects.create(
            name=f"sensor-{member.handle}"[:64],
            format=LogFormat.ZEEK if number == 3 else LogFormat.SURICATA,
            last_batch_at=now - timedelta(minutes=2 if number else 300),
            last_event_at=now - timedelta(minutes=4 if number else 310),
        )
        SensorPlacement.objects.create(sensor=sensor, organisation=member, valid_from=LONG_AGO)
        for hour in range(20):
            size = 4000 + (hour * 937 + number * 411) % 3000
            dead = 3 if hour == 7 else 0
            batch = Batch.objects.create(
                sensor=sensor,
                sha256=sha256(f"{number} {hour}".encode()).hexdigest(),
                origin=f"eve-{hour:02d}.json",
                format=sensor.format,
                state="done",
                size=size * 500,
                received=size,
                stored=size - dead,
                dead_lettered=dead,
                findings=hour % 5,
                dead_letter_reasons={"not_json": 2, "too_long": 1} if dead else {},
                finished_at=now,
                seconds=0.4,
            )
            Batch.objects.filter(pk=batch.pk).update(received_at=now - timedelta(hours=hour))
            batches.append(batch)
    return batches


def _sources() -> list[Source]:
    return [
        Source.objects.create(
            slug="ncsc", name="NCSC", tlp=TLP.AMBER, pap=PAP.AMBER, reliability="a"
        ),
        Source.objects.create(slug="sector", name="Sektordeling", tlp=TLP.GREEN, pap=PAP.GREEN),
        Source.objects.create(slug="hostile", name=HOSTILE, tlp=TLP.CLEAR, pap=PAP.CLEAR),
    ]


def _indicator_alerts(
    members: list[Organisation], sources: list[Source], batches: list[Batch], now: datetime
) -> list[Alert]:
    alerts = []
    for number, domain in enumerate([*_DOMAINS, HOSTILE]):
        indicator = Indicator.objects.create(type="domain", value=domain, created_at=now)
        for place, source in enumerate(sources):
            Claim.objects.create(
                indicator=indicator,
                source=source,
                tlp=source.tlp,
                pap=source.pap,
                confidence=92 - 25 * place,
                first_seen=now,
                last_seen=now,
                expires_at=now + timedelta(days=60),
                context="Lynx løsepengevirus" if not place else HOSTILE,
                reference="https://ncsc.example/2026/31" if not place else HOSTILE,
            )
        claims = [
            {
                "source": s.name,
                "confidence": 92 - 25 * p,
                "tlp": s.tlp,
                "pap": s.pap,
                "reference": "https://ncsc.example/2026/31",
                "context": "Lynx løsepengevirus",
            }
            for p, s in enumerate(sources[:2])
        ]
        for place, member in enumerate(members):
            if (number + place) % 3 == 0:
                why = _why(
                    member,
                    number * 7 + place,
                    {"claims": claims, "contacts": ["outbound", "lookup"]},
                    {
                        "because": [
                            {"code": "outbound", "confidence": 92},
                            *([{"code": "vital_member"}] if member.criticality == 4 else []),
                        ]
                    },
                )
                severity = Severity.CRITICAL if member.criticality == 4 else Severity.HIGH
                alerts.append(
                    _alert(
                        member,
                        f"indicator:domain:{domain}"[:300],
                        domain,
                        severity,
                        why,
                        batches[0],
                        now,
                        number * 12 + place,
                    )
                )
    alerts.append(
        _alert(
            None,
            "indicator:domain:update-helse.example",
            _DOMAINS[0],
            Severity.LOW,
            _why(
                None,
                3,
                {"claims": claims, "contacts": ["elsewhere"]},
                {"because": [{"code": "elsewhere"}]},
            ),
            batches[0],
            now,
            90,
        )
    )
    return alerts


def _signature_alerts(
    members: list[Organisation], batches: list[Batch], now: datetime
) -> list[Alert]:
    alerts = []
    for number, (sid, title, severity) in enumerate(_SIGNATURES):
        for place, member in enumerate(members):
            why = _why(member, place, {}, {"because": [{"code": "signature_priority"}]})
            alert = _alert(
                member,
                f"suricata:{sid}",
                "",
                severity,
                why,
                batches[0],
                now,
                100 + number * 20 + place,
            )
            alert.title = HOSTILE if member.handle == "hostile" else title
            alert.kind = DetectionKind.SIGNATURE
            alert.indicator_type = ""
            alert.save()
            alerts.append(alert)
    return alerts


def _why(
    member: Organisation | None, seed: int, facts: dict[str, Any], severity: dict[str, Any]
) -> dict[str, Any]:
    hours = [(seed * 5 + h * h) % 17 if 7 <= h <= 16 else (seed + h) % 3 for h in range(24)]
    network = member.networks.first() if member else None
    return {
        **facts,
        "severity": severity,
        "hours": hours,
        "hosts": {f"{network.cidr[:-5]}.{10 + n}": 40 - n * 9 for n in range(3)} if network else {},
        "attribution": [{"by": "network", "value": network.cidr}] if network else [],
        "events": sum(hours),
    }


def _alert(
    member: Organisation | None,
    detection: str,
    indicator: str,
    severity: int,
    why: dict[str, Any],
    batch: Batch,
    now: datetime,
    number: int,
) -> Alert:
    seen = now - timedelta(minutes=11 * number)
    alert = Alert.objects.create(
        key=sha256(f"{detection} {member and member.pk}".encode()).hexdigest(),
        kind=DetectionKind.INDICATOR,
        detection=detection,
        title=indicator or detection,
        indicator_type="domain" if indicator else "",
        indicator=indicator,
        member=member,
        severity=severity,
        tlp=TLP.AMBER,
        count=max(sum(why["hours"]), 1),
        window_start=seen.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
        first_seen=seen - timedelta(hours=2),
        last_seen=seen,
        why=why,
    )
    own = next(iter(why["hosts"]), "")
    AlertEvent.objects.bulk_create(
        AlertEvent(
            alert=alert,
            batch=batch,
            line=number * 100 + n + 1,
            table="dns",
            at=seen - timedelta(minutes=3 * n),
            sensor=batch.sensor.name,
            source_address=own or "192.0.2.77",
            source_port=49152 + n,
            destination_address="192.0.2.53",
            destination_port=53,
            protocol="UDP",
            address=own,
            direction=Direction.OUTBOUND if own else Direction.EXTERNAL,
            field="dns.rrname",
            observed=indicator or HOSTILE,
            attribution=why["attribution"][0] if why["attribution"] else {},
        )
        for n in range(6)
    )
    return alert


def _tell_the_case(
    alerts: list[Alert], members: list[Organisation], users: dict[str, User], now: datetime
) -> None:
    analyst = users["analyst"]
    wave = [a for a in alerts if a.indicator == _DOMAINS[0] and a.member]
    case = open_case(
        facts=CaseFacts(
            title="Lynx løsepengevirus: oppslag mot update-helse.example",
            severity=Severity.CRITICAL,
            classification=Classification.MALICIOUS_CODE,
            tlp=TLP.AMBER,
        ),
        actor=analyst,
        alerts=wave,
    )
    add_note(
        case=case, text="Ringte vakten hos Nordlys. De isolerer to maskiner nå.", actor=analyst
    )
    add_note(case=case, text=HOSTILE, actor=users["lead"])
    notices = send_notices(actor=analyst, case=case)
    deliver_due(now=timezone.now() + timedelta(seconds=1), worker="story", limit=100)
    mine = next((n for n in notices if n.member_id == members[0].pk), None)
    if mine:
        answer_notice(notice=mine, kind="fixed", comment=HOSTILE, actor=users["member"])
    open_case(
        facts=CaseFacts(title=HOSTILE, severity=Severity.MEDIUM, tlp=TLP.RED),
        actor=analyst,
        alerts=[a for a in alerts if a.indicator == HOSTILE][:1],
    )
    noise = [a for a in alerts if a.detection == "suricata:2024364"]
    assess_alerts(alerts=noise[:4], verdict="false", actor=analyst, comment=HOSTILE)
    assess_alerts(
        alerts=noise[4:7], verdict="informational", actor=analyst, comment="Egen skanning"
    )


def _rules(lead: User, members: list[Organisation], now: datetime) -> None:
    ensure_shipped_rules()
    add_rule(
        RuleTerms(
            name="Egen sårbarhetsskanner",
            detection="suricata:2024364",
            reason=HOSTILE,
            member=members[2],
            address="198.51.102.9",
            expires_at=now + timedelta(days=30),
        ),
        actor=lead,
        now=now,
    )
