"""Ingest end to end: EVE lines to a Delta lake, attributed and matched; CPU time of one process.

A million real events in distinct batches as ingest cuts them, 10,000 networks, a million
indicators. The baseline is what is usually written: a loop over events with orjson, bisect and
sets, rows to a Delta table. Both run here, one after the other, on the same events.
"""

import hashlib
import os
import random
import socket
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

import orjson
import pyarrow as pa
import zstandard
from deltalake import write_deltalake

from bench.attribution import facts
from varde.engine.detect.match import IndicatorSet, compile_indicators
from varde.engine.enrich.ownership import Ownership, compile_ownership
from varde.engine.lake import Lake
from varde.engine.pipeline import Segment, process
from varde.monitoring.reading import SEGMENT_BYTES

EVE = Path(__file__).parents[2] / "shared" / "data" / "eve"
EVENTS, BASELINE_EVENTS, INDICATORS = 1_000_000, 150_000, 1_000_000
LONGEST = 1 << 20
RECEIVED = datetime(2026, 11, 24, tzinfo=UTC)


def corpus() -> list[bytes]:
    """Every line of the real events, but for the one that is longer than a record may be."""
    lines: list[bytes] = []
    for path in sorted(EVE.glob("*.zst")):
        with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
            lines += reader.read().splitlines(keepends=True)
    return [line for line in lines if len(line) <= LONGEST]


def segments(lines: list[bytes]) -> Iterator[bytes]:
    """Batches as ingest cuts them, no two alike, until there are a million events."""
    count, start = 0, 0
    while count < EVENTS:
        part: list[bytes] = []
        size = 0
        while size < SEGMENT_BYTES:
            part.append(lines[start % len(lines)])
            size += len(part[-1])
            start += 1
        yield b"".join(part)
        count += len(part)
        start += 1  # the corpus is read from another place each time


def indicators(lines: list[bytes], chance: random.Random) -> pa.Table:
    """A million, most of which nobody has seen; a few hundred that stand in a few events each."""
    events = [orjson.loads(line) for line in lines]
    rows = [("ip", address) for address in _rare(event.get("dest_ip") for event in events)]
    asked = (event.get("dns", {}).get("rrname") for event in events)
    rows += [("domain", name.lower()) for name in _rare(asked)]
    while len(rows) < INDICATORS // 2:
        rows.append(("ip", str(IPv4Address(chance.getrandbits(32)))))
    while len(rows) < INDICATORS * 9 // 10:
        rows.append(("domain", f"{chance.getrandbits(40):x}.{chance.getrandbits(24):x}.example"))
    while len(rows) < INDICATORS:
        rows.append(("sha256", f"{chance.getrandbits(256):064x}"))
    return pa.table(
        {
            "id": list(range(len(rows))),
            "type": [kind for kind, _ in rows],
            "value": [value for _, value in rows],
        }
    )


def _rare(values: Iterator[object]) -> list[str]:
    """Some of the texts that come a few times only."""
    counts = Counter(value for value in values if value and isinstance(value, str))
    return [value for value, count in counts.items() if 2 <= count <= 9][:300]


def ours(work: Path, content: list[bytes], networks: Path, known: Path) -> tuple[int, float]:
    """Events and CPU seconds."""
    ownership, matcher = Ownership.open(networks), IndicatorSet.open(known)
    lake = Lake(work / "lake")
    stored = findings = 0
    for number, batch in enumerate([content[0][: 1 << 20], *content]):
        if number == 1:  # the first, a small one, opens connections and loads code
            stored, started = 0, time.process_time()
        segment = Segment(str(number), "bench", "suricata", RECEIVED, batch)
        outcome = process(segment, ownership=ownership, indicators=matcher, lake=lake)
        stored += outcome.stored
        findings += len(outcome.findings)
    seconds = time.process_time() - started
    print(f"ours: {stored:,} events, {findings:,} findings", file=sys.stderr)
    return stored, seconds


def keeping_raw(work: Path, content: list[bytes]) -> float:
    """CPU seconds to name the raw batches by their hash and put them on the disk, synced."""
    started = time.process_time()
    for batch in content:
        with (work / f"{hashlib.sha256(batch).hexdigest()}.zst").open("wb") as file:
            file.write(zstandard.ZstdCompressor(level=1, write_checksum=True).compress(batch))
            file.flush()
            os.fsync(file.fileno())
    return time.process_time() - started


def plain(work: Path, lines: list[bytes], known: pa.Table) -> tuple[int, float]:
    """The baseline's events and CPU seconds."""
    owner_of = _bisected()
    addresses = set(_of_type(known, "ip"))
    names = set(_of_type(known, "domain"))
    rows: list[dict[str, object]] = []
    hits = 0
    started = time.process_time()
    for line in lines:
        event = orjson.loads(line)
        row = _row(event)
        row["src_member"], row["dest_member"] = owner_of(row["src_ip"]), owner_of(row["dest_ip"])
        hits += row["src_ip"] in addresses or row["dest_ip"] in addresses
        hits += any(_is_under(name, names) for name in (row["rrname"], row["host"], row["sni"]))
        hits += any(answer in addresses or answer in names for answer in row["answers"] or ())
        rows.append(row)
    write_deltalake(work / "plain", pa.Table.from_pylist(rows), partition_by=["event_type"])
    seconds = time.process_time() - started
    print(f"plain: {len(rows):,} events, {hits:,} hits", file=sys.stderr)
    return len(rows), seconds


def _row(event: dict[str, dict[str, object]]) -> dict[str, object]:
    dns, http, tls = event.get("dns", {}), event.get("http", {}), event.get("tls", {})
    alert, flow, file = event.get("alert", {}), event.get("flow", {}), event.get("fileinfo", {})
    return {
        "timestamp": event.get("timestamp"),
        "event_type": event.get("event_type"),
        "src_ip": event.get("src_ip"),
        "src_port": event.get("src_port"),
        "dest_ip": event.get("dest_ip"),
        "dest_port": event.get("dest_port"),
        "proto": event.get("proto"),
        "app_proto": event.get("app_proto"),
        "flow_id": event.get("flow_id"),
        "community_id": event.get("community_id"),
        "rrname": dns.get("rrname"),
        "rrtype": dns.get("rrtype"),
        "rcode": dns.get("rcode"),
        "answers": [answer.get("rdata") for answer in dns.get("answers", ())] or None,
        "host": http.get("hostname"),
        "url": http.get("url"),
        "user_agent": http.get("http_user_agent"),
        "status": http.get("status"),
        "sni": tls.get("sni"),
        "fingerprint": tls.get("fingerprint"),
        "sid": alert.get("signature_id"),
        "signature": alert.get("signature"),
        "severity": alert.get("severity"),
        "bytes_toserver": flow.get("bytes_toserver"),
        "bytes_toclient": flow.get("bytes_toclient"),
        "sha256": file.get("sha256"),
    }


def _bisected() -> Callable[[object], int | None]:
    """A lookup in the same IPv4 networks; nesting and time are left out, which favours it."""
    spans = []
    for fact in facts(random.Random(1)):
        if ":" not in fact.value:
            first, _, size = fact.value.partition("/")
            start = int.from_bytes(socket.inet_aton(first))
            spans.append((start, start + (1 << 32 - int(size)) - 1, fact.organisation_id))
    spans.sort()
    starts = [start for start, _, _ in spans]

    def owner_of(address: object) -> int | None:
        if not isinstance(address, str) or ":" in address:
            return None
        number = int.from_bytes(socket.inet_aton(address))
        at = bisect_right(starts, number) - 1
        return spans[at][2] if at >= 0 and number <= spans[at][1] else None

    return owner_of


def _of_type(known: pa.Table, kind: str) -> list[str]:
    rows = zip(known["type"].to_pylist(), known["value"].to_pylist(), strict=True)
    return [value for one, value in rows if one == kind]


def _is_under(name: object, names: set[str]) -> bool:
    """Whether the name, or one above it, is known."""
    rest = name.lower() if isinstance(name, str) else ""
    while rest:
        if rest in names:
            return True
        rest = rest.partition(".")[2]
    return False


def run() -> list[dict[str, object]]:
    if not EVE.is_dir():
        print("ingest: left out, there are no events in ../shared/data/eve", file=sys.stderr)
        return []
    pa.set_cpu_count(1)
    lines = corpus()
    known = indicators(lines, random.Random(2))
    with tempfile.TemporaryDirectory(prefix="varde-bench-") as folder:
        work = Path(folder)
        compile_ownership(facts(random.Random(1)), work / "networks", 1)
        compile_indicators(known, work / "indicators", 1)
        content = list(segments(lines))
        plain_count, plain_seconds = plain(work, lines[:BASELINE_EVENTS], known)
        count, seconds = ours(work, content, work / "networks", work / "indicators")
        raw_seconds = keeping_raw(work, content)
    baseline = plain_count / plain_seconds
    return [
        _figure("ingest", count / seconds, baseline),
        _figure(
            "ingest, raw batch hashed, kept and synced as well",
            count / (seconds + raw_seconds),
            baseline,
        ),
    ]


def _figure(name: str, value: float, baseline: float) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value),
        "unit": "events/s per core",
        "baseline": f"{baseline:,.0f}/s: orjson, bisect, sets, rows to a Delta table",
        "ratio": round(value / baseline, 2),
    }


if __name__ == "__main__":
    for figure in run():
        print(figure)
