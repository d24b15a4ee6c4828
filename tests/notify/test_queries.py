from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from tests.notify.conftest import MailServer, notify
from varde.accounts.models import User
from varde.constituency.models import Organisation
from varde.notify.actions.delivery import deliver_due
from varde.notify.queries import (
    deliveries_visible_to,
    outbox_page,
)


def test_who_sees_the_outbox(
    hospital: Organisation,
    analyst: User,
    auditor: User,
    leader: User,
    contact: User,
    stranger: User,
) -> None:
    notify(hospital)

    assert [deliveries_visible_to(p).count() for p in (analyst, auditor)] == [1, 1]
    assert [deliveries_visible_to(p).count() for p in (leader, contact, stranger)] == [0, 0, 0]


def test_the_outbox_is_filtered_by_state_and_member(
    hospital: Organisation, pharmacy: Organisation, analyst: User, mail_server: MailServer
) -> None:
    notify(hospital)
    deliver_due(now=timezone.now(), worker="w", limit=10)
    mail_server.to_recipient = "550 no"
    notify(pharmacy)
    deliver_due(now=timezone.now(), worker="w", limit=10)
    notify(pharmacy, key="waiting")

    assert [d.address for d in outbox_page(analyst, state="failed")] == [
        "security@torg-pharmacy.example"
    ]
    assert outbox_page(analyst, state="nonsense").count() == 3
    assert outbox_page(analyst, organisation_id=hospital.pk).count() == 1


def test_a_page_of_the_outbox_costs_the_same_however_long(
    hospital: Organisation, analyst: User, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            for delivery in outbox_page(analyst)[:50]:
                assert delivery.notification.organisation.name
                assert list(delivery.attempts.all()) is not None
        return len(queries)

    notify(hospital)
    few = cost()
    for n in range(5):
        notify(hospital, key=f"more-{n}")
    deliver_due(now=timezone.now(), worker="w", limit=50)

    assert cost() == few == 2
