import pytest
from django.test import Client
from pytest_django import Settings

from varde.accounts.models import User


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Har dere fått et varsel fra oss?"),
        ("nn", "Har de fått eit varsel frå oss?"),
        ("en", "Have you received a notice from us?"),
    ],
)
def test_the_front_page_says_what_to_do(
    client: Client, settings: Settings, language: str, words: str
) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"organisation_phone": "+47 22 22 22 22"})
    client.cookies["django_language"] = language

    html = client.get("/").content.decode()

    assert words in html
    assert 'href="tel:+4722222222"' in html
    assert "/accounts/login/" in html


def test_who_is_logged_in_goes_to_their_own_first_page(
    client: Client, contact: User, leader: User
) -> None:
    client.force_login(contact)
    assert client.get("/")["Location"] == "/members/"

    client.force_login(leader)
    assert client.get("/")["Location"].startswith(("/console/", "/accounts/"))


@pytest.mark.django_db
def test_the_front_page_only_reads(client: Client) -> None:
    assert client.post("/").status_code == 405
