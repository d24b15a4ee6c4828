"""Secrets in links."""

import re

from hypothesis import given
from hypothesis import strategies as st

from varde.base.tokens import digest_of, new_token


def test_a_token_is_long_and_fits_a_url_and_has_its_digest() -> None:
    token, digest = new_token()

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert digest == digest_of(token)
    assert token not in digest


def test_no_two_tokens_are_alike() -> None:
    assert len({new_token()[0] for _ in range(10_000)}) == 10_000


@given(st.text(st.characters()))
def test_any_text_has_a_digest(text: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", digest_of(text))
