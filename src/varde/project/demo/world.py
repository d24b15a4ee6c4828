"""Who is in the demonstration, and which addresses and names they use."""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network
from itertools import islice
from pathlib import Path

DATA = Path(__file__).parent / "data"
MEMBERS_FILE = DATA / "members.csv"
INDICATORS_FILE = DATA / "indicators.csv"
HOSTS_PER_NETWORK = 30


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor, where it stands, and whose traffic passes it."""

    name: str
    owner: str
    watches: tuple[str, ...]
    busyness: float


SENSORS = (
    Sensor("solvik-01", "solvik-sykehus", ("solvik-sykehus",), 1.0),
    Sensor("fjordglimt-01", "fjordglimt-sjukehus", ("fjordglimt-sjukehus",), 0.7),
    Sensor("elvestrand-01", "elvestrand-sykehus", ("elvestrand-sykehus",), 0.7),
    Sensor("lyngholmen-01", "lyngholmen-kommune", ("lyngholmen-kommune",), 0.3),
    Sensor(
        "nordvarme-01",
        "nordvarme-it",
        (
            "nordvarme-it",
            "kvernvik-kommune",
            "engelvik-kommune",
            "aslund-kommune",
            "grontoft-kommune",
            "ytre-skarvoy-kommune",
            "mikrolab-nord",
        ),
        0.9,
    ),
    Sensor(
        "journalhuset-01",
        "journalhuset",
        (
            "journalhuset",
            "parkveien-legesenter",
            "torget-legekontor",
            "fjellsida-legekontor",
            "havna-legesenter",
            "nordlia-legekontor",
            "apotek-fjordsvanen",
            "apotek-skogelgen",
            "tannhelse-nord",
            "midtbyen-tannklinikk",
        ),
        0.8,
    ),
)


@dataclass(frozen=True, slots=True)
class Service:
    """Something on the (fictitious) Internet that members use every day."""

    name: str
    address: str
    encrypted: bool = True


SERVICES = (
    Service("journal.helsetjenester.test", "203.0.113.130"),
    Service("e-resept.helsetjenester.test", "203.0.113.131"),
    Service("folkeregister.offentlig.test", "203.0.113.132"),
    Service("post.kontorsky.example", "203.0.113.140"),
    Service("filer.kontorsky.example", "203.0.113.141"),
    Service("mote.kontorsky.example", "203.0.113.142"),
    Service("oppdatering.systemvare.example", "203.0.113.150", encrypted=False),
    Service("ocsp.tillit.example", "203.0.113.151", encrypted=False),
    Service("nyheter.example.org", "203.0.113.160"),
    Service("oppslag.example.com", "203.0.113.161"),
    Service("tid.example.net", "203.0.113.170"),
    Service("kart.offentlig.test", "203.0.113.171"),
)
RESOLVER = "203.0.113.253"
MAIL_PARTNERS = (
    ("utskrivning@helsetjenester.test", "203.0.113.181"),
    ("svar@provesvar.example", "203.0.113.182"),
    ("nyhetsbrev@fagblad.example", "203.0.113.183"),
)
# Most are on no list; one in ten is.
STRANGERS = (*(f"203.0.113.{last}" for last in range(200, 218)), "203.0.113.17", "203.0.113.104")


@dataclass(frozen=True, slots=True)
class Place:
    """A member as traffic sees it."""

    handle: str
    domain: str
    hosts: tuple[str, ...]

    @property
    def mail_server(self) -> str:
        return self.hosts[0]

    @property
    def web_server(self) -> str:
        return self.hosts[1]

    @property
    def clients(self) -> tuple[str, ...]:
        return self.hosts[2:]


@cache
def places() -> dict[str, Place]:
    """Every member with the first hosts of its first network, by handle."""
    with MEMBERS_FILE.open(newline="") as file:
        return {row["handle"]: _place(row) for row in csv.DictReader(file)}


def _place(row: dict[str, str]) -> Place:
    network = ip_network(row["networks"].split(";")[0].strip())
    hosts = tuple(str(host) for host in islice(network.hosts(), HOSTS_PER_NETWORK))
    return Place(row["handle"], row["domains"], hosts)


def on_the_same_protocol(address: str, other: str) -> str:
    """``address`` as it is called from ``other``: services and strangers have IPv6 as well."""
    if ":" in other and ":" not in address:
        return f"2001:db8:ffff::{address.rpartition('.')[2]}"
    return address


def fingerprint(kind: str, what: str) -> str:
    """The made-up hash of a made-up file, as the indicator list has it."""
    return hashlib.new(kind, f"varde demo: {what}".encode()).hexdigest()
