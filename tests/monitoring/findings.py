"""Findings in the engine's own shape, made by hand for tests that need no sensor."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from varde.engine.schema import FINDINGS

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def finding(**facts: Any) -> dict[str, Any]:
    """A signature's finding at a member's host, changed by ``facts``."""
    return {
        "detection": "suricata:2027863",
        "kind": "signature",
        "title": "ET MALWARE Something",
        "severity": 3,
        "indicator_id": None,
        "indicator_type": None,
        "indicator": None,
        "member": None,
        "by": None,
        "by_value": None,
        "address": None,
        "direction": "external",
        "time": NOON,
        "time_flag": None,
        "line": 1,
        "table": "alert",
        "src_ip": "192.0.2.10",
        "src_port": 50000,
        "dest_ip": "203.0.113.5",
        "dest_port": 443,
        "proto": "TCP",
        "field": None,
        "observed": None,
    } | facts


def at_member(member: int, **facts: Any) -> dict[str, Any]:
    """A finding at ``member``, whose host 192.0.2.10 spoke outward."""
    own = {
        "member": member,
        "by": "network",
        "by_value": "192.0.2.0/24",
        "address": "192.0.2.10",
        "direction": "outbound",
    }
    return finding(**(own | facts))


def match(indicator: str, number: int, **facts: Any) -> dict[str, Any]:
    """What a finding has that rests on a domain's indicator."""
    return {
        "detection": f"indicator:domain:{indicator}",
        "kind": "indicator",
        "title": indicator,
        "severity": 2,
        "indicator_id": number,
        "indicator_type": "domain",
        "indicator": indicator,
        "table": "tls",
        "field": "tls.sni",
        "observed": indicator,
    } | facts


def table_of(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=FINDINGS)
