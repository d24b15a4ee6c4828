import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.monitoring.patterns import covers, lies_in, read_network, read_pattern


@pytest.mark.parametrize(
    ("pattern", "detection", "is_covered"),
    [
        ("suricata:2200000-2299999", "suricata:2200000", True),
        ("suricata:2200000-2299999", "suricata:2299999", True),
        ("suricata:2200000-2299999", "suricata:2300000", False),
        ("suricata:2200000-2299999", "indicator:domain:2200001.example", False),
        ("suricata:2027863", "suricata:2027863", True),
        ("suricata:2027863", "suricata:20278630", False),
        ("indicator:domain:evil.example", "indicator:domain:evil.example", True),
        ("indicator:domain:evil.example", "indicator:domain:sub.evil.example", False),
    ],
)
def test_a_pattern_covers_what_it_names_and_nothing_else(
    pattern: str, detection: str, is_covered: object
) -> None:
    assert covers(read_pattern(pattern), detection) is is_covered


@pytest.mark.parametrize(
    "text", ["", "*", "suricata:", "suricata:9-1", "suricata:1-", "indicator:", "zeek:1", "1-2"]
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_pattern(text)


@given(st.text())
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        covers(read_pattern(text), text)
    except ValueError:
        return


def test_an_address_lies_in_its_network_in_either_form() -> None:
    network = read_network("192.0.2.0/24")

    assert lies_in(network, "192.0.2.7")
    assert lies_in(network, "::ffff:192.0.2.7")
    assert not lies_in(network, "192.0.3.7")
    assert not lies_in(network, "2001:db8::1")
    assert not lies_in(network, "no address")
