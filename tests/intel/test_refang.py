"""Defanged indicators become what they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.intel.refang import has_unprintable, refang


@pytest.mark.parametrize(
    ("defanged", "plain"),
    [
        ("hxxp://a.example", "http://a.example"),
        ("hXXps://a.example", "https://a.example"),
        ("h**p://a.example", "http://a.example"),
        ("meow://a.example", "http://a.example"),
        ("fxp://a.example", "ftp://a.example"),
        ("hxxp[://]a[.]example", "http://a.example"),
        ("http[:]//a.example", "http://a.example"),
        ("http:[//]a.example", "http://a.example"),
        ("http:///a.example", "http://a.example"),
        ("a[.]example", "a.example"),
        ("a(.)example", "a.example"),
        ("a{.}example", "a.example"),
        ("a [.] example", "a.example"),
        ("a[dot]example", "a.example"),
        ("a (DOT) example", "a.example"),
        ("a[.example", "a.example"),
        ("a.]example", "a.example"),
        ("a\\.example", "a.example"),
        ("me[@]a.example", "me@a.example"),
        ("me[at]a.example", "me@a.example"),
        ("me (at) a[.]example", "me@a.example"),
        ("198[.]51[.]100[.]7", "198.51.100.7"),
        ("２００１：ｄｂ８：：１", "2001:db8::1"),
        ("a。example", "a.example"),
        ("a\u200b.example\ufeff", "a.example"),
        ("“a.example”", "a.example"),
        ("'a.example',", "a.example"),
        ("[2001:db8::1]", "[2001:db8::1]"),
    ],
)
def test_what_was_made_harmless_is_readable_again(defanged: str, plain: str) -> None:
    assert refang(defanged) == plain


NAMES = st.lists(st.text(alphabet="abcxyz019", min_size=1, max_size=8), min_size=2, max_size=5).map(
    ".".join
)


@given(NAMES, st.sampled_from(["[.]", "(.)", "{.}", "[dot]", "\\."]))
def test_a_name_survives_any_way_of_defanging(name: str, dot: str) -> None:
    assert refang(name.replace(".", dot)) == name


@given(st.text(alphabet="h*xtp:/[](){}<>.@ \\a", max_size=30))
def test_any_text_comes_to_rest(text: str) -> None:
    last, now = None, text
    for _ in range(40):
        last, now = now, refang(now)
        if last == now:
            return
    raise AssertionError(text)


def test_control_characters_and_half_surrogates_are_seen() -> None:
    assert has_unprintable("a\nb")
    assert has_unprintable("å\x7f")
    assert has_unprintable("å\ud800")
    assert not has_unprintable("blåbær")
