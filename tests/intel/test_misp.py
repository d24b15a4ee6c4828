"""MISP events: what is looked for, on which terms, and what is no event at all."""

import json
import time
from typing import Any

import pytest

from tests.intel.misp_events import UUID, event
from varde.base.marking import PAP, TLP
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAFeed
from varde.intel.formats import misp
from varde.intel.formats.entry import Entry


def of_event(*attributes: dict[str, Any], everything: bool = False, **facts: Any) -> list[Entry]:
    raw = json.dumps(event(*attributes, **facts)).encode()
    return list(misp.read(raw, everything=everything))


def test_attributes_become_entries_with_what_the_event_says() -> None:
    (entry,) = of_event({"type": "domain", "value": "evil.example", "comment": "C2"})

    assert (entry.value, entry.type, entry.line) == ("evil.example", IndicatorType.DOMAIN, 1)
    assert entry.context == "A campaign - Network activity - C2"
    assert entry.reference == f"MISP {UUID}"


@pytest.mark.parametrize(
    ("kind", "value", "parts"),
    [
        ("domain|ip", "evil.example|198.51.100.7", ["evil.example", "198.51.100.7"]),
        ("filename|sha256", "a|b.exe|" + "a" * 64, ["a" * 64]),
        ("malware-sample", "a.exe|" + "a" * 32, ["a" * 32]),
        ("ip-dst|port", "198.51.100.7|443", ["198.51.100.7"]),
        ("ip-dst|port", "198.51.100.7:443", ["198.51.100.7:443"]),
        ("hostname|port", "evil.example|443", ["evil.example"]),
        ("x509-fingerprint-sha1", "ab" * 20, ["ab" * 20]),
    ],
)
def test_compound_types_are_taken_apart(kind: str, value: str, parts: list[str]) -> None:
    assert [entry.value for entry in of_event({"type": kind, "value": value})] == parts


def test_what_is_not_for_detection_is_counted_with_its_reason() -> None:
    attributes = [
        {"type": "domain", "value": "a.example", "to_ids": False},
        {"type": "domain", "value": "b.example", "to_ids": "1"},
        {"type": "domain", "value": "c.example", "deleted": True},
        {"type": "yara", "value": "rule x {}"},
        {"type": "filename|md5", "value": "no bar"},
        {"type": "domain"},
    ]

    assert [entry.reason for entry in of_event(*attributes)] == [
        "not_for_detection",
        "",
        "deleted",
        "other_type",
        "bad_record",
        "bad_record",
    ]
    assert of_event(*attributes, everything=True)[0].reason == ""


def tags(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


@pytest.mark.parametrize(
    ("of_event_", "of_attribute", "tlp"),
    [
        (["tlp:green"], [], TLP.GREEN),
        (["tlp:white"], ["tlp:amber"], TLP.AMBER),
        (["tlp:red"], ["tlp:clear"], TLP.RED),
        (["tlp:clear", "tlp:amber+strict"], [], TLP.AMBER_STRICT),
        (["TLP:GREEN"], [], TLP.GREEN),
        (["tlp:ex:chr"], [], TLP.RED),
        (["tlp:unheard"], ["tlp:green"], TLP.RED),
        (["osint", "<b>tlp:green"], [], None),
    ],
)
def test_the_strictest_tlp_holds_and_an_unknown_one_is_the_strictest(
    of_event_: list[str], of_attribute: list[str], tlp: TLP | None
) -> None:
    attribute = {"type": "domain", "value": "a.example", "Tag": tags(*of_attribute)}

    assert of_event(attribute, Tag=tags(*of_event_))[0].tlp == tlp


def test_pap_is_read_as_well() -> None:
    attribute = {"type": "domain", "value": "a.example", "Tag": tags("PAP:RED")}

    assert of_event(attribute, Tag=tags("PAP:GREEN"))[0].pap == PAP.RED


@pytest.mark.parametrize(
    ("facts", "tlp"),
    [
        ({"distribution": "4", "SharingGroup": {}}, TLP.RED),
        ({"distribution": 4}, TLP.RED),
        ({"distribution": "4", "SharingGroup": {"name": "x"}}, TLP.AMBER_STRICT),
        ({"distribution": "0"}, TLP.AMBER_STRICT),
        ({"distribution": "3"}, None),
    ],
)
def test_a_closed_distribution_closes_the_label(facts: dict[str, Any], tlp: TLP | None) -> None:
    assert of_event({"type": "domain", "value": "a.example"}, **facts)[0].tlp == tlp


def test_objects_and_wrong_shapes_within_an_event() -> None:
    inner = {"type": "domain", "value": "a.example", "to_ids": True}
    entries = of_event(Object=[{"Attribute": [inner]}, {"Attribute": "?"}, None, {}])

    assert [entry.reason for entry in entries] == ["", "bad_record", "bad_record", "bad_record"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[]", "not_misp"),
        (b"[1]", "not_misp"),
        (b"3", "not_misp"),
        (b'{"Event": []}', "not_misp"),
        (b"{}", "fragment"),
        (b'{"info": "x", "uuid": "1"}', "fragment"),
        (b'{"info": "x", "uuid": "1", "Attribute": {}}', "fragment"),
        (b'{"response": []}', "not_misp"),
    ],
)
def test_what_is_no_event_is_told(raw: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        misp.read(raw)

    assert refused.value.reason == reason


def test_two_hundred_thousand_attributes_take_seconds() -> None:
    attributes = [{"type": "domain", "value": f"a{n}.example"} for n in range(200_000)]
    raw = json.dumps(event(*attributes)).encode()

    started = time.process_time()
    count = sum(1 for _ in misp.read(raw))

    assert count == 200_000
    assert time.process_time() - started < 20
