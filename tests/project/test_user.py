"""``varde user`` and ``varde audit`` as a person meets them."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner, Result

from tests.base.append_only import unprotected
from varde.accounts.models import LoginLink, User
from varde.base.models import AuditEntry
from varde.constituency.models import Contact, Organisation
from varde.constituency.queries import organisations_visible_to
from varde.project.cli import app

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_a_user_is_added_with_a_link_that_logs_in(client: Client) -> None:
    done = run("user", "add", "ada@centre.example", "--role", "member", "--link", "--json")

    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    path = answer["link"].removeprefix("http://127.0.0.1:8000")
    assert client.post(path).status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_the_link_is_printed_and_nothing_else_secret(analyst: User) -> None:
    done = run("user", "link", analyst.email, "--hours", "1")

    assert "/login/" in done.stdout
    link = LoginLink.objects.get()
    assert link.digest not in done.stdout
    assert link.expires_at < timezone.now() + timedelta(hours=1)


def test_a_member_is_tied_to_their_organisation(hospital: Organisation) -> None:
    address = "new@fjord-hospital.example"

    done = run("user", "add", address, "--role", "member", "--organisation", "fjord-hospital")

    assert done.exit_code == 0
    assert list(organisations_visible_to(User.objects.get(email=address))) == [hospital]


def test_a_contact_that_is_known_gets_the_login(hospital: Organisation) -> None:
    address = "security@fjord-hospital.example"

    run("user", "add", address, "--role", "member", "--organisation", "fjord-hospital")

    assert Contact.objects.get(email=address).user == User.objects.get()


def test_nothing_is_left_where_the_organisation_is_unknown() -> None:
    done = run("user", "add", "a@b.example", "--role", "member", "--organisation", "nope")

    assert done.exit_code != 0
    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["add", "a@b.example", "--role", "boss"], 2),
        (["add", "a@b.example", "--role", "lead", "--language", "xx"], 2),
        (["add", "a@b.example"], 2),
        (["link", "nobody@b.example"], 3),
        (["disable", "nobody@b.example"], 3),
        (["role", "nobody@b.example", "lead"], 3),
        (["list"], 3),
    ],
)
def test_what_is_wrong_has_its_exit_code(arguments: list[str], code: int) -> None:
    assert run("user", *arguments).exit_code == code


def test_the_list_tells_who_there_is(analyst: User) -> None:
    (row,) = [json.loads(line) for line in run("user", "list", "--json").stdout.splitlines()]

    assert row == {
        "email": "ada@centre.example",
        "name": "Ada Analyst",
        "role": "analyst",
        "language": "nb",
        "active": True,
        "second_factor": False,
        "last_login": None,
    }


def test_a_user_is_disabled_and_given_roles(analyst: User) -> None:
    assert run("user", "role", analyst.email, "lead").exit_code == 0
    assert run("user", "disable", analyst.email).exit_code == 0

    analyst.refresh_from_db()
    assert (analyst.role, analyst.is_active) == ("lead", False)


def test_a_reset_takes_the_password_away(analyst: User) -> None:
    analyst.set_password("a long enough password")
    analyst.save()

    run("user", "link", analyst.email, "--reset")

    analyst.refresh_from_db()
    assert not analyst.has_usable_password()


def test_an_intact_chain_is_said_to_be(analyst: User) -> None:
    run("user", "link", analyst.email)

    done = run("audit", "verify", "--json")

    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["entries"], answer["intact"], answer["broken_at"]) == (1, True, None)
    assert "1 entries, none changed" in run("audit", "verify").stdout


def test_a_broken_chain_is_named_and_fails(analyst: User) -> None:
    for _ in range(3):
        run("user", "link", analyst.email)
    with unprotected():
        AuditEntry.objects.filter(sequence=2).update(actor="user:99")

    done = run("audit", "verify", "--json")

    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert (answer["intact"], answer["broken_at"], answer["fault"]) == (False, 2, "changed")
    assert "broken at entry 2" in run("audit", "verify").stdout


def test_the_newest_entries_are_listed_first(analyst: User) -> None:
    for _ in range(3):
        run("user", "link", analyst.email)

    rows = [
        json.loads(line)
        for line in run("audit", "list", "--json", "--limit", "2").stdout.splitlines()
    ]

    assert [row["sequence"] for row in rows] == [3, 2]
    assert rows[0]["action"] == "user.create_login_link"


def test_an_empty_list_is_nothing_found() -> None:
    assert run("audit", "list").exit_code == 3
