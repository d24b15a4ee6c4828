from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from tests.accounts.sessions import force_login_without_second_factor
from tests.accounts.ways_in import PASSWORD
from varde.accounts.models import User


@pytest.fixture(autouse=True)
def _fresh_counters() -> Iterator[None]:
    """What allauth counts in memory would last across tests."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def half(client: Client, analyst: User) -> Client:
    """An analyst who has logged in and proved no second factor."""
    force_login_without_second_factor(client, analyst)
    return client


@pytest.fixture
def member(contact: User) -> User:
    """A member's contact who has a password."""
    contact.set_password(PASSWORD)
    contact.save()
    return contact
