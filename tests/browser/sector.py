"""A small sector: members with networks that change hands, contacts, sensors and sources.

Some of what comes from outside is hostile here, since outside is where attackers sit.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from varde.accounts.enums import Role
from varde.accounts.models import User
from varde.base.marking import PAP, TLP
from varde.constituency.enums import ContactRole, County, OrganisationKind
from varde.constituency.models import Contact, Domain, Network, Organisation
from varde.intel.models import Claim, Indicator, Source
from varde.monitoring.enums import LogFormat
from varde.monitoring.models import Batch, Sensor, SensorPlacement

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>{{7*7}}"
LONG_AGO = datetime(2021, 3, 1, tzinfo=UTC)
DOMAINS = (
    "update-helse.example",
    "eresept-login.example",
    "cdn-telemetri.example",
    "vpn-varsel.example",
    HOSTILE,
)
_KIND = OrganisationKind
# Handle, name, kind, county, language, criticality.
_MEMBERS: Sequence[tuple[str, str, str, str, str, int]] = (
    ("nordlys-sykehus", "Nordlys sykehus HF", _KIND.HOSPITAL, "NO-55", "nb", 4),
    ("fjordvik-kommune", "Fjordvik kommune", _KIND.MUNICIPALITY, "NO-46", "nn", 3),
    ("legene-pa-torget", "Legene på Torget", _KIND.GP, "NO-03", "nb", 2),
    ("apotek-sentrum", "Apotek Sentrum", _KIND.PHARMACY, "NO-34", "nb", 2),
    ("sydvest-sykehus", "Sydvest helseforetak", _KIND.HOSPITAL, "NO-11", "nb", 4),
    ("vidda-kommune", "Vidda kommune", _KIND.MUNICIPALITY, "NO-33", "nn", 3),
    ("tannlegene-bryggen", "Tannlegene på Bryggen", _KIND.DENTIST, "NO-46", "nn", 1),
    ("innlandet-lab", "Innlandet laboratorium", _KIND.LABORATORY, "NO-34", "nb", 3),
    ("haugen-legesenter", "Haugen legesenter", _KIND.GP, "NO-50", "nb", 2),
    ("ostkysten-kommune", "Østkysten kommune", _KIND.MUNICIPALITY, "NO-31", "nb", 3),
    ("finnmark-helse", "Finnmark Health Partners", _KIND.HOSPITAL, "NO-56", "en", 3),
    ("hostile", HOSTILE, _KIND.SUPPLIER, "NO-32", "en", 2),
)


def make_users() -> dict[str, User]:
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


def make_members(contact: User, now: datetime) -> list[Organisation]:
    """The members; ``contact`` answers for the first, which took a network from the fifth."""
    members = [_member(number, row) for number, row in enumerate(_MEMBERS)]
    members[0].contacts.filter(role=ContactRole.TECHNICAL).update(user=contact)
    handover = now - timedelta(days=400)
    network = {"cidr": "203.0.113.0/25", "label": "Poliklinikk"}
    Network.objects.create(
        organisation=members[4], valid_from=LONG_AGO, valid_to=handover, **network
    )
    Network.objects.create(organisation=members[0], valid_from=handover, **network)
    return members


def _member(number: int, row: tuple[str, str, str, str, str, int]) -> Organisation:
    handle, name, kind, county, language, criticality = row
    member = Organisation.objects.create(
        handle=handle,
        name=name,
        kind=kind,
        county=County(county),
        language=language,
        criticality=criticality,
        number=f"9{number:08d}",
        valid_from=LONG_AGO,
    )
    cidr = f"198.51.{100 + number}.0/24"
    Network.objects.create(organisation=member, cidr=cidr, valid_from=LONG_AGO)
    Domain.objects.create(organisation=member, name=f"{handle}.example", valid_from=LONG_AGO)
    contacts = (
        (ContactRole.TECHNICAL, f"Drift {name}", "drift", "08–16"),
        (ContactRole.DUTY, "Vakt", "vakt", "24/7"),
    )
    for role, person, mailbox, hours in contacts:
        Contact.objects.create(
            organisation=member,
            role=role,
            name=person,
            email=f"{mailbox}@{handle}.example",
            phone="+47 00 00 00 00",
            hours=hours,
            valid_from=LONG_AGO,
        )
    return member


def make_sensors(members: list[Organisation], now: datetime) -> list[Batch]:
    """Four sensors, the first of them silent, with twenty hours of batches each."""
    batches = []
    for number, member in enumerate(members[:4]):
        minutes = 2 if number else 300
        sensor = Sensor.objects.create(
            name=f"sensor-{member.handle}",
            format=LogFormat.ZEEK if number == 3 else LogFormat.SURICATA,
            last_batch_at=now - timedelta(minutes=minutes),
            last_event_at=now - timedelta(minutes=minutes + 2),
        )
        SensorPlacement.objects.create(sensor=sensor, organisation=member, valid_from=LONG_AGO)
        batches += [_batch(sensor, number, hour, now) for hour in range(20)]
    return batches


def _batch(sensor: Sensor, number: int, hour: int, now: datetime) -> Batch:
    size = 4000 + (hour * 937 + number * 411) % 3000
    dead = 3 if hour == 7 else 0
    batch = Batch.objects.create(
        sensor=sensor,
        sha256=sha256(f"{number} {hour}".encode()).hexdigest(),
        origin=HOSTILE if hour == 7 else f"eve-{hour:02d}.json",
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
    return batch


def make_indicators(now: datetime) -> list[Source]:
    """Three sources, each with a claim on every domain; the last of them is hostile."""
    marks = {"tlp": TLP.AMBER, "pap": PAP.AMBER}
    sources = [
        Source.objects.create(slug="ncsc", name="NCSC", reliability="a", **marks),
        Source.objects.create(slug="sector", name="Sektordeling", tlp=TLP.GREEN, pap=PAP.GREEN),
        Source.objects.create(slug="hostile", name=HOSTILE, tlp=TLP.CLEAR, pap=PAP.CLEAR),
    ]
    for domain in DOMAINS:
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
                expires_at=now + timedelta(days=60 if place else -1),
                context=HOSTILE if place else "Lynx løsepengevirus",
                reference=HOSTILE if place else "https://ncsc.example/2026/31",
            )
    return sources
