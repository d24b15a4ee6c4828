"""Peak memory of ingest: 5 GB of EVE, made as it is read, through segments to the lake.

In a process of its own, with 10,000 networks and a million indicators open. The baseline is the
promise: 1.5 GiB. Events are made here, so that no data is needed.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from io import BufferedReader, RawIOBase
from pathlib import Path

from bench.attribution import facts
from bench.ingest import indicators
from varde.engine.detect.match import IndicatorSet, compile_indicators
from varde.engine.enrich.ownership import Ownership, compile_ownership
from varde.engine.lake import Lake
from varde.engine.pipeline import Segment, process
from varde.monitoring.reading import segments

INPUT_BYTES = int(os.environ.get("BENCH_MEMORY_BYTES", "5000000000"))
LIMIT_MIB = 1536
RECEIVED = datetime(2026, 11, 24, tzinfo=UTC)
NAMES = 200_000


class Events(RawIOBase):
    """As many bytes of EVE lines as asked for, never held together."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._chance = random.Random(3)
        self._lines = [_line(self._chance) for _ in range(40_000)]
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: object) -> int:
        view = memoryview(target)
        if not self._ready and self._left > 0:
            first = self._chance.randrange(len(self._lines) - 1_000)
            self._ready = b"".join(self._lines[first : first + 1_000])
            self._left -= len(self._ready)
        given = min(len(view), len(self._ready))
        view[:given] = self._ready[:given]
        self._ready = self._ready[given:]
        return given


def _line(chance: random.Random) -> bytes:
    kind = chance.choices(["dns", "flow", "http", "tls", "alert"], [40, 35, 10, 10, 5])[0]
    name = f"{chance.randrange(NAMES):x}.example.org"
    flow = {"pkts_toserver": 9, "bytes_toserver": chance.randrange(10**6), "state": "closed"}
    part: dict[str, object] = {
        "dns": {
            "type": "answer",
            "rrname": name,
            "rrtype": "A",
            "answers": [{"rdata": _ip(chance)}],
        },
        "flow": flow,
        "http": {"hostname": name, "url": f"/{chance.getrandbits(64):x}", "status": 200},
        "tls": {
            "sni": name,
            "version": "TLS 1.3",
            "ja3": {"hash": f"{chance.getrandbits(128):032x}"},
        },
        "alert": {
            "signature_id": 9_000_000 + chance.randrange(99),
            "severity": 2,
            "signature": "x",
        },
    }
    event = {
        "timestamp": f"2026-11-23T{chance.randrange(24):02}:00:00.000000+0000",
        "flow_id": chance.getrandbits(50),
        "event_type": kind,
        "src_ip": _ip(chance),
        "src_port": chance.randrange(65536),
        "dest_ip": _ip(chance),
        "dest_port": 443,
        "proto": "TCP",
        "community_id": f"1:{chance.getrandbits(160):040x}",
        kind: part[kind],
        "padding": "x" * chance.randrange(400),
    }
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"


def _ip(chance: random.Random) -> str:
    return ".".join(str(chance.randrange(256)) for _ in range(4))


def child(folder: Path) -> None:
    """Take in the stream; print the events stored and the peak of memory in KiB."""
    ownership = Ownership.open(folder / "networks")
    known = IndicatorSet.open(folder / "indicators")
    lake = Lake(folder / "lake")
    stored = 0
    for content in segments(BufferedReader(Events(INPUT_BYTES))):
        segment = Segment(sha256(content).hexdigest(), "bench", "suricata", RECEIVED, content)
        outcome = process(segment, ownership=ownership, indicators=known, lake=lake)
        assert outcome.received == outcome.stored
        stored += outcome.stored
    print(stored, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def run() -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory(prefix="varde-bench-") as name:
        folder = Path(name)
        compile_ownership(facts(random.Random(1)), folder / "networks", 1)
        lines = [_line(random.Random(number)) for number in range(500)]
        compile_indicators(indicators(lines, random.Random(2)), folder / "indicators", 1)
        done = subprocess.run(
            [sys.executable, __file__, "--child", str(folder)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
    stored, peak = (int(word) for word in done.stdout.split())
    print(f"memory: {stored:,} events stored", file=sys.stderr)
    return [
        {
            "name": f"peak memory on {INPUT_BYTES / 1e9:.0f} GB of events",
            "value": round(peak / 1024),
            "unit": "MiB",
            "baseline": f"{LIMIT_MIB} MiB at most",
            "ratio": round(peak / 1024 / LIMIT_MIB, 2),
        }
    ]


if __name__ == "__main__":
    if "--child" in sys.argv:
        child(Path(sys.argv[-1]))
    else:
        for figure in run():
            print(figure)
