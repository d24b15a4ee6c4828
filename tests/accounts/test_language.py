"""Whose language a page speaks."""

import pytest
from django.test import Client

from varde.accounts.models import User

pytestmark = pytest.mark.django_db


def language_of(client: Client) -> str:
    content = client.get("/accounts/2fa/", follow=True).content.decode()
    return content.split('<html lang="', 1)[1].split('"', 1)[0]


def test_a_page_speaks_the_users_language_whatever_the_browser_says(
    client: Client, contact: User
) -> None:
    contact.language = "nn"
    contact.save()
    client.force_login(contact)
    client.cookies["django_language"] = "en"

    assert language_of(client) == "nn"


def test_a_language_chosen_is_kept_with_the_user(client: Client, contact: User) -> None:
    client.force_login(contact)

    client.post("/language/", {"language": "en", "next": "/"})

    contact.refresh_from_db()
    assert contact.language == "en"
    assert language_of(client) == "en"


def test_a_language_that_is_none_changes_nothing(client: Client, contact: User) -> None:
    client.force_login(contact)

    response = client.post("/language/", {"language": "tlh", "next": "/"})

    assert response.status_code == 302
    assert language_of(client) == "nb"


def test_a_stranger_gets_the_browsers_language(client: Client) -> None:
    response = client.get("/accounts/login/", headers={"accept-language": "nn"})

    assert 'lang="nn"' in response.content.decode()
