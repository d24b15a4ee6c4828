"""What Zeek calls the things that have columns of their own."""

# For every log. Some ship JSON with underscores for the dots of ``id``.
COMMON: dict[str, tuple[str, ...]] = {
    "time": ("ts",),
    "src_ip": ("id.orig_h", "id_orig_h", "src", "tx_hosts"),
    "src_port": ("id.orig_p", "id_orig_p"),
    "dest_ip": ("id.resp_h", "id_resp_h", "dst", "rx_hosts"),
    "dest_port": ("id.resp_p", "id_resp_p", "p"),
    "proto": ("proto",),
    "app_proto": ("service",),
    "community_id": ("community_id", "uid"),
    "vlan": ("vlan",),
}

BY_PATH: dict[str, dict[str, tuple[str, ...]]] = {
    "conn": {
        "pkts_toserver": ("orig_pkts",),
        "pkts_toclient": ("resp_pkts",),
        "bytes_toserver": ("orig_bytes",),
        "bytes_toclient": ("resp_bytes",),
        "flow_state": ("conn_state",),
    },
    "dns": {
        "dns_rrname": ("query",),
        "dns_rrtype": ("qtype_name",),
        "dns_rcode": ("rcode_name",),
        "dns_id": ("trans_id",),
        "dns_answers": ("answers",),
    },
    "http": {
        "http_host": ("host",),
        "http_url": ("uri",),
        "http_method": ("method",),
        "http_status": ("status_code",),
        "http_user_agent": ("user_agent",),
        "http_referer": ("referrer",),
        "http_content_type": ("resp_mime_types",),
        "http_length": ("response_body_len",),
    },
    "ssl": {
        "tls_sni": ("server_name",),
        "tls_version": ("version",),
        "tls_subject": ("subject",),
        "tls_issuer": ("issuer",),
        "tls_fingerprint": ("cert_chain_fps",),
        "ja3": ("ja3",),
        "ja3s": ("ja3s",),
        "ja4": ("ja4",),
    },
    "x509": {
        "tls_subject": ("certificate.subject",),
        "tls_issuer": ("certificate.issuer",),
        "tls_serial": ("certificate.serial",),
        "tls_fingerprint": ("fingerprint",),
    },
    "files": {
        "file_name": ("filename",),
        "file_type": ("mime_type",),
        "file_size": ("total_bytes", "seen_bytes"),
        "file_md5": ("md5",),
        "file_sha1": ("sha1",),
        "file_sha256": ("sha256",),
        "app_proto": ("source",),
    },
    "smtp": {
        "smtp_helo": ("helo",),
        "mail_from": ("mailfrom",),
        "mail_rcpt": ("rcptto",),
        "email_from": ("from",),
        "email_to": ("to",),
        "email_subject": ("subject",),
    },
    "ssh": {"ssh_client": ("client",), "ssh_server": ("server",)},
    "quic": {"quic_sni": ("server_name",), "tls_version": ("version",)},
}

# By these fields a JSON log is known that does not name its path.
TRAITS: tuple[tuple[str, frozenset[str]], ...] = (
    ("conn", frozenset({"conn_state"})),
    ("http", frozenset({"trans_depth", "uri"})),
    ("http", frozenset({"trans_depth", "host"})),
    ("http", frozenset({"trans_depth", "method"})),
    ("dns", frozenset({"trans_id", "rtt"})),
    ("dns", frozenset({"trans_id", "query"})),
    ("dns", frozenset({"trans_id", "rcode"})),
    ("ssl", frozenset({"established", "resumed"})),
    ("x509", frozenset({"certificate.subject"})),
    ("files", frozenset({"fuid", "seen_bytes"})),
    ("smtp", frozenset({"helo", "trans_depth"})),
    ("ssh", frozenset({"auth_attempts"})),
    ("notice", frozenset({"note", "actions"})),
)

FOLDED = frozenset({"tls_fingerprint", "file_md5", "file_sha1", "file_sha256"})
ADDRESSES = frozenset({"mail_from", "mail_rcpt"})
