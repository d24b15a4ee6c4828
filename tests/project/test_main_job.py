"""The main job at the size of a country, by command line only: from lines to the right member.

Six thousand members with ten thousand networks, of which a tenth changed hands; a million
indicators; events before and after the change. What the alerts say is compared with a plain
account of who owned what, kept by this test.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MEMBERS = 6_000
NETWORKS = 10_000
HANDED_OVER = 1_000
INDICATORS = 1_000_000
WANTED = 50
EVENTS = 20_000
CHANGE = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = datetime(2026, 2, 1, tzinfo=UTC)
MINUTES = 60 * 24 * 56  # four weeks before the change, four after

Story = Counter[tuple[str, str, str]]  # (member, indicator, day) -> events


def varde(home: Path, *arguments: str) -> str:
    """What the command prints; it must succeed."""
    command = [sys.executable, "-m", "varde.project", *arguments]
    environment = {**os.environ, "VARDE_HOME": str(home), "VARDE_DATABASE_URL": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def network(index: int) -> str:
    return f"10.{index >> 8}.{index & 255}.0/24"


def owner(index: int, at: datetime) -> str:
    """Who owned the network then: the first thousand passed on to the next member."""
    member = index % MEMBERS
    if index < HANDED_OVER and at >= CHANGE:
        member = (member + 1) % MEMBERS
    return f"m{member}"


def member_file() -> str:
    rows: list[dict[str, object]] = [
        {"handle": f"m{i}", "name": f"Member {i}", "kind": "gp", "valid_from": "2000-01-01"}
        for i in range(MEMBERS)
    ]
    networks: list[list[dict[str, str]]] = [[] for _ in range(MEMBERS)]
    since, change = "2000-01-01T00:00:00Z", CHANGE.isoformat()
    for index in range(NETWORKS):
        fact = {"cidr": network(index), "valid_from": since}
        if index < HANDED_OVER:
            networks[(index + 1) % MEMBERS].append({**fact, "valid_from": change})
            fact["valid_to"] = change
        networks[index % MEMBERS].append(fact)
    for row, owned in zip(rows, networks, strict=True):
        row["networks"] = owned
    return json.dumps(rows)


def indicator_lines() -> Iterator[str]:
    chance = random.Random(11)
    for number in range(INDICATORS - WANTED):
        yield f"{chance.getrandbits(60):x}-{number}.example\n"
    for number in range(WANTED):
        yield f"wanted-{number}.example\n"


def traffic() -> tuple[list[str], Story]:
    """DNS queries of members' hosts; every fortieth asks for something wanted."""
    chance = random.Random(12)
    story: Story = Counter()
    lines = []
    for number in range(EVENTS):
        at = FIRST + timedelta(minutes=chance.randrange(MINUTES))
        # Half the events are of networks that changed hands.
        index = chance.randrange(HANDED_OVER if number % 2 else NETWORKS)
        name = f"harmless-{number}.test"
        if number % 40 < 2:
            wanted = f"wanted-{chance.randrange(WANTED)}.example"
            name = f"a.b.{wanted}"
            story[owner(index, at), wanted, at.date().isoformat()] += 1
        host = network(index).removesuffix("0/24") + str(chance.randrange(1, 255))
        lines.append(query(host, name, at))
    return lines, story


def query(host: str, name: str, at: datetime) -> str:
    event = {
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%f+0000"),
        "event_type": "dns",
        "src_ip": host,
        "src_port": 40_000,
        "dest_ip": "192.0.2.53",
        "dest_port": 53,
        "proto": "UDP",
        "dns": {"type": "query", "id": 1, "rrname": name, "rrtype": "A"},
    }
    return json.dumps(event) + "\n"


def test_every_hit_finds_who_owned_the_address_then(tmp_path: Path) -> None:
    home = tmp_path / "home"
    lines, story = traffic()
    (tmp_path / "members.json").write_text(member_file())
    with (tmp_path / "feed.txt").open("w") as feed:
        feed.writelines(indicator_lines())
    (tmp_path / "eve.json").write_text("".join(lines))

    varde(home, "init")
    varde(home, "members", "import", str(tmp_path / "members.json"))
    imported = json.loads(varde(home, "indicators", "import", str(tmp_path / "feed.txt"), "--json"))
    report = json.loads(varde(home, "ingest", str(tmp_path / "eve.json"), "--json"))
    alerts = [
        json.loads(line) for line in varde(home, "alerts", "--json", "--limit", "0").splitlines()
    ]

    assert imported["stored"] == INDICATORS
    assert report["received"] == report["stored"] == EVENTS
    assert len(alerts) == report["alerts"]
    assert {
        (a["member"], a["indicator"], a["first_seen"][:10]): a["count"] for a in alerts
    } == story
