"""What is written down about logging in."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.accounts.ways_in import PASSWORD, link_for, sign_in
from varde.accounts.models import User
from varde.base.models import AuditEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_logging_in_is_written_down(client: Client, contact: User) -> None:
    client.post(link_for(contact))

    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "user.create_login_link",
        "user.use_login_link",
        "user.login",
    ]


def test_a_changed_password_ends_other_sessions(client: Client, member: User) -> None:
    sign_in(client, member.email, PASSWORD)
    other = Client()
    sign_in(other, member.email, PASSWORD)

    response = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": PASSWORD * 2, "password2": PASSWORD * 2},
    )

    assert response.status_code == 302
    assert client.get("/accounts/2fa/").status_code == 200
    assert other.get("/accounts/2fa/").status_code == 302
    assert AuditEntry.objects.filter(action="user.password").count() == 1
