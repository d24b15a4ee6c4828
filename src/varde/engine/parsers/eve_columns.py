"""EVE objects into the columns of an event."""

from collections.abc import Callable
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.parsers.tree import (
    Tree,
    first_of,
    firsts,
    joined,
    listed,
    mapped,
    scattered,
    singly,
)
from varde.engine.parsers.urls import request_urls

Column: TypeAlias = pa.Array | None

# Columns that stand in the event as they are: where.
PLAIN: dict[str, tuple[str, ...]] = {
    "event_type": ("event_type",),
    "time": ("timestamp",),
    "src_port": ("src_port",),
    "dest_port": ("dest_port",),
    "app_proto": ("app_proto",),
    "flow_id": ("flow_id",),
    "community_id": ("community_id",),
    "in_iface": ("in_iface",),
    "vlan": ("vlan",),
    "alert_gid": ("alert", "gid"),
    "alert_sid": ("alert", "signature_id"),
    "alert_rev": ("alert", "rev"),
    "alert_signature": ("alert", "signature"),
    "alert_category": ("alert", "category"),
    "alert_severity": ("alert", "severity"),
    "alert_action": ("alert", "action"),
    "pkts_toserver": ("flow", "pkts_toserver"),
    "pkts_toclient": ("flow", "pkts_toclient"),
    "bytes_toserver": ("flow", "bytes_toserver"),
    "bytes_toclient": ("flow", "bytes_toclient"),
    "flow_start": ("flow", "start"),
    "flow_end": ("flow", "end"),
    "flow_state": ("flow", "state"),
    "flow_reason": ("flow", "reason"),
    "dns_type": ("dns", "type"),
    "dns_id": ("dns", "id"),
    "http_host": ("http", "hostname"),
    "http_url": ("http", "url"),
    "http_method": ("http", "http_method"),
    "http_status": ("http", "status"),
    "http_user_agent": ("http", "http_user_agent"),
    "http_referer": ("http", "http_refer"),
    "http_content_type": ("http", "http_content_type"),
    "http_length": ("http", "length"),
    "tls_sni": ("tls", "sni"),
    "quic_sni": ("quic", "sni"),
    "tls_subject": ("tls", "subject"),
    "tls_issuer": ("tls", "issuerdn"),
    "tls_serial": ("tls", "serial"),
    "tls_notbefore": ("tls", "notbefore"),
    "tls_notafter": ("tls", "notafter"),
    "ja3s": ("tls", "ja3s", "hash"),
    "smtp_helo": ("smtp", "helo"),
    "email_from": ("email", "from"),
    "email_subject": ("email", "subject"),
    "email_urls": ("email", "url"),
    "email_attachments": ("email", "attachment"),
    "ssh_client": ("ssh", "client", "software_version"),
    "ssh_server": ("ssh", "server", "software_version"),
}


def columns_of(events: Tree) -> dict[str, pa.Array]:
    """The columns that any of ``events`` fills; times and ports still as texts."""
    columns: dict[str, Column] = {name: events.get(*path) for name, path in PLAIN.items()}
    for name in ("src_ip", "dest_ip"):
        columns[name] = _not_empty(events.get(name))
    columns["proto"] = _changed(events.get("proto"), _upper)
    columns |= _dns(events) | _tls(events) | _files(events) | _mail(events)
    columns["url"] = _urls(events)
    return {name: column for name, column in columns.items() if column is not None}


def _dns(events: Tree) -> dict[str, Column]:
    """Queries stand under three names and answers in four shapes, by version and by event."""
    named = {
        f"dns_{key}": first_of(
            events.get("dns", key),
            firsts(events.get("dns", "query"), key),
            firsts(events.get("dns", "queries"), key),
            events.get("dns", "answer", key),
        )
        for key in ("rrname", "rrtype")
    }
    answers = first_of(
        listed(events.get("dns", "answers"), "rdata"),
        singly(events.get("dns", "rdata")),
        listed(events.get("dns", "answer", "answers"), "rdata"),
    )
    grouped = [events.get("dns", "grouped", kind) for kind in ("A", "AAAA", "CNAME")]
    if any(_adds(column, answers) for column in grouped):
        answers = first_of(answers, joined(*grouped))
    rcode = first_of(events.get("dns", "rcode"), events.get("dns", "answer", "rcode"))
    return {**named, "dns_answers": answers, "dns_rcode": rcode}


def _adds(column: Column, known: Column) -> bool:
    """Whether ``column`` has something in a row where ``known`` has not."""
    if column is None or known is None:
        return column is not None
    return bool(pc.any(pc.and_(column.is_valid(), known.is_null())).as_py())


def _tls(events: Tree) -> dict[str, Column]:
    fingerprint = _changed(events.get("tls", "fingerprint"), _hexadecimal)
    return {
        "tls_version": first_of(events.get("tls", "version"), events.get("quic", "version")),
        "tls_fingerprint": fingerprint,
        "ja3": first_of(events.get("tls", "ja3", "hash"), events.get("quic", "ja3", "hash")),
        "ja4": first_of(events.get("tls", "ja4"), events.get("quic", "ja4")),
    }


def _files(events: Tree) -> dict[str, Column]:
    """A file event is about one file; an alert lists those that were in its flow."""
    several = events.get("files")
    columns: dict[str, Column] = {
        "file_name": first_of(events.get("fileinfo", "filename"), firsts(several, "filename")),
        "file_type": first_of(events.get("fileinfo", "magic"), events.get("fileinfo", "mimetype")),
        "file_size": first_of(events.get("fileinfo", "size"), firsts(several, "size")),
    }
    for kind in ("md5", "sha1", "sha256"):
        hashes = first_of(singly(events.get("fileinfo", kind)), listed(several, kind))
        columns[f"file_{kind}"] = mapped(hashes, pc.ascii_lower)
    return columns


def _mail(events: Tree) -> dict[str, Column]:
    return {
        "mail_from": _changed(events.get("smtp", "mail_from"), _envelope_address),
        "mail_rcpt": mapped(events.get("smtp", "rcpt_to"), _envelope_address),
        "email_to": joined(events.get("email", "to"), events.get("email", "cc")),
    }


def _urls(events: Tree) -> Column:
    """Of the few events that have one."""
    targets = events.get("http", "url")
    if targets is None:
        return None
    rows = pc.indices_nonzero(targets.is_valid())
    paths = {"hostname": pa.string(), "http_port": pa.int32(), "http_method": pa.string()}
    host, port, method = (
        _taken(events.get("http", name), rows, kind) for name, kind in paths.items()
    )
    return scattered(request_urls(host, port, targets.take(rows), method), rows, len(targets))


def _taken(column: Column, rows: pa.Array, kind: pa.DataType) -> pa.Array:
    return pa.nulls(len(rows), kind) if column is None else column.take(rows)


def _changed(column: Column, change: Callable[[pa.Array], pa.Array]) -> Column:
    return None if column is None else change(column)


def _not_empty(column: Column) -> Column:
    """Addresses by dictionary: there are few different ones; an empty one is none."""
    if column is None:
        return None
    encoded = column.dictionary_encode()
    place = encoded.dictionary.index("").as_py()
    if place < 0:
        return encoded
    return pc.if_else(pc.equal(encoded.indices, place), None, encoded)


def _upper(column: pa.Array) -> pa.Array:
    encoded = column.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices, pc.utf8_upper(encoded.dictionary))


def _hexadecimal(column: pa.Array) -> pa.Array:
    return pc.ascii_lower(pc.replace_substring(column, ":", ""))


def _envelope_address(column: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim(column, characters="<> "))
