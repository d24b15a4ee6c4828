"""Host names and addresses in their one form, where ``canonical`` does not reach them."""

import pytest

from varde.intel import names
from varde.intel.errors import NotAnIndicator


def test_a_name_of_labels_in_any_writing_is_one_name() -> None:
    assert names.domain("BLÅBÆR.example") == names.domain("xn--blbr-roah.example")


def test_names_that_only_look_alike_stay_apart() -> None:
    assert names.domain("helsenеtt.no") != names.domain("helsenett.no")


@pytest.mark.parametrize("text", ["1", "65535"])
def test_a_port_is_a_number(text: str) -> None:
    assert names.port(text) == int(text)


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "８０", "1e3"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(NotAnIndicator, match="bad_port"):
        names.port(text)


def test_the_host_of_a_url_may_be_an_address_in_brackets() -> None:
    assert names.host("[2001:DB8::1]") == "[2001:db8::1]"
    assert names.host("198.51.100.7") == "198.51.100.7"
    assert names.host("EVIL.example.") == "evil.example"
