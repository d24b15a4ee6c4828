"""Suricata's EVE as declared types, and the columns it becomes.

Only what is declared is read. DuckDB refuses a line that gives a declared key twice, or in a
shape that cannot be cast: that is what sends a line to repair.
"""

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

# Column -> expression over SHAPES. The parser makes times and ports of their texts afterwards.
EXPRESSIONS: dict[str, str] = {
    "event_type": "event_type",
    "time": "timestamp",
    "src_ip": "nullif(src_ip, '')",
    "src_port": "src_port",
    "dest_ip": "nullif(dest_ip, '')",
    "dest_port": "dest_port",
    "proto": "upper(proto)",
    "app_proto": "app_proto",
    "flow_id": "flow_id",
    "community_id": "community_id",
    "in_iface": "in_iface",
    "vlan": "vlan",
    "alert_gid": "alert.gid",
    "alert_sid": "alert.signature_id",
    "alert_rev": "alert.rev",
    "alert_signature": "alert.signature",
    "alert_category": "alert.category",
    "alert_severity": "alert.severity",
    "alert_action": "alert.action",
    "pkts_toserver": "flow.pkts_toserver",
    "pkts_toclient": "flow.pkts_toclient",
    "bytes_toserver": "flow.bytes_toserver",
    "bytes_toclient": "flow.bytes_toclient",
    "flow_start": 'flow."start"',
    "flow_end": 'flow."end"',
    "flow_state": "flow.state",
    "flow_reason": "flow.reason",
    "dns_type": "dns.type",
    "dns_id": "dns.id",
    "dns_rrname": """coalesce(dns.rrname, dns.query[1].rrname, dns.queries[1].rrname,
        dns.answer.rrname)""",
    "dns_rrtype": """coalesce(dns.rrtype, dns.query[1].rrtype, dns.queries[1].rrtype,
        dns.answer.rrtype)""",
    "dns_rcode": "coalesce(dns.rcode, dns.answer.rcode)",
    "dns_answers": """CASE
        WHEN dns.answers IS NOT NULL THEN list_transform(dns.answers, lambda a: a.rdata)
        WHEN dns.rdata IS NOT NULL THEN [dns.rdata]
        WHEN dns.grouped IS NOT NULL
        THEN list_concat(dns.grouped.A, dns.grouped.AAAA, dns.grouped.CNAME)
        WHEN dns.answer IS NOT NULL THEN list_transform(dns.answer.answers, lambda a: a.rdata)
        END""",
    "http_host": "http.hostname",
    "http_url": "http.url",
    "http_method": "http.http_method",
    "http_status": "http.status",
    "http_user_agent": "http.http_user_agent",
    "http_referer": "http.http_refer",
    "http_content_type": "http.http_content_type",
    "http_length": "http.length",
    "url": """CASE
        WHEN http.url IS NULL OR http.http_method = 'CONNECT' THEN NULL
        WHEN contains(http.url, '://') THEN http.url
        WHEN http.hostname IS NULL THEN NULL
        ELSE 'http://' || lower(http.hostname)
            || CASE WHEN http.http_port > 0 THEN ':' || http.http_port::VARCHAR ELSE '' END
            || CASE WHEN starts_with(http.url, '/') THEN http.url ELSE '/' || http.url END
        END""",
    "tls_sni": "tls.sni",
    "quic_sni": "quic.sni",
    "tls_version": "coalesce(tls.version, quic.version)",
    "tls_subject": "tls.subject",
    "tls_issuer": "tls.issuerdn",
    "tls_serial": "tls.serial",
    "tls_fingerprint": "lower(replace(tls.fingerprint, ':', ''))",
    "tls_notbefore": "tls.notbefore",
    "tls_notafter": "tls.notafter",
    "ja3": "coalesce(tls.ja3.hash, quic.ja3.hash)",
    "ja3s": "tls.ja3s.hash",
    "ja4": "coalesce(tls.ja4, quic.ja4)",
    "file_name": "coalesce(fileinfo.filename, files[1].filename)",
    "file_type": "coalesce(fileinfo.magic, fileinfo.mimetype)",
    "file_size": "coalesce(fileinfo.size, files[1].size)",
    **{
        f"file_{kind}": f"""CASE
        WHEN fileinfo.{kind} IS NOT NULL THEN [lower(fileinfo.{kind})]
        WHEN files IS NOT NULL THEN list_transform(files, lambda f: lower(f.{kind}))
        END"""
        for kind in ("md5", "sha1", "sha256")
    },
    "smtp_helo": "smtp.helo",
    "mail_from": "lower(trim(smtp.mail_from, '<> '))",
    "mail_rcpt": "list_transform(smtp.rcpt_to, lambda a: lower(trim(a, '<> ')))",
    "email_from": 'email."from"',
    "email_to": 'CASE WHEN email IS NOT NULL THEN list_concat(email."to", email.cc) END',
    "email_subject": "email.subject",
    "email_urls": "email.url",
    "email_attachments": "email.attachment",
    "ssh_client": "ssh.client.software_version",
    "ssh_server": "ssh.server.software_version",
    "detail": f"coalesce({', '.join(DETAIL_KEYS)})::VARCHAR",
}


def sql_type(shape: Shape) -> str:
    """The shape as DuckDB writes a type."""
    if isinstance(shape, dict):
        fields = ", ".join(f'"{name}" {sql_type(inner)}' for name, inner in shape.items())
        return f"STRUCT({fields})"
    if isinstance(shape, list):
        return f"{sql_type(shape[0])}[]"
    return shape
