from varde.notify.text import wire_address


def test_an_address_goes_out_with_the_domain_of_dns() -> None:
    assert wire_address("Vakt@Løten.example") == "Vakt@xn--lten-gra.example"
    assert wire_address("vakt@straße.example") == "vakt@xn--strae-oqa.example"
