"""The page behind the link: what it shows, what it takes, and that nobody else's is there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from tests.incidents.conftest import MakeAlert
from varde.accounts.models import User
from varde.constituency.models import Organisation
from varde.incidents.actions.answer import LONGEST_COMMENT
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Answer, Notice
from varde.monitoring.models import Alert


@pytest.fixture
def notices(three: list[Alert], analyst: User) -> dict[str, Notice]:
    return {n.member.handle: n for n in send_notices(alerts=three, actor=analyst)}


@pytest.fixture
def notice(notices: dict[str, Notice]) -> Notice:
    return notices["fjord-hospital"]


@pytest.fixture
def link(notice: Notice) -> str:
    return f"/n/{notice.notification.secret}/"


def test_the_page_shows_the_notice_in_the_members_language(
    client: Client, notices: dict[str, Notice]
) -> None:
    said = {
        "fjord-hospital": ("nb", "Hva vi så", "192.0.2.5"),
        "torg-pharmacy": ("nn", "Kva vi såg", "198.51.100.7"),
        "dal-municipality": ("en", "What we saw", "2001:db8:da1::9"),
    }
    for handle, (language, heading, host) in said.items():
        page = client.get(f"/n/{notices[handle].notification.secret}/")
        html = page.content.decode()

        assert page.status_code == 200
        assert page["Content-Language"] == language
        assert f'<html lang="{language}"' in html
        assert heading in html
        assert host in html
        for other, (_, _, theirs) in said.items():
            assert other == handle or theirs not in html


def test_a_reader_may_choose_another_language(client: Client, link: str) -> None:
    client.cookies["django_language"] = "en"

    assert "What we saw" in client.get(link).content.decode()


def test_the_page_is_kept_out_of_caches_search_engines_and_other_sites_logs(
    client: Client, link: str
) -> None:
    for response in (client.get(link), client.post(link, {"kind": "fixed"})):
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"].startswith("noindex")
        assert response["Referrer-Policy"] == "same-origin"
        assert "default-src 'none'" in response["Content-Security-Policy"]


def test_opening_changes_nothing_but_that_it_was_opened(
    client: Client, link: str, notice: Notice
) -> None:
    for _ in range(3):
        client.head(link)
    notice.refresh_from_db()
    assert notice.first_opened_at is None

    for _ in range(3):
        client.get(f"{link}?kind=fixed&comment=x")

    notice.refresh_from_db()
    assert notice.first_opened_at is not None
    assert not Answer.objects.exists()


def test_an_answer_needs_no_account_no_cookie_and_no_script(link: str, notice: Notice) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(link, {"kind": "need_help", "comment": "Hjelp!\nRing."})

    assert response.status_code == 302
    assert response["Location"] == f"{link}#answer"
    answer = notice.answers.get()
    assert (answer.kind, answer.comment) == ("need_help", "Hjelp!\nRing.")
    html = strict.get(link).content.decode()
    assert "Takk. Vi har fått svaret deres." in html
    assert "Trenger hjelp" in html
    assert "Hjelp!" in html


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Velg ett av svarene."),
        ({"kind": "maybe"}, "Velg ett av svarene."),
        ({"kind": "fixed", "comment": "x" * (LONGEST_COMMENT + 1)}, "lengre enn 4000 tegn"),
        ({"kind": "fixed", "comment": "a\0b"}, "tegn som ikke er tekst"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_written(
    client: Client, link: str, data: dict[str, str], words: str
) -> None:
    response = client.post(link, data | {"comment": data.get("comment", "keep me")})

    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert "keep me" in html or "comment" in data
    assert not Answer.objects.exists()


def test_a_flood_of_answers_is_refused_with_a_telephone_call(client: Client, link: str) -> None:
    for _ in range(20):
        client.post(link, {"kind": "fixed"})

    response = client.post(link, {"kind": "fixed"})

    assert response.status_code == 422
    assert "Ring oss i stedet" in response.content.decode()


@pytest.mark.parametrize("token", ["x", "%00", "%C3%A6", "0" * 43, "a" * 2000, "..%2F..%2Fetc"])
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_an_unknown_link_is_a_friendly_404(
    client: Client, notice: Notice, token: str, method: str, settings: Settings
) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"organisation_phone": "+47 22 22 22 22"})

    response = getattr(client, method)(f"/n/{token}/")

    assert response.status_code == 404
    if method != "head" and "2F" not in token:
        assert "+47 22 22 22 22" in response.content.decode()
        assert response["Cache-Control"] == "no-store"


def test_a_link_that_is_too_old_is_gone(client: Client, link: str, notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(
        link_expires_at=timezone.now() - timedelta(seconds=1)
    )

    for response in (client.get(link), client.post(link, {"kind": "fixed"})):
        assert response.status_code == 410
        assert "Lenken er for gammel" in response.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_verbs_are_not_taken(client: Client, link: str, method: str) -> None:
    assert getattr(client, method)(link).status_code == 405


def test_what_others_wrote_is_shown_and_not_run(
    client: Client, hospital: Organisation, make_alert: MakeAlert, analyst: User
) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'
    alert = make_alert(
        hospital, "192.0.2.5", title=attack, indicator=attack, event={"observed": attack}
    )
    hospital.name = attack
    hospital.save()
    [notice] = send_notices(alerts=[alert], actor=analyst)
    link = f"/n/{notice.notification.secret}/"
    client.post(link, {"kind": "fixed", "comment": attack})

    html = client.get(link).content.decode()

    assert "<script>alert" not in html
    assert "<img" not in html
    assert "alert(1)" in html
    assert "{{7*7}}" in html


def test_a_page_costs_the_same_however_much_it_shows(
    client: Client, link: str, notice: Notice
) -> None:
    client.get(link)
    with CaptureQueriesContext(connection) as few:
        client.get(link)
    notice.refresh_from_db()
    notice.evidence = notice.evidence * 100
    notice.findings = notice.findings * 50
    notice.save()
    for _ in range(5):
        client.post(link, {"kind": "fixed"})
    with CaptureQueriesContext(connection) as many:
        client.get(link)

    assert len(few) == len(many) <= 4
