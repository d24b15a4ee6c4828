"""The case that unfolds: an invented group, "Grå Havhest", on its way to encrypting files.

A mail with an invoice reaches Kvernvik kommune. The file it leads to calls home; from there the
attackers reach Nordvarme, who run Kvernvik's machines, and through Nordvarme a server at Solvik
hospital. While the demonstration runs, a laboratory that Nordvarme also serves begins to call.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from varde.project.demo import eve
from varde.project.demo.eve import Event, Signature, Talk
from varde.project.demo.world import RESOLVER, Place, fingerprint, places

COMMAND_NAME, COMMAND_ADDRESS = "cdn.sikkeroppdatering.example", "203.0.113.66"
DROP_ADDRESS = "203.0.113.67"
LURE_HOST, LURE_ADDRESS = "last-ned.oppgjor-helse.example", "203.0.113.64"
VICTIM, SUPPLIER, HOSPITAL, NEXT = (
    "kvernvik-kommune",
    "nordvarme-it",
    "solvik-sykehus",
    "mikrolab-nord",
)
MEMBERS = (VICTIM, SUPPLIER, HOSPITAL)
BEACON_EVERY = timedelta(minutes=11)
BEACON = eve.Hello(
    COMMAND_NAME,
    fingerprint("sha1", "certificate of the command server"),
    fingerprint("md5", "ja3 of the beacon"),
    issuer="CN=localhost",
    ja4="t12d1909h1_d83cc789557e_7af1ed941c26",
)
INVOICE = eve.File(
    "faktura_2026.iso",
    1_492_992,
    fingerprint("sha256", "faktura_2026.iso"),
    fingerprint("md5", "faktura_2026.iso"),
    "ISO 9660 CD-ROM filesystem data",
)
LATERAL = Signature(
    9200001, "DEMO LATERAL Service installed over SMB", "A Network Trojan was detected", 1
)
TICKETS = Signature(
    9200002, "DEMO LATERAL Many Kerberos tickets asked for", "Credential Theft Detected", 1
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, how long before the demonstration begins, and who sees it."""

    sensor: str
    before: timedelta
    events: tuple[Event, ...]


def story(now: datetime) -> Iterator[Step]:
    """Everything that has happened when the demonstration begins at ``now``."""
    chance = random.Random("the story")  # noqa: S311 - a play, no secret
    victim, supplier, hospital = (places()[handle] for handle in MEMBERS)
    yield _step("nordvarme-01", now, timedelta(hours=27), mail(victim, chance))
    yield _step("nordvarme-01", now, timedelta(hours=26, minutes=40), lure(victim, chance))
    yield from _beacons("nordvarme-01", now, timedelta(hours=26), call_home(victim, chance), chance)
    yield _step(
        "nordvarme-01", now, timedelta(hours=9), lateral(victim.clients[0], supplier, chance)
    )
    yield from _beacons(
        "nordvarme-01", now, timedelta(hours=8), call_home(supplier, chance), chance
    )
    yield _step("solvik-01", now, timedelta(hours=4), lateral(supplier.hosts[3], hospital, chance))
    yield from _beacons(
        "solvik-01", now, timedelta(hours=3, minutes=30), call_home(hospital, chance), chance
    )
    yield _step("solvik-01", now, timedelta(minutes=50), theft(hospital, chance))


def next_victim(now: datetime) -> list[Event]:
    """What the laboratory's machine does while the audience watches."""
    chance = random.Random(now.isoformat())  # noqa: S311 - a play, no secret
    return list(call_home(places()[NEXT], chance)(now))


Telling = Callable[[datetime], Iterator[Event]]


def _step(sensor: str, now: datetime, before: timedelta, telling: Telling) -> Step:
    return Step(sensor, before, tuple(telling(now - before)))


def _beacons(
    sensor: str, now: datetime, first: timedelta, telling: Telling, chance: random.Random
) -> Iterator[Step]:
    """Calls home from ``first`` before now until now, every eleven minutes and a little."""
    before = first
    while before > timedelta(0):
        yield _step(sensor, now, before, telling)
        before -= BEACON_EVERY + timedelta(seconds=chance.uniform(-40, 40))


def _talk(at: datetime, ends: tuple[str, str], port: int, chance: random.Random) -> Talk:
    source, target = ends
    return Talk(at, source, chance.randrange(49152, 65536), target, port, chance.getrandbits(50))


def mail(place: Place, chance: random.Random) -> Telling:
    """The invoice that nobody had asked for."""

    def tell(at: datetime) -> Iterator[Event]:
        talk = _talk(at, (LURE_ADDRESS, place.mail_server), 25, chance)
        letter = eve.Mail(
            "faktura@oppgjor-helse.example",
            f"post@{place.domain}",
            "mx.oppgjor-helse.example",
            ("faktura_2026.html",),
        )
        yield eve.smtp(talk, letter)
        yield eve.flow(talk, "smtp", 3, 21_000, 900)

    return tell


def lure(place: Place, chance: random.Random) -> Telling:
    """Somebody follows the link, and the file arrives."""

    def tell(at: datetime) -> Iterator[Event]:
        client = place.clients[0]
        question = replace(_talk(at, (client, RESOLVER), 53, chance), proto="UDP")
        yield eve.dns(question, LURE_HOST, LURE_ADDRESS)
        talk = _talk(at + timedelta(seconds=0.2), (client, LURE_ADDRESS), 80, chance)
        request = eve.Request(
            LURE_HOST, "/faktura_2026.iso", content="application/octet-stream", length=INVOICE.size
        )
        yield from eve.download(talk, request, INVOICE)
        yield eve.flow(talk, "http", 8, 900, INVOICE.size)

    return tell


def call_home(place: Place, chance: random.Random) -> Telling:
    """Ask where the command server is, and report to it."""
    client = place.clients[0]

    def tell(at: datetime) -> Iterator[Event]:
        question = replace(_talk(at, (client, RESOLVER), 53, chance), proto="UDP")
        yield eve.dns(question, COMMAND_NAME, COMMAND_ADDRESS)
        talk = _talk(at + timedelta(seconds=0.3), (client, COMMAND_ADDRESS), 443, chance)
        yield eve.tls(talk, BEACON)
        yield eve.flow(talk, "tls", chance.uniform(2, 5), chance.randrange(900, 1_400), 2_100)

    return tell


def lateral(source: str, place: Place, chance: random.Random) -> Telling:
    """From one machine to the next with stolen credentials."""

    def tell(at: datetime) -> Iterator[Event]:
        server = place.clients[0]
        tickets = _talk(at, (source, place.web_server), 88, chance)
        yield eve.alert(tickets, TICKETS, "krb5")
        talk = _talk(at + timedelta(minutes=4), (source, server), 445, chance)
        yield eve.alert(talk, LATERAL, "smb", smb={"dialect": "3.11", "filename": "svcdemo.exe"})
        yield eve.flow(talk, "smb", 40, 2_600_000, 41_000)

    return tell


def theft(place: Place, chance: random.Random) -> Telling:
    """Files leave, by the gigabyte."""

    def tell(at: datetime) -> Iterator[Event]:
        talk = _talk(at, (place.clients[0], DROP_ADDRESS), 443, chance)
        yield eve.flow(talk, "tls", 1_900, 4_800_000_000, 61_000_000)

    return tell
