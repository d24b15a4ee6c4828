"""What a file of members says, line by line: only reading, no register."""

import json
from datetime import UTC, datetime

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from varde.base.errors import Refused
from varde.constituency.memberfile.entries import COLUMNS, Entry, read_members
from varde.constituency.memberfile.rows import UNSTATED, Fact, member_row
from varde.constituency.memberfile.surroundings import Surroundings

HEADER = "handle,name,kind,networks\n"


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def cells(content: str | bytes) -> list[dict[str, object]]:
    raw = content if isinstance(content, bytes) else content.encode()
    return [dict(entry.cells) for entry in read_members(raw).entries]


def problems(content: str) -> dict[int, str]:
    return {e.number: e.problem for e in read_members(content.encode()).entries if e.problem}


LEGEKONTOR = {"handle": "ås", "name": "Ås legekontor", "kind": "gp"}


@pytest.mark.parametrize(
    "content",
    [
        "handle,name,kind\nås,Ås legekontor,gp\n".encode(),
        "\ufeffhandle,name,kind\nås,Ås legekontor,gp\n".encode(),
        "handle,name,kind\nås,Ås legekontor,gp\n".encode("latin-1"),
        "handle,name,kind\r\nås,Ås legekontor,gp\r\n".encode("utf-16"),
        "Handle; Name ;KIND\nås; Ås legekontor ;gp\n".encode("cp1252"),
        b'sep=;\n"handle";"name";"kind"\n"\xe5s";"\xc5s legekontor";"gp"',
        "kind\tname\thandle\ngp\tÅs legekontor\tås".encode(),
        "handle,name,kind,,\n\nås,Ås legekontor,gp,,\n,,,,\n".encode(),
    ],
)
def test_what_spreadsheets_write_is_read(content: bytes) -> None:
    assert [row for row in cells(content) if row] == [LEGEKONTOR]


def test_lines_are_numbered_as_an_editor_does_and_one_bad_line_takes_no_other_along() -> None:
    content = HEADER + 'a,"never closed,gp,\nb,B,gp,\n\nc,C,gp,x,too,many\nd,"D ""quoted""",gp,\n'

    entries = read_members(content.encode()).entries

    assert [entry.number for entry in entries] == [2, 3, 5, 6]
    assert sorted(problems(content)) == [2, 5]
    assert "more than the 4 columns" in problems(content)[5]
    assert entries[3].cells["name"] == 'D "quoted"'


def test_a_cell_of_any_size_harms_only_its_own_line() -> None:
    content = HEADER + f"a,{'x' * 200_000},gp,\nb,B,gp,\n"

    assert list(problems(content)) == [2]
    assert cells(content)[1]["handle"] == "b"


def test_a_formula_stays_the_text_it_is() -> None:
    assert cells(HEADER + 'a,"=HYPERLINK(""http://x"")",gp,\n')[0]["name"] == (
        '=HYPERLINK("http://x")'
    )


def test_columns_nobody_knows_are_named() -> None:
    assert read_members(b"handle,colour,name\na,red,A\n").unknown == ["colour"]
    assert set(COLUMNS) >= {"handle", "networks", "valid_from"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\n",
        b"name,kind\nA,gp\n",
        b"handle,name,name\n",
        b"{",
        b"[1, 2",
        b'{"organisations": 3}',
        b"\x89PNG\r\n\x1a\n\0\0",
        b"[" * 100_000,
        b'"handle\n',
        b"\xff\xfe",
        b"sep=;",
    ],
)
def test_a_file_that_is_no_list_of_members_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(Refused):
        read_members(content)


def test_json_is_read_as_a_list_as_an_object_and_as_lines() -> None:
    one, two = {"handle": "a", "name": "Å"}, {"handle": "b", "networks": ["192.0.2.0/24"]}

    assert cells(json.dumps([one, two])) == [one, two]
    assert cells("\ufeff" + json.dumps({"organisations": [one, two]}, ensure_ascii=False)) == [
        one,
        two,
    ]
    assert cells(json.dumps(one) + "\n" + json.dumps(two)) == [one, two]
    assert cells(json.dumps(one)) == [one]


def test_a_bad_json_line_or_item_is_named_by_its_number() -> None:
    assert list(problems('{"handle": "a"}\n{"handle": \n{"handle": "c"}')) == [2]
    assert list(problems('[{"handle": "a"}, 7, null]')) == [2, 3]


@given(st.binary(max_size=300))
@example(b'{"handle":"\\ud800"}')
@example(b"handle\n\0")
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        entries = read_members(content).entries
    except Refused:
        return
    for entry in entries:
        try:
            member_row(entry)
        except Refused:
            continue


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(COLUMNS), json_values | st.sampled_from(["gp", "network"])))
def test_no_json_value_breaks_the_reader(given_cells: dict[str, object]) -> None:
    try:
        member_row(Entry(1, {"handle": "a", **given_cells}))
    except Refused:
        return


def row(**given_cells: object) -> object:
    return member_row(Entry(7, {"handle": "a", **given_cells}))


def test_a_row_states_only_what_its_cells_hold() -> None:
    stated = row(name=" A ", county="trøndelag", language="no", criticality="Vital", parent="-")

    assert stated.fields == {
        "name": "A",
        "county": "NO-50",
        "language": "nb",
        "criticality": 4,
        "parent": None,
    }
    assert (stated.number, stated.is_organisation, stated.lists) == (7, True, {})


def test_a_list_may_be_text_or_json_and_a_dash_is_the_empty_one() -> None:
    as_text = row(networks="192.0.2.0/24; 2001:DB8::/32 ;;192.0.2.0/24").lists["network"]
    as_json = row(networks=["192.0.2.0/24", {"cidr": "2001:db8::/32"}]).lists["network"]

    assert as_text == as_json == [Fact("network", "192.0.2.0/24"), Fact("network", "2001:db8::/32")]
    assert row(networks="-").lists == row(networks=[]).lists == {"network": []}
    assert row(asns=64500).lists["asn"] == [Fact("asn", "64500")]


def test_a_json_fact_has_its_own_period_and_label() -> None:
    (fact,) = row(
        networks=[{"cidr": "192.0.2.0/24", "label": "Guests", "valid_from": "2026-01-01T00:00Z"}]
    ).lists["network"]

    assert fact.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert fact.valid_to is UNSTATED
    assert fact.fields == {"label": "Guests"}


def test_a_row_of_single_facts_gives_them_its_period() -> None:
    stated = row(kind="network", networks="192.0.2.0/24", valid_from="2026-01-01", valid_to="-")

    assert not stated.is_organisation
    assert [(fact.value, fact.valid_to) for fact in stated.facts] == [("192.0.2.0/24", None)]
    with pytest.raises(Refused, match="column “networks”"):
        row(kind="network", domains="a.example")


@pytest.mark.parametrize(
    ("text", "value", "fields"),
    [
        ("it@a.example", "technical:it@a.example", {}),
        ("duty:+47 22 33 44 55", "duty:+4722334455", {}),
        (
            "CISO: Kari Nordmann | Kari@A.example | +47 22334455 | weekdays 8-16",
            "ciso:kari@a.example",
            {"name": "Kari Nordmann", "phone": "+4722334455", "hours": "weekdays 8-16"},
        ),
    ],
)
def test_a_contact_is_read_from_one_cell(text: str, value: str, fields: dict[str, str]) -> None:
    (fact,) = row(contacts=text).lists["contact"]

    assert fact.value == value
    assert fields.items() <= fact.fields.items()


@pytest.mark.parametrize(
    "wrong",
    [
        {"handle": ""},
        {"handle": "a b"},
        {"kind": "castle"},
        {"county": "Atlantis"},
        {"criticality": "9"},
        {"name": "a\nb"},
        {"name": "x" * 201},
        {"name": {"nested": "name"}},
        {"valid_from": "soon"},
        {"networks": "192.0.2.0/24;192.0.2.1/24"},
        {"networks": {"cidr": ["192.0.2.0/24"]}},
        {"networks": True},
        {"networks": 3.5},
        {"networks": [["192.0.2.0/24"]]},
        {
            "networks": [
                {"cidr": "192.0.2.0/24", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}
            ]
        },
        {"networks": ["192.0.2.0/32"] * 20_001},
        {"domains": "no"},
        {"asns": "AS0"},
        {"contacts": "king: a@b.example"},
        {"contacts": "Kari"},
        {"contacts": [{"email": "\ud800@b.example"}]},
        {"kind": "network"},
    ],
)
def test_a_wrong_cell_refuses_its_whole_line(wrong: dict[str, object]) -> None:
    with pytest.raises(Refused) as refusal:
        member_row(Entry(1, {"handle": "a", "name": "A", **wrong}))

    assert 10 < len(str(refusal.value)) < 300


def test_a_place_is_anothers_where_they_are_around_it_at_it_or_within_it() -> None:
    others = Surroundings(
        [
            ("a", "network", "10.1.0.0/16"),
            ("a", "network", "2001:db8::/32"),
            ("b", "domain", "lab.region.example"),
            ("b", "asn", "64500"),
            ("b", "contact", "technical:it@b.example"),
        ]
    )

    def touched(kind: str, *values: str) -> list[bool]:
        return [others.by_others(kind, value, "c") for value in values]

    assert (
        touched("network", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "2001:db8:1::/48")
        == [True] * 4
    )
    assert touched("network", "10.2.0.0/16", "10.0.0.0/16", "2001:db9::/32") == [False] * 3
    assert (
        touched("domain", "region.example", "lab.region.example", "a.lab.region.example")
        == [True] * 3
    )
    assert touched("domain", "ward.region.example", "example.com") == [False] * 2
    assert touched("asn", "64500", "64501") == [True, False]
    assert not others.by_others("network", "10.1.2.0/24", "a")
    assert touched("contact", "technical:it@b.example") == [False]
