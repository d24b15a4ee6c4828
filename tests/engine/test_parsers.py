"""The catalogue of bad input (IN-1 to IN-11), as far as lines of files go.

Whatever a line holds, the parser does not fail, each line is stored or a dead letter with a stable
reason, and what can be saved of an event is saved, first of all its alert.
"""

import json
import resource
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.engine.eve import ALERT, DNS, TIME, fates, line, read, reasons, rows
from varde.engine.parsers.lines import MAX_LINE, as_utf8

REASONS = {
    "not_json",
    "not_object",
    "too_deep",
    "too_long",
    "too_many_keys",
    "truncated",
    "unreadable",
}
REAL = line(
    ALERT,
    dns={"query": [{"rrname": "a.example", "rrtype": "A"}]},
    http={"url": '/q?x="}{][,\\', "hostname": "ø.example"},
)


# IN-1
def test_the_torture_set_is_stored_or_refused_as_it_says(shared_data: Path) -> None:
    paths = sorted((shared_data / "json" / "test_parsing").glob("*.json"))
    contents = [path.read_bytes().replace(b"\n", b" ").replace(b"\r", b" ") for path in paths]
    fate: dict[int, set[str]] = {}
    for number, reason in fates(read(*(content + b"\n" for content in contents))):
        fate.setdefault(number, set()).add(reason)

    for number, (path, content) in enumerate(zip(paths, contents, strict=True), start=1):
        if not content.strip():
            continue
        assert fate[number] <= {"stored", *REASONS}, path.name
        if path.name.startswith("y_"):
            is_object = content.strip().startswith(b"{")
            assert fate[number] == {"stored" if is_object else "not_object"}, path.name
        elif path.name.startswith("n_"):
            assert "stored" not in fate[number], path.name


# IN-2
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a":' * 100_000, "too_deep"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_deep"),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
        (b'{"a":' * 64 + b"1" + b"}" * 64, "stored"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "too_deep"),
        (json.dumps({str(n): 0 for n in range(2001)}).encode(), "too_many_keys"),
        (json.dumps({str(n): 0 for n in range(2000)}).encode(), "stored"),
        (json.dumps({str(n): 0 for n in range(1_000_000)}).encode(), "too_long"),
        (json.dumps([0] * 1_000_000).encode(), "not_object"),
    ],
)
def test_bombs_of_depth_and_size_are_refused_in_little_time(content: bytes, reason: str) -> None:
    started = time.process_time()

    assert reasons(content + b"\n", line(ALERT)) == [reason, "stored"]
    assert time.process_time() - started < 5


def test_what_lies_too_deep_in_a_known_event_does_not_cost_the_event() -> None:
    deep: Any = 1
    for _ in range(600):
        deep = [deep]

    parsed = read(line(DNS, event_type="smb", smb={"x": deep}), line(ALERT, payload=deep))

    assert rows(parsed, "table", "flags", "detail", "alert_sid") == [
        {"table": "alert", "alert_sid": 2_027_863},
        {"table": "smb", "flags": ["detail_too_deep"]},
    ]


# IN-3
def test_a_line_without_end_costs_no_memory_and_is_counted_once() -> None:
    endless = b"A" * (2 * MAX_LINE)  # as much as the reader of files hands on
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    parsed = read(line(DNS), endless + b"\n", line(ALERT))

    assert fates(parsed) == [(1, "stored"), (2, "too_long"), (3, "stored")]
    assert len(parsed.dead[0].raw) == MAX_LINE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10


def test_a_record_of_just_the_longest_length_is_stored() -> None:
    room = MAX_LINE - len(line(ALERT, payload="")) + 1

    assert reasons(line(ALERT, payload="x" * room)) == ["stored"]
    assert reasons(line(ALERT, payload="x" * (room + 1))) == ["too_long"]


# IN-4
@pytest.mark.parametrize(
    ("bad", "shown", "flag"),
    [
        (b"/\xff\xfe", "/\\xff\\xfe", "bad_utf8"),
        (b"/\xc0\xaf", "/\\xc0\\xaf", "bad_utf8"),
        (b"/\xf8", "/\\xf8", "bad_utf8"),
        (b"/\\ud800", "/\ufffd", "bad_surrogate"),
        (b"/\\udc00x", "/\ufffdx", "bad_surrogate"),
        (b"/\\u0000", "/\0", None),
        (b"/\x00", "/\0", None),
        (b"/\x01\x1b[2J", "/\x01\x1b[2J", None),
        (b"/\\ud83d\\ude00", "/\U0001f600", None),
    ],
)
def test_bad_text_in_one_field_does_not_suppress_the_alert(
    bad: bytes, shown: str, flag: str | None
) -> None:
    event = line(ALERT, http={"url": "HERE"}).replace(b"HERE", bad)

    parsed = read(line(DNS), event)

    expected: dict[str, object] = {"alert_sid": 2_027_863, "http_url": shown}
    assert rows(parsed, "alert_sid", "http_url", "flags")[-1] == (
        expected | ({"flags": [flag]} if flag else {})
    ) or rows(parsed, "alert_sid", "http_url", "flags")[0] == (
        expected | ({"flags": [flag]} if flag else {})
    )
    assert parsed.dead == []


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert reasons(b"\xef\xbb\xbf" + line(DNS), line(ALERT)) == ["stored", "stored"]
    assert reasons(line(DNS), b"\xef\xbb\xbf" + line(ALERT)) == ["stored", "stored"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_log_in_utf_16_is_read_wherever_it_was_cut(encoding: str) -> None:
    one = line(ALERT, http={"url": "/ø"}).replace(b"\\u00f8", "ø".encode())
    log = (one * 3).decode().encode(encoding)
    cuts = [0, *(at + 1 for at, byte in enumerate(log) if byte == ord("\n")), len(log)]

    parts = [read(log[start:end]) for start, end in pairwise(cuts)]

    assert (
        rows(read(log), "alert_sid", "http_url", "flags")
        == [{"alert_sid": 2_027_863, "http_url": "/ø"}] * 3
    )
    assert sum(len(part.events) for part in parts) == 3
    assert not any(letter.raw.strip(b"\0") for part in parts for letter in part.dead)


# IN-5
@pytest.mark.parametrize("beside", [0, 5000])
def test_a_key_given_twice_is_flagged_and_the_last_one_counts(beside: int) -> None:
    twice = line(ALERT).replace(b'"src_ip":', b'"src_ip":"1.1.1.1","src_ip":')
    inner = line(ALERT).replace(b'"gid":1', b'"gid":7,"gid":8')
    escaped = line(ALERT).replace(b'"src_ip":', b'"src\\u005fip":"1.1.1.1","src_ip":')

    parsed = read(*[line(DNS)] * beside, twice, inner, escaped)

    found = [row for row in rows(parsed, "src_ip", "alert_gid", "flags") if "alert_gid" in row]
    assert found == [
        {"src_ip": "192.0.2.10", "alert_gid": 1, "flags": ["dup_key"]},
        {"src_ip": "192.0.2.10", "alert_gid": 8, "flags": ["dup_key"]},
        {"src_ip": "192.0.2.10", "alert_gid": 1, "flags": ["dup_key"]},
    ]


# IN-6
@pytest.mark.parametrize(
    "port",
    ["-1", "65536", "443.5", "true", "1e3", "[443]", "9" * 5000, "NaN", "{}", '"x"', "1e400"],
)
def test_a_bad_port_becomes_null_and_the_alert_stays(port: str) -> None:
    event = line(ALERT).replace(b'"src_port":50000', f'"src_port":{port}'.encode())

    (row,) = rows(read(event), "alert_sid", "src_port", "dest_port", "flags")

    assert row["alert_sid"] == 2_027_863
    assert row["dest_port"] == 80
    assert "src_port" not in row


@pytest.mark.parametrize(
    "text", [str(2**63), str(2**64), str(-(2**63) - 1), "9" * 5000, '"x"', "[1]", '{"a":1}', "1e99"]
)
def test_a_number_out_of_range_becomes_null_and_says_so(text: str) -> None:
    event = line(ALERT, flow_id=0).replace(b'"flow_id":0', f'"flow_id":{text}'.encode())

    (row,) = rows(read(event), "alert_sid", "flow_id", "flags")

    assert row == {"alert_sid": 2_027_863, "flags": ["bad_type:flow_id"]}


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "nan", "1e400", "-0", "9" * 5000])
def test_a_number_that_is_none_in_a_field_nobody_reads_does_no_harm(value: str) -> None:
    event = line(ALERT, other=0).replace(b'"other":0', f'"other":{value}'.encode())

    assert reasons(event) == ["stored"]
    assert reasons(b"{\n", event) == ["truncated", "stored"]


# IN-7
def test_a_line_cut_at_any_byte_is_the_only_one_lost() -> None:
    whole = REAL.strip()
    cuts = [whole[:cut] + b"\n" for cut in range(1, len(whole))]

    parsed = read(*(part for cut in cuts for part in (line(DNS), cut)), line(DNS))

    wrong = {number: reason for number, reason in fates(parsed) if reason != "stored"}
    assert wrong == {2 * number: "truncated" for number in range(1, len(cuts) + 1)}


def test_the_event_behind_one_that_broke_off_is_saved() -> None:
    whole = REAL.strip()
    glued = [whole[:cut] + line(DNS) for cut in range(1, len(whole))]

    parsed = read(*glued)

    assert rows(parsed, "line", "dns_rrname") == [
        {"line": number, "dns_rrname": "evil.example"} for number in range(1, len(glued) + 1)
    ]
    assert {letter.reason for letter in parsed.dead} == {"truncated"}
    assert {letter.line for letter in parsed.dead} == set(range(1, len(glued) + 1))


def test_two_objects_on_a_line_are_two_events() -> None:
    parsed = read(line(DNS).strip() + line(ALERT), line(DNS).strip() + b" " + line(DNS))

    assert fates(parsed) == [(1, "stored"), (1, "stored"), (2, "stored"), (2, "stored")]
    assert parsed.received == 4


def test_runs_of_nul_where_a_log_was_cut_do_not_cost_the_line() -> None:
    assert reasons(b"\0" * 500 + line(ALERT)) == ["stored"]
    assert reasons(line(ALERT).strip() + b"\0" * 500 + b"\n") == ["stored"]


# IN-8
@pytest.mark.parametrize(
    ("text", "time", "flag"),
    [
        ("0000-01-01T00:00:00.000000+0000", None, "out_of_range"),
        ("9999-12-31T23:59:59.999999+0000", "9999-12-31T23:59:59.999999", "future"),
        ("151991-10-29T21:30:22.000000+0000", None, "out_of_range"),
        ("1969-12-31T23:59:59.000000+0000", None, "out_of_range"),
        ("2026-11-24T10:59:60.000000+0000", "2026-11-24T11:00:00", "leap_second"),
        ("2026-11-24T11:00:00.000000", "2026-11-24T11:00:00", "no_zone"),
        ("2026-11-24T11:00:00.000000+25:00", None, "unreadable"),
        ("2026-11-24T11:00:00.1011041+0000", "2026-11-24T11:00:00.101104", "long_fraction"),
        ("2026-10-25T02:30:00.000000+0200", "2026-10-25T00:30:00", None),
        ("2026-10-25T02:30:00.000000+0100", "2026-10-25T01:30:00", None),
        ("2036-11-24T11:00:00.000000+0000", "2036-11-24T11:00:00", "future"),
        ("2026-02-30T11:00:00.000000+0000", None, "unreadable"),
        ("yesterday", None, "unreadable"),
        ("", None, "missing"),
        (1_795_777_200_000, "2026-11-27T11:00:00", "milliseconds"),
        (1_795_777_200, "2026-11-27T11:00:00", "number"),
        (None, None, "missing"),
        ({"a": 1}, None, "unreadable"),
    ],
)
def test_an_event_with_a_bad_time_is_stored_and_flagged(
    text: object, time: str | None, flag: str | None
) -> None:
    (row,) = rows(read(line(ALERT, timestamp=text)), "time", "time_flag", "alert_sid")

    expected: dict[str, object] = {"alert_sid": 2_027_863}
    if time:
        expected["time"] = datetime.fromisoformat(time).replace(tzinfo=UTC)
    if flag:
        expected["time_flag"] = flag
    if flag in ("milliseconds", "number"):
        row.pop("time_flag")
        expected.pop("time_flag")
        row["time"], expected["time"] = bool(row["time"]), True
    assert row == expected


# IN-9
@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"event_type": "new_in_suricata_9"}, {"table": "unknown"}),
        ({"event_type": None}, {"table": "unknown"}),
        ({"event_type": 7}, {"table": "unknown"}),
        ({"event_type": ["alert"]}, {"table": "unknown"}),
        ({"event_type": "x" * 900}, {"table": "unknown"}),
        ({"event_type": "../../etc"}, {"table": "unknown"}),
        ({"src_ip": ""}, {"table": "alert"}),
        ({"src_ip": None}, {"table": "alert"}),
        ({"alert": []}, {"table": "alert", "flags": ["bad_type:alert"]}),
        ({"alert": "x"}, {"table": "alert", "flags": ["bad_type:alert"]}),
        ({"dns": [1]}, {"table": "alert", "flags": ["bad_type:dns"]}),
        ({"vlan": 5}, {"table": "alert", "flags": ["bad_type:vlan"]}),
        ({"http": {"url": {"a": 1}}}, {"table": "alert"}),
        ({"some": {"new": ["fields"]}}, {"table": "alert"}),
    ],
)
def test_what_nobody_expected_is_stored_and_visible(
    changes: dict[str, object], columns: dict[str, object]
) -> None:
    parsed = read(line(ALERT, **changes))

    assert rows(parsed, "table", "flags") == [columns]


def test_an_alert_in_a_list_still_raises() -> None:
    (row,) = rows(read(line(ALERT, alert=[ALERT["alert"]])), "alert_sid", "flags")

    assert row == {"alert_sid": 2_027_863, "flags": ["bad_type:alert"]}


def test_a_type_nobody_knows_is_kept_whole_but_its_name_is_cut() -> None:
    (row,) = rows(read(line(DNS, event_type="é" * 900)), "event_type", "detail")

    assert row["event_type"] == "é" * 64
    assert json.loads(row["detail"])["event_type"] == "é" * 900


# Properties
EVENTS = st.sampled_from(
    [REAL, line(DNS), line(ALERT, timestamp="x"), line({"x": 1}), b'{"a":1,}\n']
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 400), st.binary(max_size=3), st.integers(0, 3)), min_size=1, max_size=3
)


@st.composite
def changed_lines(draw: st.DrawFn) -> bytes:
    """A line with some bytes put in or taken out; or anything at all."""
    content = draw(st.one_of(EVENTS, st.binary(max_size=60))).replace(b"\n", b"")
    for at, new, gone in draw(CHANGES):
        content = content[:at] + new + content[at + gone :]
    return content.replace(b"\n", b" ") + b"\n"


def is_no_utf16(*lines: bytes) -> bool:
    """A batch that is plainly UTF-16 has other lines than its bytes seem to have."""
    batch = b"".join(lines)
    return as_utf8(batch) == batch


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(changed_lines(), EVENTS, st.just(b"\r\n")), max_size=12))
@example([b'{"a":1}{"b":\n'])
def test_every_line_is_stored_or_a_dead_letter(lines: list[bytes]) -> None:
    assume(is_no_utf16(*lines))

    parsed = read(*lines)

    assert parsed.received == len(parsed.events) + len(parsed.dead)
    accounted = {number for number, _ in fates(parsed)}
    assert accounted == {at + 1 for at, one in enumerate(lines) if one.strip()}
    assert {reason for _, reason in fates(parsed)} <= {"stored", *REASONS}


@settings(max_examples=150, deadline=None)
@given(changed_lines())
@example(line(ALERT, other="x").replace(b'"other":"x"', b'"other":[1,]'))
@example(line(ALERT, other="x").replace(b'"other":"x"', b'"other":nan'))
@example(line(DNS, alert="x", src_port="7", flow_id="8"))
@example(line(ALERT, flow_id=1.6))
@example(b"null\n")
@example(b"\x0b" + line(DNS))
def test_what_becomes_of_a_line_does_not_hang_on_its_neighbours(content: bytes) -> None:
    """Alone it may be read as it stands; beside a bad line it goes through repair."""
    assume(is_no_utf16(content))

    alone, beside = read(content), read(content, b"{\n")

    assert [row | {"flags": None} for row in rows(alone) if row["line"] == 1] == [
        row | {"flags": None} for row in rows(beside) if row["line"] == 1
    ]
    assert fates(alone) == [fate for fate in fates(beside) if fate[0] == 1]


def test_the_time_of_the_samples_is_readable() -> None:
    assert rows(read(line(DNS)), "time", "time_flag") == [
        {"time": datetime.strptime(TIME, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)}
    ]
