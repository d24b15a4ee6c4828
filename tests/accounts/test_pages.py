"""Every page of logging in renders, in each language."""

import pytest
from django.test import Client

from varde.accounts.enums import Language
from varde.accounts.models import User

pytestmark = pytest.mark.django_db
OPEN = ["login/", "signup/", "inactive/"]
OWN = [
    "logout/",
    "password/set/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
]


@pytest.mark.parametrize("path", OPEN)
def test_open_pages_render(client: Client, path: str) -> None:
    response = client.get(f"/accounts/{path}")

    assert response.status_code == 200
    assert b"<h1>" in response.content


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("path", OWN)
def test_pages_of_whoever_is_in_render(
    client: Client, analyst: User, path: str, language: str
) -> None:
    analyst.language = language
    analyst.save()
    client.force_login(analyst)

    response = client.get(f"/accounts/{path}")

    assert response.status_code in {200, 302}
    if response.status_code == 200:
        assert f'lang="{language}"' in response.content.decode()
        assert b"<h1>" in response.content
