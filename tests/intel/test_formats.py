"""Lists, tables and MISP, by people who mean well and by others."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intel.misp_events import UUID, event
from varde.base.marking import PAP, TLP
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAFeed
from varde.intel.formats import lines
from varde.intel.formats.entry import Entry
from varde.intel.formats.reading import Format, read_path


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(content: str | bytes, name: str = "feed.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def found(path: Path, **options: Any) -> list[tuple[str, str]]:
    return [(entry.value, entry.reason) for entry in read_path(path, **options)]


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(NotAFeed) as refused:
        list(read_path(path, **options))
    return refused.value.reason


# --- plain lists ------------------------------------------------------------------------------


def test_a_list_with_comments_hosts_lines_and_other_line_ends(written: Any) -> None:
    path = written(
        "\ufeff# a list\r\n\r\nevil.example\r\n198.51.100.7 # a C2\n0.0.0.0 bad.example\n"
        "; x\n// y\n1.2.3.4\thosts?\n last.example"
    )

    entries = list(read_path(path, form=Format.LIST))

    assert [(entry.line, entry.value, entry.context) for entry in entries] == [
        (3, "evil.example", ""),
        (4, "198.51.100.7", "a C2"),
        (5, "bad.example", ""),
        (8, "1.2.3.4\thosts?", ""),
        (9, "last.example", ""),
    ]


@pytest.mark.parametrize(
    "page", ["<!DOCTYPE html><html>", "\ufeff\n  <html>", "<?xml version='1.0'?>"]
)
@pytest.mark.parametrize("form", [Format.AUTO, Format.LIST, Format.CSV, Format.MISP])
def test_a_login_page_becomes_no_indicators(written: Any, page: str, form: Format) -> None:
    assert refusal(written(page), form=form) == "html"


def test_another_encoding_is_told(written: Any) -> None:
    assert refusal(written("evil.example\n".encode("utf-16"))) == "not_utf8"


def test_a_line_that_is_not_utf8_or_endless_costs_itself_only(written: Any) -> None:
    path = written(b"a.example\n\xff.example\n" + b"x" * (3 << 20) + b"\nb.example\n")

    assert [(value[:9], reason) for value, reason in found(path)] == [
        ("a.example", ""),
        ("\ufffd.example", "bad_utf8"),
        ("xxxxxxxxx", "too_long"),
        ("b.example", ""),
    ]


def test_compressed_files_are_read(written: Any) -> None:
    content = b"a.example\nb.example\n"
    packed = written(gzip.compress(content), "feed.txt.gz")
    squeezed = written(zstandard.compress(content), "feed.txt.zst")

    assert found(packed) == found(squeezed) == [("a.example", ""), ("b.example", "")]


def test_a_damaged_archive_is_told_after_what_could_be_read(written: Any) -> None:
    assert refusal(written(gzip.compress(b"a.example\n" * 9_999)[:-200], "feed.gz")) == "damaged"
    assert refusal(written(b"no archive", "feed.gz")) == "damaged"
    assert refusal(written(b"no archive", "feed.zst")) == "damaged"


def test_an_archive_that_unpacks_without_end_is_cut(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("varde.intel.formats.reading.LARGEST_TEXT", 1 << 20)

    assert refusal(written(gzip.compress(b"a.example\n" * 999_999), "feed.gz")) == "too_big"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_lines_or_a_reason(content: bytes) -> None:
    try:
        read = list(lines.read_lines(io.BytesIO(content)))
    except NotAFeed as fault:
        read = []
        assert fault.reason == "not_utf8"  # noqa: PT017 - nothing else may be raised

    assert len(read) <= content.count(b"\n") + 1


# --- tables -----------------------------------------------------------------------------------


def test_a_table_with_a_header(written: Any) -> None:
    path = written(
        "ioc,ioc_type,malware,confidence_level,tlp,pap,expires,reference\n"
        '"1.2.3.4:443",ip:port,"Emotet, epoch 5",90,green,amber,2027-01-31,https://a.example/1\n'
        "evil.example,domain,,200,unheard-of,,2027-01-31T12:00:00+01:00,\n"
    )

    first, second = read_path(path)

    assert (first.value, first.type, first.confidence) == ("1.2.3.4:443", IndicatorType.IP, 90)
    assert (first.tlp, first.pap, first.context) == (TLP.GREEN, PAP.AMBER, "Emotet, epoch 5")
    assert first.expires_at == datetime(2027, 1, 31, tzinfo=UTC)
    assert first.reference == "https://a.example/1"
    assert (second.tlp, second.pap, second.confidence) == (TLP.RED, None, 100)


def test_a_column_of_a_type_says_what_its_values_are(written: Any) -> None:
    path = written("date;sha256;ja3;domain\n2026-01-01;" + "a" * 64 + ";" + "b" * 32 + ";\n")

    entries = list(read_path(path))

    assert [(entry.type, entry.value[0]) for entry in entries] == [
        (IndicatorType.SHA256, "a"),
        (IndicatorType.JA3, "b"),
    ]
    assert entries[0].context == "date: 2026-01-01"


def test_a_header_in_the_last_comment_and_no_header(written: Any) -> None:
    hidden = written("# a feed\n# IP\tnumber of lists\n#\n1.2.3.4\t10\n", "a.txt")
    bare = written("evil.example\tsome words\nbad.example\tothers\n", "b.txt")

    assert [(e.type, e.context) for e in read_path(hidden)] == [
        (IndicatorType.IP, "number of lists: 10")
    ]
    assert [(e.value, e.context) for e in read_path(bare)] == [
        ("evil.example", "some words"),
        ("bad.example", "others"),
    ]


def test_columns_may_be_named_by_the_operator(written: Any) -> None:
    path = written("when,thing,note\n1,evil.example,x\n")

    assert found(path, mapping={"thing": "value", "note": "context"}) == [("evil.example", "")]
    assert refusal(path, mapping={"nothing": "value"}) == "no_value_column"


def test_a_quotation_mark_that_is_never_closed_costs_one_line(written: Any) -> None:
    path = written('ioc,comment\na.example,"open\nb.example,fine\n')

    assert [reason for _, reason in found(path)] == ["bad_quotes", ""]


def test_five_thousand_columns_are_refused(written: Any) -> None:
    path = written("ioc,comment\n" + "a.example," * 5_000 + "\nb.example,x\n")

    assert [reason for _, reason in found(path, form=Format.CSV)] == ["too_many_columns", ""]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ioc,domain;\t|"#\n a.=1', max_size=80))
def test_any_table_is_survived(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    path = tmp_path_factory.mktemp("table") / "feed.csv"
    path.write_text(content)

    assert all(isinstance(entry, Entry) for entry in read_path(path, form=Format.CSV))


# --- feed folders -----------------------------------------------------------------------------


def test_a_feed_with_missing_broken_and_hostile_events(tmp_path: Path) -> None:
    other = UUID.replace("a", "b")
    (tmp_path / f"{UUID}.json").write_text(
        json.dumps(
            event({"type": "domain", "value": "a.example"}, {"type": "ip-dst", "value": "b"})
        )
    )
    (tmp_path / f"{other}.json").write_text("{")
    (tmp_path / "secret.json").write_text(json.dumps(event({"type": "domain", "value": "x.no"})))
    gone = UUID.replace("a", "c")
    manifest = {UUID: {}, other: {}, gone: {}, "../secret": {}, "secret": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))

    entries = list(read_path(tmp_path))

    assert [(entry.line, entry.reason) for entry in entries] == [
        (1, ""),
        (2, ""),
        (3, "not_json"),
        (4, "missing_file"),
        (5, "missing_file"),
        (6, "missing_file"),
    ]


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [(None, "no_manifest"), ("[]", "no_manifest"), ("{", "not_json"), ("<", "html")],
)
def test_a_folder_without_a_manifest_is_no_feed(
    tmp_path: Path, manifest: str | None, reason: str
) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)

    assert refusal(tmp_path) == reason


# --- real data --------------------------------------------------------------------------------


def test_ipsum_is_a_table_of_addresses(shared_data: Path) -> None:
    entries = list(read_path(shared_data / "intel/ipsum/ipsum.txt.gz"))

    assert len(entries) == 78_161
    assert {entry.type for entry in entries} == {IndicatorType.IP}
    assert entries[0].context == "number of (black)lists: 10"


def test_every_complete_event_loads_and_every_fragment_is_told(shared_data: Path) -> None:
    folder = shared_data / "intel/misp-events"
    outcomes = {}
    for path in sorted(folder.glob("*.json")):
        try:
            outcomes[path.name] = sum(
                not entry.reason for entry in read_path(path, everything=True)
            )
        except NotAFeed as fault:
            outcomes[path.name] = fault.reason

    complete = {name for name, outcome in outcomes.items() if isinstance(outcome, int)}
    assert {name for name in complete if name.startswith("reportlab")} == {
        path.name for path in folder.glob("reportlab*.json")
    }
    assert set(outcomes.values()) - {"fragment"} == {outcomes[name] for name in complete}
    assert outcomes["mispevent_testfiles__attribute.json"] == "fragment"
    assert outcomes["57c4445b-c548-4654-af0b-4be3950d210f.json"] == 3


def test_the_real_feed_has_21_events(shared_data: Path) -> None:
    entries = list(read_path(shared_data / "intel/misp-feed"))

    assert len({entry.reference for entry in entries if entry.reference}) == 21
    assert {entry.tlp for entry in entries if entry.reference} == {TLP.CLEAR}
    assert [entry.reason for entry in entries if entry.reason] == ["bad_record"]
