"""Lines of EVE to try things on."""

import json
from datetime import UTC, datetime
from typing import Any

from varde.engine.parsers.lines import Parsed
from varde.engine.parsers.suricata import parse

RECEIVED = datetime(2026, 11, 24, 12, tzinfo=UTC)
TIME = "2026-11-24T11:00:00.123456+0000"
ALERT: dict[str, Any] = {
    "timestamp": TIME,
    "event_type": "alert",
    "src_ip": "192.0.2.10",
    "src_port": 50000,
    "dest_ip": "203.0.113.5",
    "dest_port": 80,
    "proto": "TCP",
    "alert": {"gid": 1, "signature_id": 2_027_863, "rev": 4, "signature": "Bad", "severity": 1},
}
DNS: dict[str, Any] = {
    "timestamp": TIME,
    "event_type": "dns",
    "src_ip": "192.0.2.10",
    "src_port": 40768,
    "dest_ip": "198.51.100.53",
    "dest_port": 53,
    "proto": "UDP",
    "dns": {"version": 2, "type": "query", "id": 7, "rrname": "evil.example", "rrtype": "A"},
}

FLOW: dict[str, Any] = {key: value for key, value in DNS.items() if key != "dns"}


def line(event: dict[str, Any], **facts: Any) -> bytes:
    return json.dumps(event | facts, separators=(",", ":")).encode() + b"\n"


def read(*lines: bytes) -> Parsed:
    return parse(b"".join(lines), received_at=RECEIVED)


def rows(parsed: Parsed, *columns: str) -> list[dict[str, Any]]:
    """The events, each with those columns it fills; of these only ``columns`` if there are any."""
    return [
        {
            key: value
            for key, value in row.items()
            if value is not None and (not columns or key in columns)
        }
        for row in parsed.events.to_pylist()
    ]


def fates(parsed: Parsed) -> list[tuple[int, str]]:
    """What became of each line: its number, and the reason why it holds no event, or "stored"."""
    stored = [(number, "stored") for number in parsed.events["line"].to_pylist()]
    return sorted(stored + [(letter.line, letter.reason) for letter in parsed.dead])


def reasons(*lines: bytes) -> list[str]:
    return [reason for _, reason in fates(read(*lines))]
