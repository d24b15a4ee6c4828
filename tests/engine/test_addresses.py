from ipaddress import IPv4Address, IPv6Address, ip_address

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from varde.engine.enrich.addresses import parse_addresses


def parsed(texts: list[str | None]) -> list[IPv4Address | IPv6Address | None]:
    """What the column parser reads, row by row."""
    addresses = parse_addresses(pa.array(texts, pa.string()))
    found: list[IPv4Address | IPv6Address | None] = [None] * len(texts)
    for row, value in zip(addresses.v4_rows.tolist(), addresses.v4.tolist(), strict=True):
        found[row] = IPv4Address(value)
    octets = addresses.v6.view(np.uint8).reshape(-1, 16)
    for row, value in zip(addresses.v6_rows.tolist(), octets, strict=True):
        found[row] = IPv6Address(value.tobytes())
    return found


def one_by_one(text: str | None) -> IPv4Address | IPv6Address | None:
    """What the standard library reads; an address with a zone names no one host on earth."""
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return None
    return getattr(address, "ipv4_mapped", None) or address


almost_addresses = st.one_of(
    st.none(),
    st.ip_addresses().map(str),
    st.ip_addresses(v=6).map(lambda address: address.exploded.upper()),
    st.ip_addresses(v=4).map("::ffff:{}".format),
    st.ip_addresses(v=4).map("::{}".format),
    st.text("0123456789.", max_size=17),
    st.text("0123456789abcdefABCDEF:.", max_size=46),
    st.lists(st.integers(0, 300).map(str), min_size=3, max_size=5).map(".".join),
    st.lists(st.sampled_from(["0", "00", "01", "1", "256", "x", ""]), max_size=5).map(".".join),
    st.text(max_size=20),
)


@given(st.lists(almost_addresses, max_size=40))
@settings(max_examples=400, deadline=None)
def test_the_column_parser_reads_what_the_standard_library_reads(texts: list[str | None]) -> None:
    assert parsed(texts) == [one_by_one(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.04",
        "1.2.3.256",
        "1.2.3.4:80",
        "0x7f.1.1.1",
        "1..2.3",
        ".1.2.3",
        "1.2.3.",
        "1,2,3,4",
        "١.٢.٣.٤",
        "1.2.3.4/24",
        "fe80::1%eth0",
        ":::",
        "::1::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "12345::",
        "::g",
        "[::1]",
        "",
        " ",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.4\x00",
        "::1\x00",
        "::1 ",
    ],
)
def test_what_is_not_an_address_in_full_is_none(text: str) -> None:
    # Beside addresses, so that a wrong neighbour cannot shift what is read.
    assert parsed(["192.0.2.1", text, "2001:db8::1"]) == [
        ip_address("192.0.2.1"),
        None,
        ip_address("2001:db8::1"),
    ]


def test_rows_keep_their_places_across_blocks() -> None:
    texts: list[str | None] = []
    for number in range(50_000):
        texts += [str(IPv4Address(number * 85_899)), None, str(IPv6Address(number << 100))]

    assert parsed(texts) == [one_by_one(text) for text in texts]


def test_bytes_behind_a_null_are_not_read() -> None:
    # Arrow allows any bytes where a row is null; here they spell an address.
    offsets, data = np.array([0, 9, 18], dtype=np.int32), b"192.0.2.1192.0.2.2"
    buffers = [pa.py_buffer(b"\x02"), pa.py_buffer(offsets), pa.py_buffer(data)]
    column = pa.Array.from_buffers(pa.string(), 2, buffers)

    addresses = parse_addresses(column)

    assert column.to_pylist() == [None, "192.0.2.2"]
    assert addresses.v4_rows.tolist() == [1]
