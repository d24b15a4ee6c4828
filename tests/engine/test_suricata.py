"""EVE lines become columns; however they are batched, and whatever stands beside them."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.engine.eve import ALERT, DNS, FLOW, RECEIVED, TIME, fates, line, read, rows
from varde.engine.parsers.eve import DETAIL_KEYS, KEYS_OF_TYPE, SHAPES
from varde.engine.parsers.eve_columns import PLAIN
from varde.engine.parsers.suricata import parse
from varde.engine.schema import ALWAYS, LATER, SCHEMA, SURICATA_TABLES

COMMON = {
    "line": 1,
    "time": datetime(2026, 11, 24, 11, 0, 0, 123456, tzinfo=UTC),
    "src_ip": "192.0.2.10",
    "src_port": 50000,
    "dest_ip": "203.0.113.5",
    "dest_port": 80,
    "proto": "TCP",
}

HTTP = {
    "hostname": "Evil.Example",
    "http_port": 8080,
    "url": "/a?b=C",
    "http_method": "GET",
    "http_user_agent": "curl/8",
    "status": 200,
    "length": 5,
}


def test_an_alert_carries_all_it_was_raised_on() -> None:
    event = line(
        ALERT,
        flow_id=2122645873167184,
        community_id="1:fZG4C8AY",
        in_iface="eth1",
        vlan=[12, 3],
        app_proto="http",
        http=HTTP,
        files=[{"filename": "a", "md5": "AB", "size": 3}, {"filename": "b", "sha256": "CD"}],
        flow={"pkts_toserver": 4, "bytes_toserver": 500, "start": TIME},
    )

    assert rows(read(event)) == [
        COMMON
        | {
            "table": "alert",
            "event_type": "alert",
            "app_proto": "http",
            "flow_id": 2122645873167184,
            "community_id": "1:fZG4C8AY",
            "in_iface": "eth1",
            "vlan": [12, 3],
            "alert_gid": 1,
            "alert_sid": 2_027_863,
            "alert_rev": 4,
            "alert_signature": "Bad",
            "alert_severity": 1,
            "pkts_toserver": 4,
            "bytes_toserver": 500,
            "flow_start": COMMON["time"],
            "http_host": "Evil.Example",
            "http_url": "/a?b=C",
            "http_method": "GET",
            "http_user_agent": "curl/8",
            "http_status": 200,
            "http_length": 5,
            "url": "http://evil.example:8080/a?b=C",
            "file_name": "a",
            "file_size": 3,
            "file_md5": ["ab"],
            "file_sha256": ["cd"],
        }
    ]


@pytest.mark.parametrize(
    ("dns", "columns"),
    [
        ({"rrname": "a.example", "rrtype": "A"}, {}),
        ({"query": [{"rrname": "a.example", "rrtype": "A"}]}, {}),
        ({"queries": [{"rrname": "a.example", "rrtype": "A"}, {"rrname": "b"}]}, {}),
        ({"answer": {"rrname": "a.example", "rrtype": "A", "rcode": "NXDOMAIN"}}, "NXDOMAIN"),
        ({"rrname": "a.example", "rrtype": "A", "rdata": "192.0.2.1"}, ["192.0.2.1"]),
        (
            {
                "rrname": "a.example",
                "rrtype": "A",
                "answers": [{"rrtype": "CNAME", "rdata": "b.example"}, {"rdata": "192.0.2.1"}],
            },
            ["b.example", "192.0.2.1"],
        ),
        (
            {
                "rrname": "a.example",
                "rrtype": "A",
                "grouped": {"A": ["192.0.2.1"], "CNAME": ["b.example"], "AAAA": ["2001:db8::1"]},
            },
            ["192.0.2.1", "2001:db8::1", "b.example"],
        ),
    ],
)
def test_dns_is_read_in_the_shapes_of_every_version(dns: dict[str, Any], columns: object) -> None:
    found = rows(read(line(DNS, dns=dns)), "dns_rrname", "dns_rrtype", "dns_rcode", "dns_answers")

    expected: dict[str, object] = {"dns_rrname": "a.example", "dns_rrtype": "A"}
    if isinstance(columns, list):
        expected["dns_answers"] = columns
    elif columns:
        expected["dns_rcode"] = columns
    assert found == [expected]


def test_certificates_files_and_mail_are_folded() -> None:
    tls = {"sni": "a.example", "fingerprint": "43:92:AB", "ja3": {"hash": "x"}, "ja4": "t13"}
    smtp = {"helo": "h", "mail_from": "<A@B.example>", "rcpt_to": ["<C@D.example>", "e@f"]}
    email = {"from": "A <a@b>", "to": ["c@d"], "cc": ["g@h"], "url": ["http://x/"]}

    parsed = read(
        line(DNS, event_type="tls", tls=tls),
        line(DNS, event_type="smtp", smtp=smtp, email=email),
        line(DNS, event_type="fileinfo", fileinfo={"filename": "x", "sha256": "AB", "size": 1}),
        line(DNS, event_type="quic", quic={"sni": "q.example", "version": "1", "ja4": "q13"}),
    )

    wanted = ("tls_sni", "tls_fingerprint", "ja3", "ja4", "mail_from", "mail_rcpt", "email_from")
    wanted += ("email_to", "email_urls", "smtp_helo", "file_name", "file_sha256", "file_size")
    found = {row["table"]: row for row in rows(parsed, "table", *wanted, "quic_sni", "tls_version")}
    assert found == {
        "tls": {
            "table": "tls",
            "tls_sni": "a.example",
            "tls_fingerprint": "4392ab",
            "ja3": "x",
            "ja4": "t13",
        },
        "smtp": {
            "table": "smtp",
            "smtp_helo": "h",
            "mail_from": "a@b.example",
            "mail_rcpt": ["c@d.example", "e@f"],
            "email_from": "A <a@b>",
            "email_to": ["c@d", "g@h"],
            "email_urls": ["http://x/"],
        },
        "fileinfo": {"table": "fileinfo", "file_name": "x", "file_sha256": ["ab"], "file_size": 1},
        "quic": {"table": "quic", "quic_sni": "q.example", "tls_version": "1", "ja4": "q13"},
    }


def test_what_has_no_columns_stands_in_detail_as_json() -> None:
    parsed = read(
        line(DNS, event_type="smb", smb={"command": "SMB2_CREATE", "filename": 'a"b'}),
        line(DNS, event_type="made_up", whatever=[1]),
        line({"x": 1}),
    )

    assert rows(parsed, "table", "event_type", "detail") == [
        {
            "table": "smb",
            "event_type": "smb",
            "detail": '{"command":"SMB2_CREATE","filename":"a\\"b"}',
        },
        {
            "table": "unknown",
            "event_type": "made_up",
            "detail": line(DNS, event_type="made_up", whatever=[1]).decode().strip(),
        },
        {"table": "unknown", "detail": '{"x":1}'},
    ]


def test_lines_read_by_type_give_what_lines_read_one_by_one_give() -> None:
    """More than four thousand of a type go through that type's own reader."""
    events: list[bytes] = []
    for number in range(4200):
        dns = {
            "type": "answer",
            "id": number,
            "rrname": f"n{number % 7}.example",
            "rcode": "NOERROR",
        }
        events.append(line(DNS, dns=dns, src_port=number))
        events.append(line(FLOW, event_type="smb", smb={"id": number}))
        if number % 100 == 0:
            events.append(line(ALERT, src_port=number))

    together = parse(b"".join(events), received_at=RECEIVED)
    parts = [
        parse(b"".join(events[at : at + 500]), received_at=RECEIVED) for at in range(0, 8442, 500)
    ]

    def facts(parsed: Any) -> list[str]:
        return sorted(str(row | {"line": 0}) for row in rows(parsed))

    assert together.dead == []
    assert facts(together) == sorted(fact for part in parts for fact in facts(part))
    assert sorted(together.events["line"].to_pylist()) == list(range(1, len(events) + 1))


def test_a_line_that_only_seems_to_be_of_a_type_keeps_what_it_has() -> None:
    """``event_type`` of an inner object comes first: a hint must not decide what is read."""
    lying = b'{"inner":{"event_type":"dns"},' + line(ALERT)[1:]
    events = [line(DNS)] * 4500 + [lying]

    parsed = parse(b"".join(events), received_at=RECEIVED)

    assert Counter(parsed.events["table"].to_pylist()) == {"dns": 4500, "alert": 1}
    assert [sid for sid in parsed.events["alert_sid"].to_pylist() if sid] == [2_027_863]


def test_a_bad_line_costs_its_neighbours_nothing() -> None:
    good = [line(DNS, src_port=number) for number in range(5000)]
    bad = {100: b"{\n", 2500: b'{"event_type":"dns","src_port":"x"}\n', 4999: b"\xff\n"}
    mixed = [bad.get(number, event) for number, event in enumerate(good)]

    parsed = parse(b"".join(mixed), received_at=RECEIVED)

    assert [fate for fate in fates(parsed) if fate[1] != "stored"] == [
        (101, "truncated"),
        (5000, "not_json"),
    ]
    flags = dict(zip(*(parsed.events[name].to_pylist() for name in ("line", "flags")), strict=True))
    assert {number: flag for number, flag in flags.items() if flag} == {2501: ["bad_type:src_port"]}


def test_blank_lines_windows_line_ends_and_a_missing_last_one_do_not_count() -> None:
    first, second = line(DNS).strip(), line(ALERT).strip()

    parsed = read(b"\n \r\n" + first + b"\r\n\r\n\t\n" + second)

    assert fates(parsed) == [(3, "stored"), (6, "stored")]


def test_parsed_promises_its_columns_even_where_nothing_is() -> None:
    for parsed in (read(b""), read(b"\n\n"), read(line(DNS)), read(b"x")):
        names = parsed.events.column_names
        assert [name for name in SCHEMA.names if name in names] == names
        assert set(ALWAYS) <= set(names)
        assert not LATER & set(names)


def test_every_declared_key_and_column_exists() -> None:
    assert set(KEYS_OF_TYPE) <= SURICATA_TABLES
    assert {key for keys in KEYS_OF_TYPE.values() for key in keys} <= set(SHAPES)
    assert set(DETAIL_KEYS) <= set(SHAPES)
    assert {path[0] for path in PLAIN.values()} <= set(SHAPES)
    assert set(PLAIN) <= set(SCHEMA.names)


def corpus(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((folder / "eve").glob("*.zst")):
        with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
            yield path.name, reader.read()


def test_all_real_events_are_stored_as_the_index_counts_them(shared_data: Path) -> None:
    with (shared_data / "eve" / "index.csv").open() as file:
        index = [
            (row["file"], dict(pair.split("=") for pair in row["by_type"].split()))
            for row in csv.DictReader(file)
        ]
    expected: Counter[tuple[str, str]] = Counter()
    for name, by_type in index:
        expected.update({(name, kind): int(count) for kind, count in by_type.items()})

    found: Counter[tuple[str, str]] = Counter()
    dead = []
    for name, batch in corpus(shared_data):
        parsed = parse(batch, received_at=RECEIVED)
        tables = parsed.events["table"].to_pylist()
        assert tables == parsed.events["event_type"].to_pylist()
        found.update((name, table) for table in tables)
        dead += [(name, letter.reason) for letter in parsed.dead]

    assert dead == []
    assert found == expected
    assert sum(found.values()) == 158_165
