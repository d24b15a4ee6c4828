"""A member's contact sees its own, and the pages of others are not there."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.incidents.conftest import MakeAlert, claim
from varde.accounts.models import User
from varde.base.marking import TLP
from varde.constituency.models import Organisation
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Answer, Notice


@pytest.fixture
def notices(
    hospital: Organisation, pharmacy: Organisation, make_alert: MakeAlert, analyst: User
) -> tuple[Notice, Notice]:
    own, other = send_notices(
        alerts=[make_alert(hospital, "192.0.2.5"), make_alert(pharmacy, "198.51.100.7")],
        actor=analyst,
    )
    return own, other


def page(client: Client, user: User, path: str) -> str:
    client.force_login(user)
    response = client.get(path)
    assert response.status_code == 200, path
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_a_contact_sees_its_own_notices_and_alerts_only(
    client: Client, notices: tuple[Notice, Notice], contact: User, outsider: User
) -> None:
    own, other = notices

    for path in ("/members/", "/members/alerts/"):
        assert "Fjord Hospital" in page(client, contact, path)
        assert "Torg Pharmacy" not in page(client, contact, path)
        assert "Torg Pharmacy" in page(client, outsider, path)
    assert "192.0.2.5" in page(client, contact, f"/members/notices/{own.uid}/")
    assert "198.51.100.7" in page(client, outsider, f"/members/notices/{other.uid}/")


def test_every_page_is_closed_to_others(
    client: Client,
    notices: tuple[Notice, Notice],
    outsider: User,
    stranger: User,
    analyst: User,
) -> None:
    own, _ = notices
    theirs = f"/members/notices/{own.uid}/"
    paths = ["/members/", "/members/alerts/", theirs]

    for path in paths:
        assert client.get(path).status_code == 302
        assert client.get(path)["Location"].startswith("/accounts/login/")
    client.force_login(outsider)
    for uid in (own.uid, uuid4()):
        for response in (
            client.get(f"/members/notices/{uid}/"),
            client.post(f"/members/notices/{uid}/", {"kind": "fixed"}),
            client.head(f"/members/notices/{uid}/"),
        ):
            assert response.status_code == 404
    client.force_login(stranger)
    assert client.get(theirs).status_code == 404
    for path in ("/members/", "/members/alerts/"):
        html = client.get(path).content.decode()
        assert "Fjord Hospital" not in html
        assert "Torg Pharmacy" not in html
    client.force_login(analyst)
    for path in paths:
        assert client.get(path).status_code in {302, 404}
    assert not Answer.objects.exists()


def test_a_contact_answers_under_its_own_name(
    client: Client, notices: tuple[Notice, Notice], contact: User
) -> None:
    own, _ = notices
    client.force_login(contact)
    path = f"/members/notices/{own.uid}/"

    wrong = client.post(path, {"kind": "maybe"})
    right = client.post(path, {"kind": "fixed", "comment": "Reinstalled."}, follow=True)

    assert wrong.status_code == 422
    assert "Reinstalled." in right.content.decode()
    assert own.answers.get().answered_by == contact
    assert "Løst" in page(client, contact, "/members/")


def test_forms_need_the_csrf_token(notices: tuple[Notice, Notice], contact: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(contact)

    response = strict.post(f"/members/notices/{notices[0].uid}/", {"kind": "fixed"})

    assert response.status_code == 403


def test_a_contact_whose_time_is_over_sees_nothing(
    client: Client, notices: tuple[Notice, Notice], contact: User
) -> None:
    contact.contacts.update(valid_to=timezone.now())
    client.force_login(contact)

    assert client.get(f"/members/notices/{notices[0].uid}/").status_code == 404
    assert "Fjord Hospital" not in client.get("/members/").content.decode()


def test_alerts_are_cut_as_notices_are(
    client: Client, hospital: Organisation, make_alert: MakeAlert, contact: User
) -> None:
    secret = {"claims": [claim("Secret partner", TLP.AMBER_STRICT)]}
    make_alert(hospital, "192.0.2.5", title="Contact with canary", tlp=TLP.AMBER_STRICT, why=secret)

    html = page(client, contact, "/members/alerts/")

    assert "canary" not in html
    assert "Secret partner" not in html
    assert "Detaljer på forespørsel" in html


def test_lists_cost_the_same_however_long_they_are(
    client: Client, hospital: Organisation, make_alert: MakeAlert, analyst: User, contact: User
) -> None:
    def cost() -> list[int]:
        counts = []
        for path in ("/members/", "/members/alerts/"):
            with CaptureQueriesContext(connection) as queries:
                page(client, contact, path)
            counts.append(len(queries))
        return counts

    send_notices(alerts=[make_alert(hospital, "192.0.2.5")], actor=analyst)
    cost()
    few = cost()
    for n in range(4):
        send_notices(alerts=[make_alert(hospital, f"192.0.2.{10 + n}")], actor=analyst)

    assert cost() == few
