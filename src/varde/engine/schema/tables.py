"""Which tables there are. A partition of the lake is named by one, so the set is closed."""

UNKNOWN = "unknown"

# Suricata's event types; its name is the table's.
SURICATA_TABLES: frozenset[str] = frozenset(
    {
        "alert",
        "anomaly",
        "bittorrent_dht",
        "dcerpc",
        "dhcp",
        "dnp3",
        "dns",
        "drop",
        "enip",
        "fileinfo",
        "flow",
        "ftp",
        "ftp_data",
        "http",
        "ike",
        "krb5",
        "ldap",
        "mdns",
        "modbus",
        "mqtt",
        "netflow",
        "nfs",
        "pgsql",
        "pop3",
        "quic",
        "rdp",
        "rfb",
        "sip",
        "smb",
        "smtp",
        "snmp",
        "ssh",
        "stats",
        "tftp",
        "tls",
        "websocket",
    }
)

# Zeek's paths. What a path shares with a Suricata type goes to that type's table.
ZEEK_TABLES: dict[str, str] = {
    "conn": "flow",
    "dce_rpc": "dcerpc",
    "dhcp": "dhcp",
    "dnp3": "dnp3",
    "dns": "dns",
    "files": "fileinfo",
    "ftp": "ftp",
    "http": "http",
    "kerberos": "krb5",
    "modbus": "modbus",
    "notice": "notice",
    "ntlm": "ntlm",
    "quic": "quic",
    "rdp": "rdp",
    "rfb": "rfb",
    "sip": "sip",
    "smb_files": "smb",
    "smb_mapping": "smb",
    "smtp": "smtp",
    "snmp": "snmp",
    "ssh": "ssh",
    "ssl": "tls",
    "tunnel": "tunnel",
    "weird": "anomaly",
    "x509": "x509",
}

TABLES: frozenset[str] = SURICATA_TABLES | frozenset(ZEEK_TABLES.values()) | {UNKNOWN}
