"""Suricata's EVE as declared types.

Only what is declared is read. DuckDB refuses a line that gives a declared key twice, or in a
shape that cannot be cast: that is what sends a line to repair.
"""

from collections.abc import Iterable
from typing import TypeAlias

Shape: TypeAlias = "str | dict[str, Shape] | list[Shape]"

_QUERY: Shape = [{"rrname": "VARCHAR", "rrtype": "VARCHAR"}]
_ANSWER: Shape = {
    "rrname": "VARCHAR",
    "rrtype": "VARCHAR",
    "rcode": "VARCHAR",
    "answers": [{"rdata": "VARCHAR"}],
}

# Kept whole, as JSON, in the column ``detail``: the first that an event has.
DETAIL_KEYS = (
    "smb",
    "dcerpc",
    "anomaly",
    "ftp",
    "krb5",
    "snmp",
    "dhcp",
    "sip",
    "nfs",
    "ike",
    "stats",
    "dnp3",
    "rdp",
    "mqtt",
    "pgsql",
    "ftp_data",
    "tftp",
    "bittorrent_dht",
    "rfb",
    "modbus",
    "enip",
    "ldap",
    "pop3",
    "mdns",
    "websocket",
    "netflow",
    "drop",
)

SHAPES: dict[str, Shape] = {
    "timestamp": "VARCHAR",
    "event_type": "VARCHAR",
    "src_ip": "VARCHAR",
    # Text: DuckDB would take 443.5 for 444 and true for 1.
    "src_port": "VARCHAR",
    "dest_ip": "VARCHAR",
    "dest_port": "VARCHAR",
    "proto": "VARCHAR",
    "app_proto": "VARCHAR",
    "flow_id": "BIGINT",
    "community_id": "VARCHAR",
    "in_iface": "VARCHAR",
    "vlan": ["INTEGER"],
    "alert": {
        "gid": "BIGINT",
        "signature_id": "BIGINT",
        "rev": "BIGINT",
        "signature": "VARCHAR",
        "category": "VARCHAR",
        "severity": "INTEGER",
        "action": "VARCHAR",
    },
    "flow": {
        "pkts_toserver": "BIGINT",
        "pkts_toclient": "BIGINT",
        "bytes_toserver": "BIGINT",
        "bytes_toclient": "BIGINT",
        "start": "VARCHAR",
        "end": "VARCHAR",
        "state": "VARCHAR",
        "reason": "VARCHAR",
    },
    "dns": {
        "type": "VARCHAR",
        "id": "INTEGER",
        "rrname": "VARCHAR",
        "rrtype": "VARCHAR",
        "rcode": "VARCHAR",
        "rdata": "VARCHAR",
        "answers": [{"rdata": "VARCHAR"}],
        "grouped": {"A": ["VARCHAR"], "AAAA": ["VARCHAR"], "CNAME": ["VARCHAR"]},
        "query": _QUERY,
        "queries": _QUERY,
        "answer": _ANSWER,
    },
    "http": {
        "hostname": "VARCHAR",
        "http_port": "INTEGER",
        "url": "VARCHAR",
        "http_method": "VARCHAR",
        "status": "INTEGER",
        "http_user_agent": "VARCHAR",
        "http_refer": "VARCHAR",
        "http_content_type": "VARCHAR",
        "length": "BIGINT",
    },
    "tls": {
        "sni": "VARCHAR",
        "version": "VARCHAR",
        "subject": "VARCHAR",
        "issuerdn": "VARCHAR",
        "serial": "VARCHAR",
        "fingerprint": "VARCHAR",
        "notbefore": "VARCHAR",
        "notafter": "VARCHAR",
        "ja3": {"hash": "VARCHAR"},
        "ja3s": {"hash": "VARCHAR"},
        "ja4": "VARCHAR",
    },
    "quic": {"sni": "VARCHAR", "version": "VARCHAR", "ja3": {"hash": "VARCHAR"}, "ja4": "VARCHAR"},
    "fileinfo": {
        "filename": "VARCHAR",
        "magic": "VARCHAR",
        "mimetype": "VARCHAR",
        "size": "BIGINT",
        "md5": "VARCHAR",
        "sha1": "VARCHAR",
        "sha256": "VARCHAR",
    },
    "files": [
        {
            "filename": "VARCHAR",
            "size": "BIGINT",
            "md5": "VARCHAR",
            "sha1": "VARCHAR",
            "sha256": "VARCHAR",
        }
    ],
    "smtp": {"helo": "VARCHAR", "mail_from": "VARCHAR", "rcpt_to": ["VARCHAR"]},
    "email": {
        "from": "VARCHAR",
        "to": ["VARCHAR"],
        "cc": ["VARCHAR"],
        "subject": "VARCHAR",
        "url": ["VARCHAR"],
        "attachment": ["VARCHAR"],
    },
    "ssh": {
        "client": {"software_version": "VARCHAR"},
        "server": {"software_version": "VARCHAR"},
    },
    **dict.fromkeys(DETAIL_KEYS, "JSON"),
}

# What an event of any type has, and what some types have besides. Many lines of one of these types
# are read with its own keys only, which halves the work.
ENVELOPE_KEYS = tuple(SHAPES)[: tuple(SHAPES).index("alert")]
KEYS_OF_TYPE: dict[str, tuple[str, ...]] = {
    "alert": (
        *("alert", "flow", "dns", "http", "tls", "quic", "fileinfo", "files", "smtp", "email"),
        *("ssh", "smb", "krb5", "rdp", "ftp_data"),
    ),
    "dns": ("dns",),
    "flow": ("flow",),
    "http": ("http",),
    "tls": ("tls",),
    "quic": ("quic",),
    "ssh": ("ssh",),
    "smtp": ("smtp", "email"),
    "fileinfo": ("fileinfo", "http", "smtp", "email", "smb", "nfs"),
    **{key: (key,) for key in DETAIL_KEYS if key not in ("drop", "nfs")},
}


def types_of(keys: Iterable[str]) -> dict[str, str]:
    """The declared keys as DuckDB writes their types."""
    return {key: _sql_type(SHAPES[key]) for key in keys}


def _sql_type(shape: Shape) -> str:
    if isinstance(shape, dict):
        fields = ", ".join(f'"{name}" {_sql_type(inner)}' for name, inner in shape.items())
        return f"STRUCT({fields})"
    if isinstance(shape, list):
        return f"{_sql_type(shape[0])}[]"
    return shape
