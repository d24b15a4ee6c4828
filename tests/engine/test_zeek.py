"""Zeek's logs, tab-separated and JSON, give the same events; a row that is none is named."""

import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.engine.eve import RECEIVED, fates, rows
from varde.engine.parsers.lines import Parsed, as_utf8
from varde.engine.parsers.zeek import parse, path_of

HEAD = (
    b"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
    b"#path\tdns\n#open\t2026-11-24-11-00-00\n"
    b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tanswers\n"
    b"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tvector[string]\n"
)
ROW = (
    b"1795777200.5\tC1\t192.0.2.10\t5353\t198.51.100.53\t53\tudp\t"
    b"evil.example\ta.example,192.0.2.1\n"
)


def read(*lines: bytes, origin: str = "") -> Parsed:
    return parse(b"".join(lines), origin=origin, received_at=RECEIVED)


def test_a_row_becomes_an_event_of_the_table_its_kind_shares_with_suricata() -> None:
    assert rows(read(HEAD, ROW, b"#close\t2026-11-24-12-00-00\n")) == [
        {
            "line": 9,
            "table": "dns",
            "event_type": "dns",
            "time": datetime(2026, 11, 27, 11, 0, 0, 500000, tzinfo=UTC),
            "time_flag": "future",
            "src_ip": "192.0.2.10",
            "src_port": 5353,
            "dest_ip": "198.51.100.53",
            "dest_port": 53,
            "proto": "UDP",
            "community_id": "C1",
            "dns_rrname": "evil.example",
            "dns_answers": ["a.example", "192.0.2.1"],
        }
    ]


def test_json_gives_the_same_event() -> None:
    event = (
        b'{"_path":"dns","ts":1795777200.5,"uid":"C1","id.orig_h":"192.0.2.10","id.orig_p":5353,'
        b'"id.resp_h":"198.51.100.53","id.resp_p":53,"proto":"udp","query":"evil.example",'
        b'"answers":["a.example","192.0.2.1"]}\n'
    )

    tsv, json = rows(read(HEAD, ROW))[0], rows(read(event))[0]

    assert json | {"line": 0} == tsv | {"line": 0}


def test_fields_may_change_in_the_middle_and_close_may_be_missing() -> None:
    parsed = read(HEAD, ROW, b"#path\tconn\n#fields\tts\tconn_state\n", b"1795777200\tSF\n")

    assert rows(parsed, "table", "flow_state", "dns_rrname") == [
        {"table": "dns", "dns_rrname": "evil.example"},
        {"table": "flow", "flow_state": "SF"},
    ]


def test_each_row_that_is_none_is_named_and_the_others_stored() -> None:
    parsed = read(b"early\trow\n", HEAD, ROW, b"half a ro\n", ROW, ROW.strip() + b"\textra\n")

    assert [fate for fate in fates(parsed) if fate[1] != "stored"] == [
        (1, "no_fields"),
        (11, "column_count"),
        (13, "column_count"),
    ]
    assert len(parsed.events) == 2


def test_separators_unset_and_empty_fields_follow_the_header() -> None:
    log = (
        b"#separator ,\n#set_separator,;\n#empty_field,EMPTY\n#unset_field,NONE\n#path,smtp\n"
        b"#fields,ts,helo,mailfrom,rcptto,subject\n#types,time,string,string,set[string],string\n"
        b"1,h,<A@b>,<c@D>;e@f,NONE\n1,NONE,NONE,EMPTY,-\n"
    )

    assert rows(read(log), "smtp_helo", "mail_from", "mail_rcpt", "email_subject") == [
        {"smtp_helo": "h", "mail_from": "a@b", "mail_rcpt": ["c@d", "e@f"]},
        {"email_subject": "-"},
    ]


@pytest.mark.parametrize(
    ("field", "shown", "flags"),
    [
        (b"a\\x09b", "a\tb", None),
        (b"\\xc3\\xb8", "ø", None),
        (b"\\xff", "\\xff", None),
        (b"\xff\xfe", "\\xff\\xfe", ["bad_utf8"]),
        (b"\\u0000", "\\u0000", None),
    ],
)
def test_escaped_separators_and_bad_bytes_stay_in_their_field(
    field: bytes, shown: str, flags: list[str] | None
) -> None:
    (row,) = rows(read(HEAD, ROW.replace(b"evil.example", field)), "dns_rrname", "flags")

    assert row == {"dns_rrname": shown} | ({"flags": flags} if flags else {})


def test_a_log_nobody_knows_is_kept_whole() -> None:
    parsed = read(b"#path\tmade_up\n#fields\tts\tid.orig_h\tx\n1\t192.0.2.1\ty\n")

    assert rows(parsed, "table", "event_type", "src_ip", "detail") == [
        {
            "table": "unknown",
            "event_type": "made_up",
            "src_ip": "192.0.2.1",
            "detail": '{"ts":"1","id.orig_h":"192.0.2.1","x":"y"}',
        }
    ]


@pytest.mark.parametrize(
    ("content", "fate"),
    [
        (b'{"ts":1,"a":', "truncated"),
        (b'{"a":' * 5000, "too_deep"),
        (b"{" + b"[" * 5000, "not_json"),
        (b'{"ts":1} x', "not_json"),
        (b'{"ts":1,"a":1,}', "not_json"),
        (b'{"ts":1,"a":"\xff"}', "stored"),
        (b'{"ts":1,"id.orig_p":-1}', "stored"),
        (b'{"ts":1,"ts":2}', "stored"),
    ],
)
def test_bad_json_lines_are_named_or_repaired(content: bytes, fate: str) -> None:
    parsed = read(b'{"ts":1}\n', content + b"\n", b'{"ts":1}\n', origin="conn.log")

    assert fates(parsed) == [(1, "stored"), (2, fate), (3, "stored")]


def test_a_repaired_line_says_what_was_wrong() -> None:
    flags = [
        read(content, origin="dns.log").events["flags"].to_pylist()[0]
        for content in (
            b'{"ts":1,"ts":2}\n',
            b'{"ts":1,"query":"\xff"}\n',
            b'{"ts":1,"id.orig_p":-1}\n',
            b'{"ts":1,"trans_id":"x"}\n',
        )
    ]

    assert flags == [["dup_key"], ["bad_utf8"], ["bad_type:src_port"], ["bad_type:dns_id"]]


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        ("conn.log.gz", "conn"),
        ("a/b/conn.00_00_00-01_00_00.log.gz", "conn"),
        ("open_ssl.17_37_07-18_00_00.log.gz", "ssl"),
        ("", ""),
    ],
)
def test_the_file_name_tells_the_kind(origin: str, path: str) -> None:
    assert path_of(origin) == path


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=80), st.just(ROW), st.just(HEAD)), max_size=8))
def test_every_line_is_a_header_stored_or_a_dead_letter(parts: list[bytes]) -> None:
    lines = b"\n".join(parts).split(b"\n")

    parsed = read(b"\n".join(lines))

    assert parsed.received == len(parsed.events) + len(parsed.dead)
    whole = b"\n".join(lines)
    # A batch that is plainly UTF-16 has other lines than its bytes seem to have.
    assume(as_utf8(whole) == whole)
    content = {at + 1 for at, one in enumerate(lines) if one.strip() and not one.startswith(b"#")}
    assert {number for number, _ in fates(parsed)} <= content
    if not whole.lstrip().startswith(b"{"):
        assert {number for number, _ in fates(parsed)} == content


def content_of(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def test_the_same_traffic_in_both_formats_gives_the_same_events(shared_data: Path) -> None:
    folder = shared_data / "zeek" / "wrccdc"
    columns = ("time", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "community_id")

    for path in sorted((folder / "zeek-json").iterdir()):
        other = folder / "zeek-default" / path.name.replace(".json", ".log")
        json = parse(content_of(path), origin=path.name, received_at=RECEIVED)
        tsv = parse(content_of(other), origin=other.name, received_at=RECEIVED)
        assert json.dead == tsv.dead == []
        for column in ("table", "event_type", *columns):
            assert Counter(json.events[column].to_pylist()) == Counter(
                tsv.events[column].to_pylist()
            ), (path.name, column)


def test_every_row_of_the_real_logs_is_stored_or_named(shared_data: Path) -> None:
    named: Counter[tuple[str, str]] = Counter()
    stored = 0
    for path in sorted((shared_data / "zeek").rglob("*")):
        if path.suffix not in {".log", ".gz", ".labeled"}:
            continue
        content = content_of(path)
        parsed = parse(content, origin=path.name, received_at=RECEIVED)
        stored += len(parsed.events)
        named.update((path.name, letter.reason) for letter in parsed.dead)
        lines = [one for one in content.split(b"\n") if one.strip() and not one.startswith(b"#")]
        assert parsed.received == len(lines), path

    assert stored == 143_652
    assert named == {
        ("conn_top.log", "no_fields"): 59,
        ("conn-tsv.log", "no_fields"): 6,
        ("conn.log", "no_fields"): 1,
        ("conn.log", "column_count"): 1,
        ("conn_json.log", "truncated"): 1,
        ("notice.log", "column_count"): 1,
        ("null-separator.log", "no_fields"): 1,
    }
