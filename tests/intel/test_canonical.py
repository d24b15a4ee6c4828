"""One form for each indicator; the bad-input catalogue (security reference, BL-) line by line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from varde.engine.detect.urls import url_key
from varde.intel.canonical import canonical, guess, plain_type
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAnIndicator
from varde.intel.reasons import REASONS

LABEL_63, LABEL_64 = "a" * 63, "a" * 64
NAME_253 = f"{LABEL_63}.{LABEL_63}.{LABEL_63}.{'a' * 58}.no"
NAME_254 = f"{LABEL_63}.{LABEL_63}.{LABEL_63}.{'a' * 59}.no"
MD5 = "D41D8CD98F00B204E9800998ECF8427E"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        # addresses and networks
        ("198.51.100.7", "ip", "198.51.100.7"),
        ("1.1.1.1 ", "ip", "1.1.1.1"),
        ("１.１.１.１", "ip", "1.1.1.1"),
        ("1[.]1[.]1[.]1", "ip", "1.1.1.1"),
        ("1.2.3.4:443", "ip", "1.2.3.4"),
        ("2001:DB8:0:0::1", "ip", "2001:db8::1"),
        ("[2001:db8::1]:443", "ip", "2001:db8::1"),
        ("::ffff:10.0.0.1", "ip", "10.0.0.1"),
        ("64:ff9b::a9fe:a9fe", "ip", "64:ff9b::a9fe:a9fe"),
        ("2002:a9fe:a9fe::", "ip", "2002:a9fe:a9fe::"),
        ("1.2.3.4/32", "ip", "1.2.3.4"),
        ("2001:db8::1/128", "ip", "2001:db8::1"),
        ("10.1.2.3/8", "cidr", "10.0.0.0/8"),
        ("0.0.0.0/0", "cidr", "0.0.0.0/0"),
        ("::/0", "cidr", "::/0"),
        ("1.0.0.0/1", "cidr", "0.0.0.0/1"),
        ("::ffff:1.2.3.0/120", "cidr", "1.2.3.0/24"),
        # names
        ("nhn.no", "domain", "nhn.no"),
        ("NHN.NO.", "domain", "nhn.no"),
        ("*.evil.example", "domain", "evil.example"),
        (".evil.example", "domain", "evil.example"),
        ("evil[.]example", "domain", "evil.example"),
        ("evil(dot)example", "domain", "evil.example"),
        ("evil.example:8080", "domain", "evil.example"),
        ("helsenett。no", "domain", "helsenett.no"),
        ("ⓗelsenett.no", "domain", "helsenett.no"),
        ("helsenеtt.no", "domain", "xn--helsentt-h8g.no"),  # a Cyrillic letter, shown as such
        ("hel\u200bsenett.no", "domain", "helsenett.no"),
        ("Bücher.example", "domain", "xn--bcher-kva.example"),
        ("_dmarc.x.no", "domain", "_dmarc.x.no"),
        (NAME_253, "domain", NAME_253),
        # URLs
        ("hxxp://evil.example", "url", "http://evil.example/"),
        ("hXXps[:]//evil[.]example[:]8443/a", "url", "https://evil.example:8443/a"),
        ("HTTP://EVIL.example:80/%7eA?q=ø#part", "url", "http://evil.example/~A?q=%C3%B8"),
        ("http://user@good.no@evil.no/", "url", "http://evil.no/"),
        ("http://evil.no#@good.no", "url", "http://evil.no/"),
        ("evil.example/x", "url", "evil.example/x"),
        ("http://[2001:DB8::1]:80/", "url", "http://[2001:db8::1]/"),
        ("http://[::ffff:1.2.3.4]/", "url", "http://1.2.3.4/"),
        # the rest
        (MD5, "md5", MD5.lower()),
        ("A" * 40, "sha1", "a" * 40),
        ("B" * 64, "sha256", "b" * 64),
        (":".join(["AB"] * 20), "certificate", "ab" * 20),
        ("T13D1516H2_8daaf6152771_e5627efa2ab1", "ja4", "t13d1516h2_8daaf6152771_e5627efa2ab1"),
        ("Thief[at]Evil[.]NO", "email", "Thief@evil.no"),
    ],
)
def test_the_one_form(text: str, kind: str, value: str) -> None:
    assert canonical(None, text) == (kind, value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0/0", "ambiguous_address"),
        ("010.0.0.1", "ambiguous_address"),
        ("0x7f.1", "ambiguous_address"),
        ("2130706433", "ambiguous_address"),
        ("127.1", "ambiguous_address"),
        ("http://0x7f.1/", "ambiguous_address"),
        ("http://2130706433/", "ambiguous_address"),
        ("fe80::1%eth0", "zone_id"),
        ("1.2.3.4/33", "bad_prefix"),
        ("1.2.3.4/255.0.0.0", "bad_prefix"),
        ("1.2.3.4:0", "bad_port"),
        ("1.2.3.4:500081", "bad_port"),
        ("1.2.3.4:22:443", "bad_address"),
        ("aa:bb:cc:dd:ee:ff", "bad_address"),
        ("no", "single_label"),
        ("*.no", "single_label"),
        ("com.", "single_label"),
        ("localhost", "single_label"),
        (".onion", "single_label"),
        (".", "empty"),
        ("", "empty"),
        ("  ", "empty"),
        ("hxxp://", "empty"),
        (f"{LABEL_64}.no", "label_too_long"),
        (NAME_254, "name_too_long"),
        ("-bad.no", "bad_label"),
        ("bad-.no", "bad_label"),
        ("a..no", "bad_label"),
        ("support¬forum.org", "bad_idna"),
        ("1.1.1.1;drop", "bad_label"),
        ("(a+)+$", "bad_label"),
        ("domain\nnhn.no CNAME .", "control_character"),
        ("evil\x00.no", "control_character"),
        ("evil.no\ud800", "control_character"),
        ("evil .no", "whitespace"),
        ("http://user@good.no@evil/", "single_label"),
        ("http://evil#@good.no", "single_label"),
        ("http://evil.no\\@good.no/", "bad_url"),
        ("javascript:alert(1)", "bad_scheme"),
        ("JaVaScRiPt:alert(1)", "bad_scheme"),
        ("data:text/html,x", "bad_scheme"),
        ("tcp://1.2.3.4:80", "bad_scheme"),
        ("http://evil.no/" + "a" * 70_000, "too_long"),
        ("http://evil.no/" + "ø" * 1_000, "too_long"),
        ("/365-Stealer/", "path_without_host"),
        (MD5[:31], "hash_length"),
        ("a" * 65, "hash_length"),
    ],
)
def test_what_is_no_indicator_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAnIndicator) as refused:
        canonical(None, text)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (IndicatorType.MD5, "a" * 40, "hash_length"),
        (IndicatorType.JA3, "g" * 32, "not_hexadecimal"),
        (IndicatorType.JA4, "t13", "bad_ja4"),
        (IndicatorType.CERTIFICATE, "ab:cd", "hash_length"),
        (IndicatorType.EMAIL, "@evil.example", "bad_email"),
        (IndicatorType.EMAIL, "a\\b@evil.example", "bad_email"),
        (IndicatorType.IP, "evil.example", "bad_address"),
        (IndicatorType.DOMAIN, "198.51.100.7", "ambiguous_address"),
        (IndicatorType.URL, "evil", "single_label"),
    ],
)
def test_a_stated_type_is_taken_at_its_word(kind: IndicatorType, text: str, reason: str) -> None:
    with pytest.raises(NotAnIndicator) as refused:
        canonical(kind, text)

    assert refused.value.reason == reason


def test_a_hash_that_is_said_to_be_a_ja3_is_one() -> None:
    assert canonical(IndicatorType.JA3, MD5) == (IndicatorType.JA3, MD5.lower())


def test_a_network_given_as_an_address_is_a_network() -> None:
    assert canonical(IndicatorType.IP, "198.51.100.7/24") == (IndicatorType.CIDR, "198.51.100.0/24")


def test_a_name_given_as_a_url_gets_a_path() -> None:
    assert canonical(IndicatorType.URL, "Evil.example") == (IndicatorType.URL, "evil.example/")


# --- properties ------------------------------------------------------------------------------

ODD = st.sampled_from(
    ["%2e", "[.]", "[%2E]", "%5B.%5D", "?", "#", ",", ";", "'", "ø", "\u200b", "。", "\\", "(dot)",
     "[at]", "@", ":", "//", "%", "%zz", "a", ".", "-", "/"]
)  # fmt: skip
SCHEMES = st.sampled_from(["", "", "http://", "hxxps://", "HTTP[:]//", "ftp://", "http:///"])
USERS = st.sampled_from(["", "", "", "me@", "me[at]", "u:p@"])
DOTS = st.sampled_from([".", ".", "[.]", "。", "(.)"])
LABELS = st.sampled_from(["evil", "Evil", "a-b", "_x", "bücher", "ⓗ", "xn--bcher-kva", "0", "é"])
NAMES = st.tuples(LABELS, DOTS, LABELS, st.sampled_from([".example", ".no", ".NO.", "", ".1"]))
ADDRESSES = st.sampled_from(
    [
        "198.51.100.7",
        "1[.]2[.]3[.]4",
        "2001:DB8::1",
        "[2001:db8::1]",
        "::ffff:1.2.3.4",
        "10.1.2.3/8",
    ]
)
HOSTS = st.one_of(NAMES.map("".join), ADDRESSES)
PORTS = st.sampled_from(["", "", ":80", ":443", ":8080", "[:]80"])
PATHS = st.one_of(st.just(""), st.lists(ODD, max_size=5).map(lambda parts: "/" + "".join(parts)))
TEXTS = st.one_of(
    st.tuples(SCHEMES, USERS, HOSTS, PORTS, PATHS).map("".join),
    st.lists(ODD, max_size=6).map("".join),
    st.sampled_from([MD5, "a" * 40, "B" * 64, ":".join(["AB"] * 20)]),
    st.text(max_size=20),
)


def attempt(kind: IndicatorType | None, text: str) -> tuple[IndicatorType | None, str]:
    """The one form, or None and the reason."""
    try:
        return canonical(kind, text)
    except NotAnIndicator as refusal:
        return None, refusal.reason


@settings(max_examples=1_000, deadline=None)
@given(TEXTS, st.sampled_from([None, None, *IndicatorType]))
def test_the_one_form_of_the_one_form_is_itself(text: str, kind: IndicatorType | None) -> None:
    found, value = attempt(kind, text)

    if found is None:
        assert value in REASONS
        return
    assert canonical(found, value) == (found, value)
    assert value.isascii()
    assert value.isprintable()


@settings(max_examples=500, deadline=None)
@given(st.one_of(TEXTS, st.tuples(st.just("http://evil.example/"), TEXTS).map("".join)))
def test_the_short_road_leads_where_the_long_one_does(text: str) -> None:
    if name := plain_type(text):
        assert (name, text) == (guess(text), canonical(IndicatorType(name), text)[1])


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_the_matcher_and_the_records_agree_on_a_url(text: str) -> None:
    found, value = attempt(IndicatorType.URL, text)

    assert found is None or url_key(value) == (value.partition("://")[2] or value)
