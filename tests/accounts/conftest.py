import pytest
from django.test import Client

from tests.accounts.sessions import force_login_without_second_factor
from varde.accounts.models import User


@pytest.fixture
def half(client: Client, analyst: User) -> Client:
    """An analyst who has logged in and proved no second factor."""
    force_login_without_second_factor(client, analyst)
    return client
