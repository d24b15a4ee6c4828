from django.db import transaction

from tests.notify.conftest import notify
from varde.base.models import AuditEntry
from varde.constituency.models import Organisation
from varde.notify.models import Delivery, Notification
from varde.notify.text import SECRET_MARK


def test_each_address_gets_one_delivery_with_a_message_id_of_its_own(
    hospital: Organisation,
) -> None:
    first = hospital.contacts.get()
    for role in ("duty", "technical"):
        hospital.contacts.create(role=role, email=first.email, valid_from=first.valid_from)
    hospital.contacts.create(role="duty", email="duty@fjord.example", valid_from=first.valid_from)
    hospital.contacts.create(role="duty", phone="+4711111111", valid_from=first.valid_from)

    notification = notify(hospital)

    deliveries = notification.deliveries.all()
    assert sorted(d.address for d in deliveries) == ["duty@fjord.example", first.email]
    assert len({d.message_id for d in deliveries}) == 2


def test_the_same_key_twice_is_one_notification(hospital: Organisation) -> None:
    assert notify(hospital).pk == notify(hospital, subject="Another").pk
    assert Notification.objects.count() == 1
    assert AuditEntry.objects.filter(action="notification.queue").count() == 1


def test_nothing_is_sent_where_the_cause_is_rolled_back(hospital: Organisation) -> None:
    with transaction.atomic():
        notify(hospital)
        transaction.set_rollback(True)

    assert not Delivery.objects.exists()


def test_the_secret_is_cut_out_of_the_stored_text(hospital: Organisation) -> None:
    secret = "s3cr3t-of-the-link"

    notification = notify(
        hospital,
        text=f"see https://x/{secret}/",
        html=f'<a href="https://x/{secret}/">',
        secret=secret,
    )

    notification.refresh_from_db()
    assert secret not in notification.text + notification.html
    assert SECRET_MARK in notification.text
    assert SECRET_MARK in notification.html


def test_a_subject_is_one_line(hospital: Organisation) -> None:
    notification = notify(hospital, subject="Notice\r\nBcc: everybody@evil.example\x00")

    assert notification.subject == "Notice Bcc: everybody@evil.example"
