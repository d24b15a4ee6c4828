"""Real processes that take in logs: killed at points all along the way, and two at once."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from varde.engine.lake import Lake

FILES = ["arkime", "maltrail", "ndpi", "public-pcaps", "slips", "threatbus"]
KILLS = 8
# A small segment gives many batches, and so many places to die in.
CHILD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "varde.project.settings"
import django
django.setup()
from varde.monitoring import reading
reading.segments.__kwdefaults__["size"] = 2 << 20
from varde.monitoring.actions.ingest import ingest_file
print("ready", flush=True)
for name in sys.argv[1:]:
    ingest_file(name, sensor="corpus")
"""


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"VARDE_HOME": str(home), "VARDE_DATABASE_URL": ""}


def make_home(home: Path) -> None:
    home.mkdir()
    manage = [sys.executable, "-m", "django", "migrate", "-v0"]
    manage += ["--settings", "varde.project.settings"]
    subprocess.run(manage, env=environment(home), check=True)


def start(home: Path, files: list[Path]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, *map(str, files)]
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    process.stdout.close()
    return process.wait()


def state(home: Path) -> dict[str, Any]:
    """All that must be the same with crashes and without."""
    records = sqlite3.connect(home / "varde.sqlite3")

    def rows(sql: str) -> list[Any]:
        return records.execute(sql).fetchall()

    try:
        batches = "sha256, state, received, stored, dead_lettered, findings, suppressed, by_type"
        alerts = "key, detection, count, first_seen, last_seen, severity, status"
        why = rows("select key, why from monitoring_alert order by key")
        found: dict[str, Any] = {
            "batches": rows(f"select {batches} from monitoring_batch order by sha256"),  # noqa: S608 - constants
            "alerts": rows(f"select {alerts} from monitoring_alert order by key"),  # noqa: S608 - constants
            "why": [(key, json.loads(facts)) for key, facts in why],
            "evidence": rows(
                "select a.key, b.sha256, e.line, e.field, e.at from monitoring_alertevent e"
                " join monitoring_alert a on a.id = e.alert_id"
                " join monitoring_batch b on b.id = e.batch_id order by 1, 2, 3, 4"
            ),
            "rules": rows("select name, hits from monitoring_suppressionrule order by name"),
            "stored": rows("select count(*) from base_auditentry where action = 'batch.stored'"),
        }
    finally:
        records.close()
    lake = Lake(home / "lake").query(
        "select batch, count(*) as n, count(distinct line) as lines from events"
        " group by batch order by batch"
    )
    found["lake"] = lake.to_pylist()
    found["unread"] = sorted(p.read_text() for p in (home / "dead-letters").glob("*.jsonl"))
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_processes_at_once_count_every_line_once(tmp_path: Path, shared_data: Path) -> None:
    files = [shared_data / "eve" / f"eve-{name}.json.zst" for name in FILES]
    alone, together = tmp_path / "alone", tmp_path / "together"
    make_home(alone)
    shutil.copytree(alone, together)
    assert end(start(alone, files)) == 0

    both = [start(together, files), start(together, files[::-1])]
    assert [end(process) for process in both] == [0, 0]

    expected, found = state(alone), state(together)
    for what in expected.keys() - {"evidence", "why"}:  # those follow the order of batches
        assert found[what] == expected[what], what


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_again_and_again_it_ends_as_if_undisturbed(
    tmp_path: Path, shared_data: Path
) -> None:
    random = Random(20261124)
    files = [shared_data / "eve" / f"eve-{name}.json.zst" for name in FILES]
    calm, stormy = tmp_path / "calm", tmp_path / "stormy"
    make_home(calm)
    shutil.copytree(calm, stormy)
    began = time.monotonic()
    assert end(start(calm, files)) == 0
    whole = time.monotonic() - began

    killed = 0
    for _ in range(KILLS):
        process = start(stormy, files)
        time.sleep(random.uniform(0, whole / 4))
        process.send_signal(signal.SIGKILL)
        killed += end(process) == -signal.SIGKILL
    assert end(start(stormy, files)) == 0

    assert killed > KILLS // 2
    undisturbed, survived = state(calm), state(stormy)
    for what in undisturbed:
        assert survived[what] == undisturbed[what], what
    assert sum(row["n"] for row in survived["lake"]) == sum(b[3] for b in survived["batches"])
