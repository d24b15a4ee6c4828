"""The bytes that go over the wire."""

from email import message_from_bytes, policy

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.notify.conftest import notify
from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.notify.channels.email import build
from varde.notify.enums import DeliveryState
from varde.notify.errors import NotifyError
from varde.notify.models import Delivery

HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip


def only_delivery(organisation: Organisation, **changes: object) -> Delivery:
    return notify(organisation, **changes).deliveries.get()


def test_the_same_delivery_gives_the_same_bytes(hospital: Organisation) -> None:
    delivery = only_delivery(hospital)

    assert build(delivery).as_bytes() == build(delivery).as_bytes()


def test_text_and_html_are_alternatives_in_seven_bits(hospital: Organisation) -> None:
    delivery = only_delivery(hospital, text="Blåbærsyltetøy\n" * 3 + "x" * 5000, html="<p>Æ</p>")

    raw = build(delivery).as_bytes()
    message = message_from_bytes(raw, policy=policy.default)

    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) < 998
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert "Blåbærsyltetøy" in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize("tlp", TLP)
def test_the_label_stands_in_subject_and_body(hospital: Organisation, tlp: TLP) -> None:
    message = build(only_delivery(hospital, tlp=tlp))

    assert message["Subject"].startswith(f"[{tlp.label}]")
    assert tlp.label in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\nBcc: everybody@evil.example",
        "a@b.example\r\n\r\nbody",
        "alice@hospital.no )bob@evil.example",
        '"alice@hospital.no" <bob@evil.example>',
        "a@b.example, c@d.example",
        "-oQ/x",
        "bjørn@b.example",
        "",
        "@",
    ],
)
def test_what_is_no_plain_address_is_refused_for_good(hospital: Organisation, address: str) -> None:
    delivery = only_delivery(hospital)
    delivery.address = address

    with pytest.raises(NotifyError) as refusal:
        build(delivery)

    assert refusal.value.permanent


def test_a_norwegian_domain_is_written_as_in_dns(hospital: Organisation) -> None:
    delivery = only_delivery(hospital)
    delivery.address = "post@sjøhelse.example"

    assert build(delivery)["To"] == "post@xn--sjhelse-r1a.example"


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(subject=st.text(max_size=400), text=st.text(max_size=400))
def test_no_text_adds_a_header_or_a_recipient(
    hospital: Organisation, subject: str, text: str
) -> None:
    with transaction.atomic():
        delivery = only_delivery(hospital, subject=subject, text=text, key="injected")
        raw = build(delivery).as_bytes()
        transaction.set_rollback(True)

    message = message_from_bytes(raw, policy=policy.default)
    assert set(message.keys()) == HEADERS
    assert message["To"] == "security@fjord-hospital.example"


@pytest.mark.parametrize("state", DeliveryState)
def test_the_secret_is_shown_only_where_the_mail_was_captured(
    hospital: Organisation, state: DeliveryState
) -> None:
    delivery = only_delivery(hospital, text="https://x/s3cr3t/", secret="s3cr3t")
    delivery.state = state

    assert b"s3cr3t" in build(delivery, to_send=True).as_bytes()
    assert (b"s3cr3t" in build(delivery).as_bytes()) == (state == DeliveryState.CAPTURED)
