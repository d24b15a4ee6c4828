"""Indicators: a million imported, compiled, opened, and asked of real events.

The baseline asks Python sets about each event: both addresses, each name with its parents, each
hash; what people write first. It gets each event as a dictionary, ready made.
"""

import io
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

INDICATORS = 1_000_000
LEAST_EVENTS = 400_000
BATCH = 100_000
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "eve"
ASKED = ["src_ip", "dest_ip", "dns_answers", "dns_rrname", "http_host", "tls_sni", "url",
         "file_sha256"]  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def feed(count: int) -> Iterator[tuple[str, str]]:
    """Half domains, a third addresses, the rest hashes and URLs; none of them real."""
    chance = random.Random(7)
    for number in range(count):
        name = "".join(chance.choices(LETTERS, k=chance.randint(6, 20)))
        match number % 10:
            case 0 | 1 | 2 | 3 | 4:
                yield "domain", f"{name}.{chance.choice(['example', 'com', 'net', 'co.uk'])}"
            case 5 | 6 | 7:
                octets = [chance.randint(11, 99), *(chance.randint(0, 255) for _ in range(3))]
                yield "ip", ".".join(map(str, octets))
            case 8:
                yield "sha256", f"{chance.getrandbits(256):064x}"
            case _:
                yield "url", f"http://{name}.example/{chance.getrandbits(40):x}.php"


def columns() -> pa.Table:
    """The parsed events of the real corpus, repeated to a decent number."""
    import zstandard

    from varde.engine.parsers import suricata

    tables = []
    for file in sorted(SHARED.glob("*.zst")):
        with zstandard.open(file, "rb") as stream:
            tables.append(
                suricata.parse(io.BytesIO(stream.read()).getvalue(), received_at=NOW).events
            )
    once = pa.concat_tables(tables, promote_options="default")
    return pa.concat_tables([once] * -(-LEAST_EVENTS // len(once))).combine_chunks()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds and the result: neighbours on the machine must not count."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def naive(indicators: list[tuple[str, str]]) -> Callable[[list[dict[str, Any]]], int]:
    """The plain loop: sets by type, an event at a time."""
    sets: dict[str, set[str]] = {}
    for kind, value in indicators:
        sets.setdefault(kind, set()).add(value)

    def name_hits(name: str | None) -> int:
        hits = 0
        rest = (name or "").lower().rstrip(".")
        while rest:
            hits += rest in sets["domain"]
            rest = rest.partition(".")[2]
        return hits

    def hits_of(event: dict[str, Any]) -> int:
        hits = (event["src_ip"] in sets["ip"]) + (event["dest_ip"] in sets["ip"])
        for answer in event["dns_answers"] or ():
            hits += name_hits(answer) + (answer in sets["ip"])
        for column in ("dns_rrname", "http_host", "tls_sni"):
            hits += name_hits(event[column])
        hits += event["url"] in sets["url"]
        return hits + sum(digest in sets["sha256"] for digest in event["file_sha256"] or ())

    return lambda events: sum(map(hits_of, events))


def planted(indicators: list[tuple[str, str]], events: pa.Table) -> list[tuple[str, str]]:
    """Some values of the events among the indicators, so that there is something to find."""
    chance = random.Random(8)
    names = [name.lower().rstrip(".") for name in events["dns_rrname"].unique().to_pylist() if name]
    addresses = [a for a in events["dest_ip"].unique().to_pylist() if a and ":" not in a]
    found = [("domain", name) for name in chance.sample(sorted(set(names)), 50) if name]
    found += [("ip", address) for address in chance.sample(sorted(addresses), 20)]
    return list(dict.fromkeys([*found, *indicators]))


def measure_matching() -> list[dict[str, object]]:
    from varde.engine.detect.match import IndicatorSet, compile_indicators

    events = columns()
    indicators = planted(list(feed(INDICATORS)), events)
    table = pa.table(
        {
            "id": pa.array(range(len(indicators))),
            "type": [kind for kind, _ in indicators],
            "value": [value for _, value in indicators],
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "indicators.arrow"
        compiled, _ = timed(lambda: compile_indicators(table, path, 1))
        opened, ours = timed(lambda: IndicatorSet.open(path))
        batches = [events.slice(at, BATCH) for at in range(0, len(events), BATCH)]
        ours.match(batches[0])
        spent, found = timed(lambda: sum(len(ours.match(batch)) for batch in batches))
    plain_loop, sample = naive(indicators), events.slice(0, BATCH).select(ASKED).to_pylist()
    baseline, expected = timed(lambda: plain_loop(sample))
    _, same = timed(lambda: len(ours.match(events.slice(0, BATCH))))
    assert found > 0
    assert same == expected, (same, expected)
    each = 1e6 * spent / len(events)
    plain = 1e6 * baseline / BATCH
    return [
        figure("match an event against 1 M indicators", each, "µs", plain, plain / each),
        figure("compile 1 M indicators", compiled, "s"),
        figure("open 1 M compiled indicators", opened, "s", 1.5, 1.5 / max(opened, 1e-4)),
    ]


def measure_import() -> list[dict[str, object]]:
    """From a text file into an empty SQLite installation; the baseline is what we promise."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VARDE_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "varde.project.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from varde.intel.actions.indicators import ensure_source, import_indicators
        from varde.intel.formats.reading import read_path

        path = Path(folder) / "feed.txt"
        with path.open("w") as lines:
            lines.writelines(f"{value}\n" for _, value in feed(INDICATORS))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, spent = time.perf_counter(), time.process_time()
        done = import_indicators(source=ensure_source("bench"), entries=read_path(path), actor=None)
        seconds, spent = time.perf_counter() - started, time.process_time() - spent
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert done.received == done.stored + done.duplicate + done.refused == INDICATORS
    return [
        figure("import 1 M indicators", seconds, "s", 20.0, 20.0 / seconds),
        figure("processor time of that import", spent, "s"),
        figure("memory an import of 1 M indicators adds", grown / 1024, "MiB"),
    ]


def figure(
    name: str, value: float, unit: str, baseline: float | None = None, ratio: float | None = None
) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "baseline": None if baseline is None else round(baseline, 3),
        "ratio": None if ratio is None else round(ratio, 2),
    }


def run() -> list[dict[str, object]]:
    # The import first: it reports how much memory it added, and the matching takes a lot.
    return [*measure_import(), *(measure_matching() if SHARED.is_dir() else [])]


if __name__ == "__main__":
    for line in run():
        print(line)
