"""The migration that protects the audit tables goes both ways."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from varde.base import audit

DELETE = "DELETE FROM base_auditentry"


@pytest.mark.django_db(transaction=True)
def test_the_protection_can_be_taken_off_and_put_on_again() -> None:
    with transaction.atomic():
        audit.record(None, "thing.do", "thing")

    call_command("migrate", "base", "0001", verbosity=0)
    try:
        with connection.cursor() as cursor:
            cursor.execute(DELETE)
    finally:
        call_command("migrate", "base", verbosity=0)
    with transaction.atomic():
        audit.record(None, "thing.do", "thing")

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(DELETE)
