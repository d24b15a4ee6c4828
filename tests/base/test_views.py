import pytest
from django.test import Client


def test_an_appearance_is_kept_in_a_cookie(client: Client) -> None:
    answer = client.post("/appearance/", {"scheme": "dark", "next": "/console/alerts/?text=x"})

    assert answer["Location"] == "/console/alerts/?text=x"
    cookie = answer.cookies["scheme"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("dark", True, "Lax")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_the_way_back_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    answer = client.post("/appearance/", {"scheme": "light", "next": elsewhere})

    assert answer["Location"] == "/"


def test_an_appearance_nobody_knows_is_not_kept(client: Client) -> None:
    assert "scheme" not in client.post("/appearance/", {"scheme": "neon"}).cookies
    assert client.get("/appearance/").status_code == 405
