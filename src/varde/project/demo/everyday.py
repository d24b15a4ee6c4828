"""Everyday traffic of a health service: busy by day, quiet by night, never quite clean."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from varde.project.demo import eve
from varde.project.demo.eve import Event, Signature, Talk
from varde.project.demo.world import (
    MAIL_PARTNERS,
    RESOLVER,
    SERVICES,
    STRANGERS,
    Place,
    Sensor,
    fingerprint,
    on_the_same_protocol,
    places,
)

OSLO = ZoneInfo("Europe/Oslo")
PEAK = 60  # talks an hour at a sensor of busyness 1, at the busiest
BROWSERS = tuple(fingerprint("md5", f"ja3 of browser {n}") for n in range(4))
DECODER_NOISE = (
    Signature(
        2210045, "SURICATA STREAM Packet with invalid ack", "Generic Protocol Command Decode", 3
    ),
    Signature(
        2210020,
        "SURICATA STREAM ESTABLISHED packet out of window",
        "Generic Protocol Command Decode",
        3,
    ),
    Signature(
        2210054, "SURICATA STREAM excessive retransmissions", "Generic Protocol Command Decode", 3
    ),
    Signature(2200074, "SURICATA TCPv4 invalid checksum", "Generic Protocol Command Decode", 3),
)
SCANS = (
    Signature(
        9100001, "DEMO SCAN Many connections to remote desktop", "Attempted Information Leak", 2
    ),
    Signature(
        9100002,
        "DEMO SCAN Password guessing at a VPN gateway",
        "Attempted Administrator Privilege Gain",
        1,
    ),
    Signature(9100003, "DEMO SCAN DICOM association from outside", "Attempted Information Leak", 2),
    Signature(9100004, "DEMO WEB Path traversal in a request", "Web Application Attack", 1),
)
POLICY = (
    Signature(
        9100011,
        "DEMO POLICY Remote support tool in use",
        "Potential Corporate Privacy Violation",
        3,
    ),
    Signature(
        9100012, "DEMO POLICY Password in clear text", "Potential Corporate Privacy Violation", 2
    ),
)
# What somebody at a member stumbles into now and then: all on the indicator list.
MISHAPS = (
    "annonse-sporing.example",
    "gratis-toner.example",
    "nettbank-bekreft.example",
    "pakkesporing-mottak.example",
    "helseinnlogging.example",
    "vpn-fornyelse.example",
    "dokument-deling.example",
    "spill-jukse.example",
    "fjernhjelp-na.example",
    "oppdater-leser.example",
    "krypto-utvinning.example",
    "billig-domene.test",
)


def rhythm(at: datetime) -> float:
    """How busy it is, 0 to 1: most at ten in the morning of a working day in Norway."""
    local = at.astimezone(OSLO)
    hour = local.hour + local.minute / 60
    day = math.exp(-(((hour - 11.5) / 4.5) ** 2))
    weekend = 0.35 if local.weekday() >= 5 else 1.0  # noqa: PLR2004 - Saturday
    return 0.12 + 0.88 * day * weekend


def everyday(
    sensor: Sensor, begin: datetime, end: datetime, *, pace: float = 1.0
) -> Iterator[Event]:
    """What ``sensor`` writes from ``begin`` to ``end``: the same again for the same times."""
    chance = random.Random(f"{sensor.name} {begin.isoformat()}")  # noqa: S311 - a play, no secret
    at = begin
    while True:
        talks_an_hour = PEAK * pace * sensor.busyness * rhythm(at)
        at += timedelta(seconds=chance.expovariate(talks_an_hour / 3600))
        if at >= end:
            return
        place = places()[chance.choice(sensor.watches)]
        scene = chance.choices(SCENES, WEIGHTS)[0]
        yield from scene(place, at, chance)


def _talk(at: datetime, ends: tuple[str, str], port: int, chance: random.Random) -> Talk:
    source = on_the_same_protocol(ends[0], ends[1])
    target = on_the_same_protocol(ends[1], ends[0])
    number = chance.getrandbits(50)
    return Talk(at, source, chance.randrange(49152, 65536), target, port, number)


def _ask(place: Place, at: datetime, chance: random.Random) -> Talk:
    """A client of ``place`` begins to ask the resolver."""
    talk = _talk(at, (chance.choice(place.clients), RESOLVER), 53, chance)
    return replace(talk, proto="UDP")


def visit(place: Place, at: datetime, chance: random.Random) -> Iterator[Event]:
    """Look a name up, connect, and close."""
    service = chance.choice(SERVICES)
    question = _ask(place, at, chance)
    yield eve.dns(question, service.name, on_the_same_protocol(service.address, question.source))
    port = 443 if service.encrypted else 80
    talk = _talk(at + timedelta(seconds=0.1), (question.source, service.address), port, chance)
    if service.encrypted:
        certificate = fingerprint("sha1", service.name)
        yield eve.tls(talk, eve.Hello(service.name, certificate, chance.choice(BROWSERS)))
    else:
        path = f"/pakke/{chance.randrange(1000)}.cab"
        yield eve.http(talk, eve.Request(service.name, path, content="application/octet-stream"))
    received = int(chance.lognormvariate(9, 1.5))
    app_proto = "tls" if service.encrypted else "http"
    yield eve.flow(talk, app_proto, chance.uniform(1, 90), received // 6 + 400, received)


def miss(place: Place, at: datetime, chance: random.Random) -> Iterator[Event]:
    """Ask for a name that is not there: a printer that was moved, a slip of the keyboard."""
    name = f"skriver-{chance.randrange(40)}.{place.domain}"
    yield eve.dns(_ask(place, at, chance), name, None)


def letter(place: Place, at: datetime, chance: random.Random) -> Iterator[Event]:
    """Receive a mail."""
    sender, address = chance.choice(MAIL_PARTNERS)
    talk = _talk(at, (address, place.mail_server), 25, chance)
    mail = eve.Mail(sender, f"post@{place.domain}", sender.partition("@")[2])
    yield eve.smtp(talk, mail)
    yield eve.flow(talk, "smtp", chance.uniform(1, 6), chance.randrange(4_000, 60_000), 900)


def knock(place: Place, at: datetime, chance: random.Random) -> Iterator[Event]:
    """Be scanned by a stranger; one in twenty is worth an alert of the sensor."""
    port = chance.choice([22, 80, 443, 3389, 11112])
    talk = _talk(at, (chance.choice(STRANGERS), place.web_server), port, chance)
    if chance.random() < 0.05:  # noqa: PLR2004 - as the docstring says
        yield eve.alert(talk, chance.choice(SCANS))
    yield eve.flow(talk, "failed", 0.1, 60, 0)


def stutter(place: Place, at: datetime, chance: random.Random) -> Iterator[Event]:
    """What decoders complain about all day, and nobody should be woken for."""
    service = chance.choice(SERVICES)
    talk = _talk(at, (chance.choice(place.clients), service.address), 443, chance)
    yield eve.alert(talk, chance.choice(DECODER_NOISE))


def remark(place: Place, at: datetime, chance: random.Random) -> Iterator[Event]:
    """Something against the rules of the house."""
    service = chance.choice(SERVICES)
    talk = _talk(at, (chance.choice(place.clients), service.address), 80, chance)
    yield eve.alert(talk, chance.choice(POLICY), "http")


def mishap(place: Place, at: datetime, chance: random.Random) -> Iterator[Event]:
    """Stumble into a name on the indicator list."""
    name = chance.choice(MISHAPS)
    question = _ask(place, at, chance)
    address = f"203.0.113.{chance.choice([77, 82, 99, 111, 121])}"
    yield eve.dns(question, name, on_the_same_protocol(address, question.source))
    talk = _talk(at + timedelta(seconds=0.2), (question.source, address), 443, chance)
    yield eve.tls(talk, eve.Hello(name, fingerprint("sha1", name), chance.choice(BROWSERS)))
    yield eve.flow(talk, "tls", chance.uniform(1, 20), 1_800, 9_000)


Scene = Callable[[Place, datetime, random.Random], Iterator[Event]]
SCENES: tuple[Scene, ...] = (visit, miss, letter, knock, stutter, remark, mishap)
WEIGHTS = (640, 90, 70, 140, 50, 3, 3)
