from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from varde.constituency import canonical
from varde.constituency.errors import NotCanonical


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("text", "network"),
    [
        (" 192.0.2.0/24 ", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("2001:DB8:0::/32", "2001:db8::/32"),
        ("10.0.0.0/8", "10.0.0.0/8"),
    ],
)
def test_a_network_has_one_written_form(text: str, network: str) -> None:
    assert canonical.network(text) == network


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("192.0.2.1/24", "write 192.0.2.0/24 or 192.0.2.1/32"),
        ("2001:db8::1/64", "write 2001:db8::/64 or 2001:db8::1/128"),
        ("0.0.0.0/0", "too wide"),
        ("::/0", "too wide"),
        ("::ffff:0:0/96", "too wide"),
        ("127.0.0.0/8", "belongs to nobody"),
        ("224.0.0.0/8", "belongs to nobody"),
        ("169.254.0.0/16", "belongs to nobody"),
        ("0.0.0.0/8", "belongs to nobody"),
        ("::1", "belongs to nobody"),
        ("::", "belongs to nobody"),
        ("192.0.2.0-192.0.2.255", "is no network"),
        ("192.0.2.0/33", "is no network"),
        ("=1+1", "is no network"),
        ("", "is no network"),
        ("x" * 100_000, "is no network"),
    ],
)
def test_a_refused_network_says_what_is_wrong_or_what_to_write(text: str, fix: str) -> None:
    with pytest.raises(NotCanonical, match=fix) as refusal:
        canonical.network(text)

    assert len(str(refusal.value)) < 200


@given(st.text(max_size=60))
def test_any_text_is_a_canonical_network_or_refused(text: str) -> None:
    try:
        network = canonical.network(text)
    except NotCanonical:
        return
    assert canonical.network(network) == network == str(ip_network(network))


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Hospital.Example.", "hospital.example"),
        ("*.hospital.example", "hospital.example"),
        ("blåbær.example", "xn--blbr-roah.example"),
        ("BLÅBÆR.example", "xn--blbr-roah.example"),
        ("xn--blbr-roah.example", "xn--blbr-roah.example"),
    ],
)
def test_a_domain_has_one_written_form(text: str, domain: str) -> None:
    assert canonical.domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "no",
        "http://x.example",
        "a b.example",
        "-x.example",
        "x..example",
        "192.0.2.1",
        "\ud800.example",
        "\u200d.example",
        "a" * 64 + ".example",
        "a." * 130 + "example",
        "x.1",
    ],
)
def test_what_is_no_domain_of_ones_own_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.domain(text)


@given(st.text(max_size=80))
def test_any_text_is_a_canonical_domain_or_refused(text: str) -> None:
    try:
        domain = canonical.domain(text)
    except NotCanonical:
        return
    assert canonical.domain(domain) == domain


def test_as_numbers_are_read_with_and_without_their_letters() -> None:
    assert canonical.as_number("AS64500") == canonical.as_number(" 64500 ") == 64500
    for text in ("", "AS", "0", "4294967296", "64500.1", "٦٤", "9" * 5000):
        with pytest.raises(NotCanonical):
            canonical.as_number(text)


def test_handles_are_short_and_plain() -> None:
    assert canonical.handle(" Fjord-Hospital ") == "fjord-hospital"
    for text in ("", "a b", "-a", "a--b", "å", "a" * 65, "a\0", "../etc"):
        with pytest.raises(NotCanonical):
            canonical.handle(text)


def test_times_without_an_offset_are_local_and_dates_are_midnight() -> None:
    assert canonical.moment("2026-03-01") == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert canonical.moment("2026-07-01T12:00") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert canonical.moment("2026-07-01T12:00Z") == datetime(2026, 7, 1, 12, tzinfo=UTC)
    for text in ("", "yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "2026-13-01T00:00"):
        with pytest.raises(NotCanonical):
            canonical.moment(text)


def test_reachable_addresses_and_numbers_are_brought_into_one_form() -> None:
    assert canonical.email(" Kari@Hospital.EXAMPLE ") == "Kari@hospital.example"
    assert canonical.phone("+47 (22) 33-44.55") == "+4722334455"
    for text in ("kari", "a@b", "a b@c.example", "a@b.example, c@d.example", "a\0@b.example"):
        with pytest.raises(NotCanonical):
            canonical.email(text)
    for text in ("call me", "12", "+47 22 33 44 55; rm -rf"):
        with pytest.raises(NotCanonical):
            canonical.phone(text)


def test_text_is_kept_as_it_is_but_never_with_control_characters() -> None:
    # A formula is text here; whoever writes a spreadsheet makes it harmless there.
    assert canonical.line(" =HYPERLINK(1) ", longest=50) == "=HYPERLINK(1)"
    for text in ("a\nb", "a\0", "\x1b[31m", "a\u202eb", "\ud800", "x" * 51):
        with pytest.raises(NotCanonical):
            canonical.line(text, longest=50)


def test_a_key_is_an_armoured_public_key() -> None:
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----"

    assert canonical.pgp_key(f" {key}\n") == key
    assert canonical.pgp_key(" ") == ""
    for text in ("abc", key.replace("PUBLIC", "PRIVATE"), key + "x" * 70_000, key + "\ud800"):
        with pytest.raises(NotCanonical):
            canonical.pgp_key(text)
