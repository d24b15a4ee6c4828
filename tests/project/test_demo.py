"""The demonstration: an invented world, and the command that shows it."""

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise
from pathlib import Path

import pytest

from varde.constituency.enums import County
from varde.project.demo import stage
from varde.project.demo.eve import stamp
from varde.project.demo.everyday import everyday, rhythm
from varde.project.demo.feed import calls_between, drop, split
from varde.project.demo.history import histories, history
from varde.project.demo.story import MEMBERS, story
from varde.project.demo.visit import FORM, OTHER_HOST
from varde.project.demo.world import INDICATORS_FILE, MEMBERS_FILE, SENSORS, places

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
RESERVED = [
    ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
NAME = re.compile(r"(?<![\w.-])(?:[a-z0-9æøå-]+\.)+([a-z]{2,})(?![\w-])")
FILE_ENDINGS = {"iso", "cab", "exe", "html", "json", "zip"}


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as text:
        return list(csv.DictReader(text))


def test_forty_members_live_in_all_fifteen_counties() -> None:
    members = rows(MEMBERS_FILE)

    assert len(members) == 40
    assert {member["county"] for member in members} == set(County.values)
    assert {member["language"] for member in members} == {"nb", "nn", "en"}
    assert len({member["kind"] for member in members}) == 8


def test_nobody_in_it_exists() -> None:
    """Addresses for documentation, names that nobody can register, numbers that nobody has."""
    for member in rows(MEMBERS_FILE):
        for network in member["networks"].split(";"):
            found = ip_network(network.strip())
            assert any(
                found.version == reserved.version and found.subnet_of(reserved)
                for reserved in RESERVED
            )
        assert re.findall(r"@[\w.-]+", member["contacts"]) != []
        assert re.findall(r"@(?![\w-]+\.example\b)", member["contacts"]) == []
        assert re.findall(r"\+47 (?!00 00 )", member["contacts"]) == []
    values = " ".join(row["value"].replace("[.]", ".") for row in rows(INDICATORS_FILE))
    assert set(NAME.findall(values)) - FILE_ENDINGS <= {"example", "test"}


def test_no_two_members_share_an_address() -> None:
    networks = [
        ip_network(network.strip())
        for member in rows(MEMBERS_FILE)
        for network in member["networks"].split(";")
    ]

    overlapping = [
        (one, other)
        for place, one in enumerate(networks)
        for other in networks[:place]
        if one.version == other.version and one.overlaps(other)
    ]
    assert overlapping == []


def test_every_sensor_stands_at_a_member_and_watches_members() -> None:
    assert len(SENSORS) == 6
    assert {handle for s in SENSORS for handle in (s.owner, *s.watches)} <= set(places())


@pytest.fixture(scope="module")
def logs() -> dict[str, list[dict[str, object]]]:
    return {
        name: [json.loads(line) for line in content.splitlines()]
        for name, content in histories(NOW).items()
    }


def test_a_week_of_traffic_has_every_kind_of_event(
    logs: dict[str, list[dict[str, object]]],
) -> None:
    kinds = Counter(event["event_type"] for log in logs.values() for event in log)

    assert set(kinds) == {"dns", "tls", "http", "smtp", "flow", "alert", "fileinfo"}
    assert 20_000 < sum(kinds.values()) < 80_000


def test_all_addresses_are_for_documentation_and_all_names_reserved(
    logs: dict[str, list[dict[str, object]]],
) -> None:
    addresses = {str(e[end]) for log in logs.values() for e in log for end in ("src_ip", "dest_ip")}
    assert [
        text for text in addresses if not any(ip_address(text) in network for network in RESERVED)
    ] == []

    text = " ".join(
        str(event.get(part, ""))
        for log in logs.values()
        for event in log
        for part in ("dns", "http", "tls", "smtp", "email")
    )
    reserved = {"example", "test", "com", "net", "org"}
    assert set(NAME.findall(text.lower())) - FILE_ENDINGS - {"0"} <= reserved
    assert set(re.findall(r"\b([\w-]+)\.(?:com|net|org)\b", text)) == {"example"}


def test_a_log_is_in_order_and_ends_now(logs: dict[str, list[dict[str, object]]]) -> None:
    for log in logs.values():
        times = [str(event["timestamp"]) for event in log]
        assert times == sorted(times)
        assert times[-1] <= stamp(NOW)
        assert times[-1] > (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H")


def test_the_same_moment_gives_the_same_week() -> None:
    assert history(SENSORS[3], NOW) == history(SENSORS[3], NOW)
    assert history(SENSORS[3], NOW) != history(SENSORS[3], NOW + timedelta(hours=1))


def test_days_are_busy_and_nights_and_weekends_are_not() -> None:
    tuesday = datetime(2026, 11, 24, 10, tzinfo=UTC)
    night, sunday = tuesday.replace(hour=2), tuesday + timedelta(days=5)

    assert rhythm(tuesday) > 4 * rhythm(night)
    assert rhythm(tuesday) > 2 * rhythm(sunday)
    hour = timedelta(hours=1)
    assert len(list(everyday(SENSORS[0], tuesday, tuesday + hour))) > len(
        list(everyday(SENSORS[0], night, night + hour))
    )


def test_the_story_passes_through_its_three_members_before_now() -> None:
    steps = list(story(NOW))
    sources = {str(event["src_ip"]) for step in steps for event in step.events}

    assert {handle for handle in MEMBERS if places()[handle].clients[0] in sources} == set(MEMBERS)
    assert min(step.before for step in steps) > timedelta(0)


def test_the_next_victim_calls_after_a_minute_and_then_again() -> None:
    seconds = [timedelta(seconds=s) for s in range(0, 300, 18)]

    calls = [calls_between(a, b) for a, b in pairwise(seconds)]

    assert calls.index(True) == 4
    assert sum(calls) == 6


def test_what_has_not_happened_yet_waits() -> None:
    soon = {"timestamp": stamp(NOW + timedelta(seconds=9))}
    past = {"timestamp": stamp(NOW - timedelta(seconds=9))}

    assert split([soon, past], NOW) == ([past], [soon])
    assert split([soon], NOW + timedelta(seconds=9)) == ([soon], [])


def test_a_dropped_file_is_whole_when_it_is_there(tmp_path: Path) -> None:
    place = drop(tmp_path, "north-01", NOW, b"{}\n")

    assert place.parent == tmp_path / "incoming" / "north-01"
    assert place.read_bytes() == b"{}\n"
    assert list(tmp_path.glob("*.part")) == []


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "varde.toml").write_text("port = 8000\n")

    with pytest.raises(stage.NotADemo):
        stage.prepare(tmp_path, 8000)

    assert (tmp_path / "varde.toml").exists()


def test_a_page_that_asks_something_of_others_is_recognised() -> None:
    assert OTHER_HOST.search('<img src="https://cdn.example/x.png">')
    assert OTHER_HOST.search('<script src="//cdn.example/x.js">')
    assert not OTHER_HOST.search('<a href="http://127.0.0.1:8000/x"><img src="/static/x.svg">')
    found = FORM.search('<input type="hidden" name="csrfmiddlewaretoken" value="abc">')
    assert found
    assert found.group(1) == "abc"


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_demonstration_starts_shows_itself_and_stops(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VARDE_")}
    command = [sys.executable, "-m", "varde.project", "demo", "--check", "--home", str(home)]
    began = time.monotonic()

    done = subprocess.run(
        [*command, "--port", "18200"], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("/login/") == 4
    assert "seen by the analyst: /console/alerts/" in done.stdout
    assert "seen by the member: /members/" in done.stdout
    assert time.monotonic() - began < 180  # on a machine that does much else; alone it takes 20
    assert (home / "varde.sqlite3").exists()
