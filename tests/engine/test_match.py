"""All indicators against all events: each hit is found, nothing else is."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from varde.engine.detect.match import HITS, IndicatorSet, compile_indicators
from varde.engine.detect.urls import url_key
from varde.engine.schema import OBSERVABLES, SCHEMA

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def opened(
    folder: Path, *indicators: tuple[str, str], expires: dict[int, datetime] | None = None
) -> IndicatorSet:
    """The set of these (type, value); their ids count from 0."""
    rows = [
        {"id": number, "type": kind, "value": value, "expires_at": (expires or {}).get(number)}
        for number, (kind, value) in enumerate(indicators)
    ]
    schema = pa.schema(
        [
            ("id", pa.int64()),
            ("type", pa.string()),
            ("value", pa.string()),
            ("expires_at", pa.timestamp("us", tz="UTC")),
        ]
    )
    path = folder / "indicators.arrow"
    compile_indicators(pa.Table.from_pylist(rows, schema=schema), path, 7)
    return IndicatorSet.open(path)


def events(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


def hits(found: pa.Table) -> list[tuple[int, str, str]]:
    return [(row["row"], row["field"], row["value"]) for row in found.to_pylist()]


def test_a_hit_says_which_event_which_field_what_stood_there_and_which_indicator(
    tmp_path: Path,
) -> None:
    indicators = opened(tmp_path, ("ip", "198.51.100.9"), ("domain", "evil.example"))

    found = indicators.match(events({}, {"dns_rrname": "WWW.Evil.Example."}))

    assert found.schema.equals(HITS)
    assert found.to_pylist() == [
        {
            "row": 1,
            "field": "dns.rrname",
            "observed": "WWW.Evil.Example.",
            "indicator_id": 1,
            "type": "domain",
            "value": "evil.example",
        }
    ]


def test_a_domain_hits_itself_and_what_is_below_it_and_no_neighbour(tmp_path: Path) -> None:
    indicators = opened(tmp_path, ("domain", "evil.example"))
    names = ["evil.example", "a.b.evil.example", "notevil.example", "evil.example.com", "example"]

    found = indicators.match(events(*({"dns_rrname": name} for name in names)))

    assert [row for row, _, _ in hits(found)] == [0, 1]


def test_a_name_below_two_indicators_hits_both(tmp_path: Path) -> None:
    indicators = opened(tmp_path, ("domain", "evil.example"), ("domain", "c2.evil.example"))

    found = indicators.match(events({"tls_sni": "x.c2.evil.example"}))

    assert sorted(hits(found)) == [
        (0, "tls.sni", "c2.evil.example"),
        (0, "tls.sni", "evil.example"),
    ]


def test_an_address_hits_itself_and_every_network_around_it(tmp_path: Path) -> None:
    indicators = opened(
        tmp_path,
        ("ip", "198.51.100.9"),
        ("cidr", "198.51.100.0/24"),
        ("cidr", "198.51.0.0/16"),
        ("cidr", "198.51.100.128/25"),
        ("ip", "198.51.100.8"),
    )

    found = indicators.match(events({"src_ip": "198.51.100.9", "dest_ip": "203.0.113.1"}))

    assert {value for _, _, value in hits(found)} == {
        "198.51.100.9",
        "198.51.100.0/24",
        "198.51.0.0/16",
    }


@pytest.mark.parametrize(
    "written", ["2001:db8::9", "2001:0db8:0000:0000:0000:0000:0000:0009", "2001:DB8:0::9"]
)
def test_ipv6_hits_however_the_sensor_writes_it(tmp_path: Path, written: str) -> None:
    indicators = opened(tmp_path, ("ip", "2001:db8::9"), ("cidr", "2001:db8::/32"))

    assert len(indicators.match(events({"dest_ip": written}))) == 2


def test_a_v4_mapped_address_is_the_ipv4_address(tmp_path: Path) -> None:
    indicators = opened(tmp_path, ("ip", "198.51.100.9"), ("cidr", "198.51.100.0/24"))

    assert len(indicators.match(events({"src_ip": "::ffff:198.51.100.9"}))) == 2


def test_a_host_with_a_port_is_the_host(tmp_path: Path) -> None:
    indicators = opened(tmp_path, ("ip", "198.51.100.9"), ("domain", "evil.example"))

    found = indicators.match(
        events({"http_host": "198.51.100.9:8080"}, {"http_host": "Evil.example:80"})
    )

    assert [value for _, _, value in hits(found)] == ["198.51.100.9", "evil.example"]


def test_each_value_of_a_list_is_looked_at(tmp_path: Path) -> None:
    indicators = opened(tmp_path, ("ip", "198.51.100.9"), ("domain", "evil.example"))
    answers = [["cdn.example", "203.0.113.5"], [], None, ["www.evil.example", "198.51.100.9"]]

    found = indicators.match(events(*({"dns_answers": answer} for answer in answers)))

    assert hits(found) == [
        (3, "dns.answers.rdata", "evil.example"),
        (3, "dns.answers.rdata", "198.51.100.9"),
    ] or hits(found) == [
        (3, "dns.answers.rdata", "198.51.100.9"),
        (3, "dns.answers.rdata", "evil.example"),
    ]


@pytest.mark.parametrize(
    "indicator",
    [
        "http://evil.example/a?b=1",
        "https://evil.example/a?b=1",
        "evil.example/a?b=1",
    ],
)
def test_a_url_hits_with_and_without_its_scheme(tmp_path: Path, indicator: str) -> None:
    indicators = opened(tmp_path, ("url", indicator))
    seen = [
        "http://evil.example/a?b=1",
        "http://EVIL.example.:80/a?b=1#x",
        "http://evil.example/a?b=2",
        "http://notevil.example/a?b=1",
    ]

    found = indicators.match(events(*({"url": url} for url in seen)))

    assert [row for row, _, _ in hits(found)] == [0, 1]


def test_a_hash_is_no_other_kind_of_hash(tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 2
    indicators = opened(tmp_path, ("ja3", digest), ("md5", digest))

    found = indicators.match(events({"file_md5": [digest.upper()]}, {"ja3": digest}))

    assert [(row["row"], row["type"]) for row in found.to_pylist()] == [(0, "md5"), (1, "ja3")]


def test_fingerprints_and_other_hashes_hit(tmp_path: Path) -> None:
    sha1, sha256 = "ab" * 20, "cd" * 32
    ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1"
    indicators = opened(
        tmp_path, ("sha1", sha1), ("sha256", sha256), ("ja4", ja4), ("certificate", "ef" * 20)
    )

    found = indicators.match(
        events(
            {"file_sha1": [sha1], "file_sha256": ["00" * 32, sha256]},
            {"ja4": ja4, "tls_fingerprint": "ef" * 20},
        )
    )

    assert {row["type"] for row in found.to_pylist()} == {"sha1", "sha256", "ja4", "certificate"}


def test_an_address_hides_behind_no_display_name(tmp_path: Path) -> None:
    indicators = opened(tmp_path, ("email", "Thief@evil.example"))

    found = indicators.match(
        events(
            {"email_from": '"security@hospital.example" <thief@EVIL.example>'},
            {"mail_from": "thief@evil.example"},
            {"email_from": "security@hospital.example"},
        )
    )

    assert [row for row, _, _ in hits(found)] == [0, 1]


def test_an_indicator_that_has_expired_hits_nothing(tmp_path: Path) -> None:
    indicators = opened(
        tmp_path,
        ("ip", "198.51.100.1"),
        ("ip", "198.51.100.2"),
        expires={0: NOW, 1: NOW + timedelta(seconds=1)},
    )
    seen = events({"src_ip": "198.51.100.1", "dest_ip": "198.51.100.2"})

    assert [value for _, _, value in hits(indicators.match(seen, now=NOW))] == ["198.51.100.2"]


def test_no_indicators_and_no_events_are_no_trouble(tmp_path: Path) -> None:
    nothing = opened(tmp_path)

    assert len(nothing) == 0
    assert len(nothing.match(events({"src_ip": "198.51.100.1", "dns_rrname": "a.example"}))) == 0
    assert len(nothing.match(events())) == 0
    assert len(opened(tmp_path, ("domain", "a.example")).match(events())) == 0


def test_the_set_knows_its_revision_and_a_foreign_file_is_refused(tmp_path: Path) -> None:
    assert opened(tmp_path).revision == 7
    foreign = tmp_path / "foreign.arrow"
    with pa.ipc.new_file(str(foreign), pa.schema([("a", pa.list_(pa.int64()))])) as writer:
        writer.write_batch(pa.record_batch([pa.array([[1]])], names=["a"]))

    with pytest.raises(ValueError, match="varde-indicators"):
        IndicatorSet.open(foreign)


@pytest.mark.slow
def test_hostile_texts_neither_break_nor_hide_the_rest(tmp_path: Path) -> None:
    indicators = opened(tmp_path, ("domain", "evil.example"), ("url", "http://evil.example/a"))
    odd = ["", ".", "..", "\x00", "@", "::", "[", "a" * 70_000, "." * 5_000, "\u202eæøå", "://@:"]

    found = indicators.match(
        events(
            *(
                {"dns_rrname": t, "http_host": t, "url": t, "src_ip": t, "email_from": t}
                for t in odd
            ),
            {"dns_rrname": "evil.example"},
            {"dns_rrname": "\x00.evil.example"},
        )
    )

    assert {row for row, _, _ in hits(found)} == {len(odd), len(odd) + 1}


# --- against a matcher that asks every indicator of every value -------------------------------

LABELS = st.sampled_from(["a", "b", "evil", "notevil", "com", "example", "x-1", "198"])
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
V4 = st.integers(0, 15).map(lambda n: f"198.51.{n // 4}.{n % 4}")
V6 = st.integers(0, 15).map(lambda n: f"2001:db8::{n // 4}:{n % 4}")
CIDRS = st.one_of(st.tuples(V4, st.integers(8, 31)), st.tuples(V6, st.integers(32, 127))).map(
    lambda pair: str(ip_network(f"{pair[0]}/{pair[1]}", strict=False))
)
PATHS = st.sampled_from(["/", "/a", "/a?b", "/%7Ea", "/~a"])
URLS = st.tuples(st.sampled_from(["http://", "https://", ""]), NAMES, PATHS).map("".join)
HASHES = st.sampled_from(["aa" * 16, "bb" * 16])
INDICATORS = st.one_of(
    st.tuples(st.just("domain"), NAMES),
    st.tuples(st.just("ip"), st.one_of(V4, V6)),
    st.tuples(st.just("cidr"), CIDRS),
    st.tuples(st.just("url"), URLS),
    st.tuples(st.sampled_from(["md5", "ja3"]), HASHES),
    st.tuples(st.just("email"), NAMES.map(lambda name: f"a@{name}")),
)
EVENTS = st.fixed_dictionaries(
    {
        "src_ip": st.one_of(st.none(), V4, V6),
        "dns_rrname": st.one_of(st.none(), NAMES, NAMES.map(lambda name: name.upper() + ".")),
        "dns_answers": st.one_of(st.none(), st.lists(st.one_of(NAMES, V4, V6), max_size=3)),
        "http_host": st.one_of(st.none(), NAMES, V4),
        "url": st.one_of(st.none(), URLS),
        "file_md5": st.one_of(st.none(), st.lists(HASHES, max_size=2)),
        "ja3": st.one_of(st.none(), HASHES),
        "mail_from": st.one_of(st.none(), NAMES.map(lambda name: f"A@{name}")),
    }
)


def naive_meets(types: tuple[str, ...], kind: str, value: str, seen: str) -> bool:
    folded = seen.lower().rstrip(".")
    if kind not in types:
        return False
    if kind == "domain":
        return folded == value or folded.endswith(f".{value}")
    if kind in {"ip", "cidr"}:
        try:
            return ip_address(seen) in ip_network(value)
        except ValueError:
            return False
    if kind == "url":
        return url_key(seen) == url_key(value)
    return folded == value


def naive(indicators: list[tuple[str, str]], rows: list[dict[str, Any]]) -> set[Any]:
    found = set()
    for row, event in enumerate(rows):
        for observable in OBSERVABLES:
            seen = event.get(observable.column)
            for text in seen if isinstance(seen, list) else [seen]:
                found |= {
                    (row, observable.field, text, number)
                    for number, (kind, value) in enumerate(indicators)
                    if text is not None and naive_meets(observable.types, kind, value, text)
                }
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(INDICATORS, max_size=12, unique=True), st.lists(EVENTS, max_size=8))
def test_the_hits_are_those_of_a_matcher_that_asks_every_indicator(
    tmp_path_factory: pytest.TempPathFactory,
    indicators: list[tuple[str, str]],
    rows: list[dict[str, Any]],
) -> None:
    found = opened(tmp_path_factory.mktemp("set"), *indicators).match(events(*rows))

    assert {
        (hit["row"], hit["field"], hit["observed"], hit["indicator_id"])
        for hit in found.to_pylist()
    } == naive(indicators, rows)
