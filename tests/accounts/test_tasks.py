"""What is tidied up at night."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from varde.accounts.actions.login import create_login_link
from varde.accounts.models import LoginLink, User
from varde.accounts.tasks import KEEP_LINKS, tidy_logins
from varde.base.jobs import schedules

pytestmark = pytest.mark.django_db


def test_sessions_and_links_that_ended_are_removed(client: Client, contact: User) -> None:
    client.force_login(contact)
    old = timezone.now() - KEEP_LINKS - timedelta(days=2)
    create_login_link(user=contact, now=old)
    create_login_link(user=contact, now=timezone.now())
    Session.objects.create(session_key="old", session_data="", expire_date=old)

    tidy_logins.call()

    assert LoginLink.objects.count() == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == [
        client.session.session_key
    ]


def test_it_runs_by_itself() -> None:
    assert tidy_logins.module_path in schedules()
