"""Every reason that can be given is put into words."""

import re
from pathlib import Path

import pytest
from django.utils import translation

import varde.intel
from varde.intel.reasons import REASONS, reason_text

GIVEN = re.compile(r'(?:NotAnIndicator|NotAFeed|reason=|yield [A-Za-z]+\(.*?,)\(?"([a-z0-9_]{4,})"')


def test_every_code_that_the_source_gives_has_a_sentence() -> None:
    folder = Path(varde.intel.__file__).parent
    given = {code for path in folder.rglob("*.py") for code in GIVEN.findall(path.read_text())}

    assert len(given) > 25
    assert given <= set(REASONS)


def test_a_reason_says_what_it_is_about() -> None:
    with translation.override("en"):
        assert reason_text("private_address") == "The address is a private one."
        assert reason_text("public_resolver:8.8.8.8") == "It is a public DNS resolver (8.8.8.8)."
        assert reason_text("something_new") == "something_new"


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_reason_is_translated(language: str) -> None:
    with translation.override("en"):
        english = {code: reason_text(code) for code in REASONS}
    with translation.override(language):
        assert not [code for code in REASONS if reason_text(code) == english[code]]
