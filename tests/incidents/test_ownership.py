import pytest

from varde.incidents.ownership import Ownership, same_address

HOSPITAL, PHARMACY, SUPPLIER = 1, 2, 3


@pytest.fixture
def ownership() -> Ownership:
    return Ownership(
        [
            ("network", "192.0.2.0/24", HOSPITAL),
            ("network", "2001:db8:1::/48", HOSPITAL),
            ("domain", "fjord-hospital.example", HOSPITAL),
            ("domain", "xn--sjhelse-r1a.example", HOSPITAL),
            ("name", "Fjord Hospital", HOSPITAL),
            ("network", "198.51.0.0/16", SUPPLIER),
            ("domain", "drift.example", SUPPLIER),
            ("network", "198.51.100.0/24", PHARMACY),
            ("domain", "torg.drift.example", PHARMACY),
            ("name", "Torg", PHARMACY),
        ]
    )


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.77",
        "http://192.0.2.77:8080/x",
        "::ffff:192.0.2.77",
        "[2001:db8:1::9]:443",
        "host=2001:DB8:1::9;",
        "77.2.0.192.in-addr.arpa",
        "9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        "fjord-hospital.example",
        "FJORD-HOSPITAL.EXAMPLE.",
        "https://user@mail.fjord-hospital.example/login?next=/",
        "security@fjord-hospital.example",
        "mail.fjord-hospital[.]example",
        "mail.fjord-hospital(dot)example",
        "https://evil.test/?u=https%3A%2F%2Ffjord-hospital%2Eexample",
        "fjord-hospital.example.login.evil.test",
        "sjøhelse.example",
        "Phishing against FJORD hospital, wave 2",
    ],
)
def test_what_names_a_member_is_found_in_any_writing(ownership: Ownership, text: str) -> None:
    assert ownership.names_another(text, than=PHARMACY)
    assert not ownership.names_another(text, than=HOSPITAL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "203.0.113.66",
        "evil.test",
        "notfjord-hospital.example",
        "fjord-hospital.example2",
        "drift",
        "1.2",
        "...",
        "::",
        "torg",
        "a" * 5000,
        ".".join("a" * 500),
    ],
)
def test_what_names_nobody_is_left_alone(ownership: Ownership, text: str) -> None:
    assert not ownership.names_another(text, than=HOSPITAL)


def test_the_most_specific_owner_decides_whose_a_host_is(ownership: Ownership) -> None:
    assert ownership.of_address("198.51.100.7") == {SUPPLIER, PHARMACY}
    assert ownership.is_own("198.51.100.7", of=PHARMACY)
    assert not ownership.is_own("198.51.100.7", of=SUPPLIER)
    assert ownership.names_another("198.51.100.7", than=SUPPLIER)
    assert not ownership.names_another("www.torg.drift.example", than=PHARMACY)
    assert ownership.names_another("www.torg.drift.example", than=SUPPLIER)


def test_a_network_that_changed_hands_counts_for_both() -> None:
    ownership = Ownership(
        [("network", "10.1.0.0/16", HOSPITAL), ("network", "10.1.0.0/16", PHARMACY)]
    )

    assert ownership.names_another("10.1.2.3", than=HOSPITAL)
    assert ownership.names_another("10.1.2.3", than=PHARMACY)


def test_addresses_are_the_same_however_they_are_written() -> None:
    assert same_address("2001:db8::1", "2001:0DB8:0:0::1")
    assert same_address("::ffff:192.0.2.1", "192.0.2.1")
    assert not same_address("", "")
    assert not same_address("x", "y")


def test_a_name_with_sharp_s_is_its_owners_and_not_that_of_ss() -> None:
    ownership = Ownership([("domain", "xn--strae-oqa.example", HOSPITAL)])

    assert ownership.names_another("a_b.Straße.example.evil.test", than=PHARMACY)
    assert not ownership.names_another("strasse.example", than=PHARMACY)
