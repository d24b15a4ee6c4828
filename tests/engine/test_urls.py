"""One form for URLs that a server cannot tell apart; hosts of whatever names one."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.engine.detect.urls import hosts, url_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://evil.example", "evil.example/"),
        ("HTTP://a@Evil.Example:80/%7ea#x", "evil.example/~a"),
        ("https://evil.example:443/a", "evil.example/a"),
        ("https://evil.example:80/a", "evil.example:80/a"),
        ("evil.example/a%2fb", "evil.example/a%2Fb"),
        ("evil.example?x=1", "evil.example/?x=1"),
        ("http://[2001:DB8::1]:8080/a", "[2001:db8::1]:8080/a"),
        ("http://evil.example/ø", "evil.example/%C3%B8"),
        ("http://good.example@evil.example/", "evil.example/"),
        ("", "/"),
    ],
)
def test_the_form_of_a_url(url: str, key: str) -> None:
    assert url_key(url) == key


@given(st.text(alphabet="ahtp:/?#@[].%7eE\x00é ", max_size=40))
def test_the_form_of_any_text_is_stable(text: str) -> None:
    key = url_key(text)

    assert url_key(f"http://{key}") in {key, url_key(key)}


def test_hosts_of_urls_mail_addresses_and_names() -> None:
    texts = [
        "Evil.Example.",
        "http://u:p@evil.example:8080/a@b",
        "evil.example:80",
        "a@evil.example",
        "[2001:db8::1]:443",
        "198.51.100.1",
        "http://evil.example?x",
    ]

    assert hosts(pa.array(texts)).to_pylist() == [
        "evil.example",
        "evil.example",
        "evil.example",
        "evil.example",
        "2001:db8::1",
        "198.51.100.1",
        "evil.example",
    ]
