"""Every column of an event, in order. Names are Suricata's, dots written as underscores.

All events share this one row shape: an alert carries the HTTP request, DNS query or file it was
raised on, so tables cut by event type would repeat nearly every column. The lake writes only
those columns of a table that hold something, so a row is as wide as its event.

What has no column of its own stands in ``detail`` as JSON; the line itself is kept in the raw
segment that ``batch`` names.
"""

from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.string()
TEXTS = pa.list_(pa.string())
TIME = pa.timestamp("us", tz="UTC")
SMALL = pa.int32()  # Delta has no unsigned integers
BIG = pa.int64()


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: pa.DataType
    meaning: str


ENVELOPE = (
    Column("batch", TEXT, "SHA-256 of the batch's raw lines, in hexadecimal"),
    Column("line", SMALL, "line in the batch, from 1"),
    Column("received_at", TIME, "when Varde took the batch"),
    Column("sensor", TEXT, "name of the sensor that sent it"),
    Column("table", TEXT, "one of schema.TABLES"),
    Column("event_type", TEXT, "type or Zeek path as the sensor wrote it"),
    Column("time", TIME, "when it happened; null where the sensor's word cannot be read"),
    Column("time_flag", TEXT, "what is wrong with the time: missing, unreadable, no_zone, ..."),
    Column("flags", TEXTS, "what was repaired in the line: bad_utf8, dup_key, bad_type:<key>, ..."),
)
CONVERSATION = (
    Column("src_ip", TEXT, "source address, as written"),
    Column("src_port", SMALL, "0 to 65535"),
    Column("dest_ip", TEXT, "destination address, as written"),
    Column("dest_port", SMALL, "0 to 65535"),
    Column("proto", TEXT, "transport protocol, upper case"),
    Column("app_proto", TEXT, "application protocol"),
    Column("flow_id", BIG, "Suricata's flow number"),
    Column("community_id", TEXT, "community flow id; Zeek's uid where there is none"),
    Column("in_iface", TEXT, "interface it was seen on"),
    Column("vlan", pa.list_(SMALL), "VLAN tags, outermost first"),
    Column("src_member", BIG, "organisation that owned the source address at that time"),
    Column("dest_member", BIG, "organisation that owned the destination address at that time"),
    Column("direction", TEXT, "inbound, outbound, internal (between members) or external"),
)
ALERT = (
    Column("alert_gid", BIG, "generator id"),
    Column("alert_sid", BIG, "signature id"),
    Column("alert_rev", BIG, "revision of the signature"),
    Column("alert_signature", TEXT, "the signature's own title"),
    Column("alert_category", TEXT, "classification"),
    Column("alert_severity", SMALL, "Suricata's: 1 is worst"),
    Column("alert_action", TEXT, "allowed or blocked"),
)
FLOW = (
    Column("pkts_toserver", BIG, "packets"),
    Column("pkts_toclient", BIG, "packets"),
    Column("bytes_toserver", BIG, "bytes"),
    Column("bytes_toclient", BIG, "bytes"),
    Column("flow_start", TIME, "first packet"),
    Column("flow_end", TIME, "last packet"),
    Column("flow_state", TEXT, "new, established, closed; Zeek: S0, SF, ..."),
    Column("flow_reason", TEXT, "why the flow record was written"),
)
DNS = (
    Column("dns_type", TEXT, "query, answer, request, response"),
    Column("dns_id", SMALL, "transaction id"),
    Column("dns_rrname", TEXT, "name asked for, as written"),
    Column("dns_rrtype", TEXT, "A, AAAA, TXT, ..."),
    Column("dns_rcode", TEXT, "NOERROR, NXDOMAIN, ..."),
    Column("dns_answers", TEXTS, "data of the answer records: addresses, names, texts"),
)
HTTP = (
    Column("http_host", TEXT, "Host header, as written"),
    Column("http_url", TEXT, "request target, as written"),
    Column("http_method", TEXT, "GET, POST, ..."),
    Column("http_status", SMALL, "status code"),
    Column("http_user_agent", TEXT, "User-Agent header"),
    Column("http_referer", TEXT, "Referer header"),
    Column("http_content_type", TEXT, "type of the answer"),
    Column("http_length", BIG, "bytes of the answer's body"),
    Column("url", TEXT, "http://host[:port]/path?query; scheme and host lower case, no fragment"),
)
TLS = (
    Column("tls_sni", TEXT, "server name asked for in TLS"),
    Column("quic_sni", TEXT, "server name asked for in QUIC"),
    Column("tls_version", TEXT, "TLS 1.2, ..."),
    Column("tls_subject", TEXT, "certificate subject"),
    Column("tls_issuer", TEXT, "certificate issuer"),
    Column("tls_serial", TEXT, "certificate serial, as written"),
    Column("tls_fingerprint", TEXT, "hash of the certificate: lower-case hexadecimal, no colons"),
    Column("tls_notbefore", TEXT, "certificate valid from, as written"),
    Column("tls_notafter", TEXT, "certificate valid to, as written"),
    Column("ja3", TEXT, "JA3 of the client, TLS or QUIC"),
    Column("ja3s", TEXT, "JA3S of the server"),
    Column("ja4", TEXT, "JA4 of the client, TLS or QUIC"),
)
FILE = (
    Column("file_name", TEXT, "name, as written"),
    Column("file_type", TEXT, "magic or MIME type"),
    Column("file_size", BIG, "bytes"),
    Column("file_md5", TEXTS, "hashes of the files in the event, lower-case hexadecimal"),
    Column("file_sha1", TEXTS, "hashes of the files in the event, lower-case hexadecimal"),
    Column("file_sha256", TEXTS, "hashes of the files in the event, lower-case hexadecimal"),
)
MAIL = (
    Column("smtp_helo", TEXT, "name the client gave"),
    Column("mail_from", TEXT, "envelope sender, without angle brackets"),
    Column("mail_rcpt", TEXTS, "envelope recipients, without angle brackets"),
    Column("email_from", TEXT, "From header, as written"),
    Column("email_to", TEXTS, "To and Cc headers, as written"),
    Column("email_subject", TEXT, "Subject header"),
    Column("email_urls", TEXTS, "URLs in the body"),
    Column("email_attachments", TEXTS, "names of the attachments"),
)
SSH = (
    Column("ssh_client", TEXT, "client software"),
    Column("ssh_server", TEXT, "server software"),
)
DETAIL = (
    Column("detail", TEXT, "JSON: the protocol's own object; of an unknown type the whole event"),
)

COLUMNS: tuple[Column, ...] = (
    *ENVELOPE,
    *CONVERSATION,
    *ALERT,
    *FLOW,
    *DNS,
    *HTTP,
    *TLS,
    *FILE,
    *MAIL,
    *SSH,
    *DETAIL,
)
SCHEMA: pa.Schema = pa.schema([(column.name, column.type) for column in COLUMNS])

# What no parser can know: the pipeline fills these in.
LATER = frozenset({"batch", "received_at", "sensor", "src_member", "dest_member", "direction"})
# What every table of events has. Other columns may be left out of one where no event fills them.
ALWAYS = tuple(
    column.name for column in (*ENVELOPE, *CONVERSATION, *ALERT) if column.name not in LATER
)
