"""What must never be looked for, and the reason that is shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.intel import special
from varde.intel.canonical import canonical
from varde.intel.never_match import NeverMatch, fingerprint, never_match

BUILT_IN = never_match(Path("/nowhere"))


def reason(text: str, never: NeverMatch = BUILT_IN) -> str:
    return never.reason(*canonical(None, text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10.0.0.1", "private_address"),
        ("172.16.0.1", "private_address"),
        ("192.168.1.1", "private_address"),
        ("100.64.0.1", "shared_address"),
        ("127.0.0.1", "loopback_address"),
        ("169.254.169.254", "link_local_address"),
        ("0.0.0.1", "unspecified_address"),
        ("224.0.0.251", "multicast_address"),
        ("255.255.255.255", "reserved_address"),
        ("::1", "loopback_address"),
        ("::", "unspecified_address"),
        ("fe80::1", "link_local_address"),
        ("fd00::1", "private_address"),
        ("ff02::fb", "multicast_address"),
        ("4000::1", "reserved_address"),
        ("::10.0.0.1", "reserved_address"),
        # IPv4 in other clothes
        ("::ffff:10.0.0.1", "private_address"),
        ("64:ff9b::a9fe:a9fe", "link_local_address"),
        ("2002:a9fe:a9fe::", "link_local_address"),
        ("2002:a00::/40", "private_address"),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", "private_address"),
        ("64:ff9b::8.8.8.8", "public_resolver:8.8.8.8"),
        # networks
        ("0.0.0.0/0", "too_wide:/16"),
        ("::/0", "too_wide:/32"),
        ("0.0.0.0/1", "too_wide:/16"),
        ("128.0.0.0/1", "too_wide:/16"),
        ("10.0.0.0/8", "too_wide:/16"),
        ("10.1.0.0/16", "private_address"),
        ("8.8.8.0/24", "public_resolver:8.8.4.4"),
        ("8.8.0.0/16", "public_resolver:8.8.4.4"),
        ("2001:4860:4860::/48", "public_resolver:2001:4860:4860::8844"),
        # resolvers, names, hashes
        ("8.8.8.8", "public_resolver:8.8.8.8"),
        ("2606:4700:4700::1111", "public_resolver:2606:4700:4700::1111"),
        ("198.41.0.4", "root_server:198.41.0.4"),
        ("dns.google", "public_resolver:dns.google"),
        ("quad9.net", "public_resolver:dns.quad9.net"),
        ("co.uk", "public_suffix"),
        ("kommune.no", "public_suffix"),
        ("github.io", "public_suffix"),
        ("d41d8cd98f00b204e9800998ecf8427e", "empty_file"),
        ("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", "empty_file"),
        # hosts of URLs
        ("http://192.168.1.1/x", "private_address"),
        ("http://[fe80::1]:8080/x", "link_local_address"),
        ("http://github.io/", "public_suffix"),
    ],
)
def test_the_reason_is_shown(text: str, code: str) -> None:
    found = reason(text)

    assert found.partition(":")[0] == code.partition(":")[0]
    if "too_wide" in code or text not in {"8.8.8.0/24", "8.8.0.0/16", "2001:4860:4860::/48"}:
        assert found == code


@pytest.mark.parametrize(
    "text",
    ["185.220.101.4", "8.8.9.0/24", "2a00::1", "64:ff9b::b9dc:6504", "evil.github.io", "nhn.no",
     "evil.example", "http://dns.google/resolve", "203.0.113.9", "2001:db8::9", "a" * 64],
)  # fmt: skip
def test_everything_else_may_be_looked_for(text: str) -> None:
    assert not reason(text)


@given(st.integers(0, 2**32 - 1))
def test_an_address_is_refused_alike_in_every_clothing(number: int) -> None:
    plain = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    mapped = f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"
    tunnel = f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"

    assert reason(plain) == reason(mapped) == reason(tunnel)


def test_the_operators_lists_are_read_with_their_names_as_reasons(tmp_path: Path) -> None:
    (tmp_path / "our-own.txt").write_text(
        "# what we run\n*.helsenett.no\n198.51.100.0/24  # the portal\nhxxp://paste[.]example/x\n"
    )
    (tmp_path / "top.txt").write_text("1,www.popular.example\n2,other.example\n\n")
    never = never_match(tmp_path)

    assert reason("portal.helsenett.no", never) == "listed:our-own:helsenett.no"
    assert reason("helsenett.no", never) == "listed:our-own:helsenett.no"
    assert reason("http://portal.helsenett.no/page", never) == "listed:our-own:helsenett.no"
    assert reason("me@portal.helsenett.no", never) == "listed:our-own:helsenett.no"
    assert reason("198.51.100.7", never) == "listed:our-own:198.51.100.0/24"
    assert reason("198.51.0.0/16", never) == "listed:our-own:198.51.100.0/24"
    assert reason("http://paste.example/x", never) == "listed:our-own"
    assert not reason("http://paste.example/y", never)
    # An indicator above a listed name would hit it; one below it would not.
    assert reason("www.popular.example", never) == "listed:top:www.popular.example"
    assert reason("popular.example", never) == "listed:top:www.popular.example"
    assert not reason("evil.www.popular.example", never)
    assert not reason("http://other.example/evil", never)
    assert reason("http://other.example/", never) == "listed:top:other.example"


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"fine.example\n(a+)+$\n\xff\xfe\n")

    problems = never_match(tmp_path).problems

    assert [(problem.file, problem.line, problem.reason) for problem in problems] == [
        ("a.txt", 2, "bad_label"),
        ("a.txt", 3, "bad_idna"),
    ]


def test_a_list_that_is_added_later_is_seen(tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    assert not reason("evil.example", never_match(tmp_path))

    (tmp_path / "late.txt").write_text("evil.example\n")

    assert fingerprint(tmp_path) != before
    assert reason("evil.example", never_match(tmp_path)) == "listed:late:evil.example"


def test_the_built_in_values_are_in_their_one_form() -> None:
    for kind, value, _ in special.BUILT_IN:
        assert canonical(None, value) == (kind, value)


@pytest.mark.parametrize("everything", ["0.0.0.0/0", "128.0.0.0/1", "::/0", "2000::/3"])
def test_a_file_cannot_switch_matching_off(tmp_path: Path, everything: str) -> None:
    (tmp_path / "slip.txt").write_text(f"{everything}\n9.9.9.0/24\n")

    never = never_match(tmp_path)

    assert reason("45.33.32.156", never) == ""
    assert reason("2606:4700::1111:1", never) == ""
    assert reason("9.9.9.7", never) != ""
    assert [problem.line for problem in never.problems] == [1]


def test_a_link_that_leads_nowhere_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "ours.txt").write_text("45.33.32.156\n")

    assert reason("45.33.32.156", never_match(tmp_path)) == "listed:ours:45.33.32.156"
