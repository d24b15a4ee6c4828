"""Every address x every role x GET and POST: who is let in, and that nothing of another leaks.

The table names every route of the project. A route that is not in it fails the first test: who
adds a page says here who may open it. All objects belong to the hospital and to the pharmacy, and
each holds strings (canaries) that only its own contact and those who work on cases may read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from tests.accounts.ways_in import link_for
from tests.incidents.conftest import (  # noqa: F401 - alerts with evidence, as for cases
    MakeAlert,
    batch,
    claim,
    make_alert,
)
from varde.accounts.enums import Role
from varde.accounts.models import User
from varde.base.models import AuditEntry
from varde.base.tokens import digest_of
from varde.constituency.models import Organisation
from varde.incidents.actions.case import CaseFacts, add_note, open_case
from varde.incidents.actions.draft import Wishes
from varde.incidents.actions.notice import send_notices
from varde.incidents.models import Notice
from varde.monitoring.actions.suppression import RuleTerms, add_rule
from varde.monitoring.models import Alert
from varde.notify.actions.delivery import deliver_due
from varde.notify.models import Delivery
from varde.project import live_urls, urls

ROLES = (
    "anonymous",
    "stranger",
    "outsider",
    "contact",
    "leader",
    "auditor",
    "analyst",
    "lead",
    "administrator",
)
OPERATORS = frozenset({"analyst", "lead", "administrator"})
READERS = OPERATORS | {"auditor"}
FIGURES = READERS | {"leader"}
MEMBERS = frozenset({"stranger", "outsider", "contact"})
KNOWN = frozenset(ROLES) - {"anonymous"}
EVERYBODY = frozenset(ROLES)

HOSPITAL = ("canary-hospital", "192.0.2.77", "security@fjord-hospital", "Fjord Hospital")
PHARMACY = ("canary-pharmacy", "198.51.100.77", "security@torg-pharmacy", "Torg Pharmacy")
FORBIDDEN = {"contact": PHARMACY, "outsider": HOSPITAL} | dict.fromkeys(
    ("anonymous", "stranger", "leader"), HOSPITAL + PHARMACY
)
TOKEN = "a-link-that-only-the-hospital-was-given"


@dataclass(frozen=True)
class Door:
    """Who is let in by GET and by POST, and what the others and the wrong method meet.

    ``turned``: the answer to those who are known and not let in. ``passed`` and ``done``: what
    those who are let in may meet, by GET and by POST.
    """

    get: frozenset[str] = frozenset()
    post: frozenset[str] = frozenset()
    turned: int = 403
    passed: frozenset[int] = frozenset({200})
    done: frozenset[int] = frozenset({302})
    form: dict[str, str] = field(default_factory=dict)
    method_first: bool = False  # a wrong method is refused before anybody is asked who they are
    is_secret: bool = False  # whoever holds the address may read what is there

    def meets(self, role: str, method: str) -> frozenset[int]:
        """The statuses that may be the answer."""
        let_in = self.get if method == "get" else self.post
        if role in let_in:
            return self.passed if method == "get" else self.done
        if not let_in and (self.method_first or role in self.get | self.post):
            return frozenset({405})
        return frozenset({302 if role == "anonymous" else self.turned})


def _reads(**changes: Any) -> Door:
    return Door(get=READERS, **changes)


def _does(**form: str) -> Door:
    return Door(post=OPERATORS, form=form)


def _own(may: frozenset[str], **changes: Any) -> Door:
    """A page of the portal: to everybody else it is not there."""
    return Door(get=may, turned=404, **changes)


def _account(may: frozenset[str] = KNOWN) -> Door:
    """Pages of allauth are about whoever asks; they may ask for the password once more."""
    mostly = frozenset({200, 302, 403, 404, 405})
    return Door(get=may, post=may, passed=mostly, done=mostly)


DOORS: dict[str, Door] = {
    "console:dashboard": Door(get=FIGURES),
    "console:alerts": _reads(),
    "console:decide": _does(verb="true"),
    "console:alert": _reads(),
    "console:event": _reads(),
    "console:cases": _reads(),
    "console:case_new": Door(get=OPERATORS, post=OPERATORS, done=frozenset({200})),
    "console:case_join": _does(),
    "console:case": _reads(),
    "console:case_change": _does(verb="note", text="written by the matrix"),
    "console:notice_new": Door(get=OPERATORS, post=OPERATORS, done=frozenset({200})),
    "console:notice": _reads(),
    "console:members": _reads(),
    "console:member_options": _reads(),
    "console:member": _reads(),
    "console:indicators": _reads(),
    "console:suppression": _reads(),
    "console:suppression_new": Door(get=OPERATORS, post=OPERATORS, done=frozenset({200})),
    "console:rule_switch": _does(enabled="0"),
    "console:outbox": _reads(),
    "console:delivery": _reads(),
    "console:health": _reads(),
    "live_alerts": Door(get=READERS, post=READERS, done=frozenset({200})),
    "healthz": Door(get=EVERYBODY, post=EVERYBODY, done=frozenset({200})),
    "set_language": Door(post=EVERYBODY, method_first=True, form={"language": "en"}),
    "choose_scheme": Door(post=EVERYBODY, method_first=True, form={"scheme": "dark"}),
    "login_by_link": Door(get=EVERYBODY, post=EVERYBODY),
    "account_login": _account(EVERYBODY),
    "account_logout": _account(EVERYBODY),
    "account_inactive": _account(EVERYBODY),
    "account_signup": _account(EVERYBODY),
    "account_reauthenticate": _account(),
    "account_change_password": _account(),
    "account_set_password": _account(),
    "mfa_index": _account(),
    "mfa_authenticate": _account(EVERYBODY),
    "mfa_reauthenticate": _account(),
    "mfa_activate_totp": _account(),
    "mfa_deactivate_totp": _account(),
    "mfa_view_recovery_codes": _account(),
    "mfa_generate_recovery_codes": _account(),
    "mfa_download_recovery_codes": _account(),
    "mfa_list_webauthn": _account(),
    "mfa_add_webauthn": _account(),
    "mfa_reauthenticate_webauthn": _account(),
    "mfa_remove_webauthn": _account(),
    "mfa_edit_webauthn": _account(),
    "mfa_login_webauthn": _account(EVERYBODY),
    "members:notices": _own(MEMBERS, method_first=True),
    "members:notice": _own(
        frozenset({"contact"}), post=frozenset({"contact"}), form={"kind": "fixed"}
    ),
    "members:alerts": _own(MEMBERS, method_first=True),
    "public:front": Door(get=EVERYBODY, passed=frozenset({200, 302}), method_first=True),
    "public:notice": Door(get=EVERYBODY, post=EVERYBODY, form={"kind": "fixed"}, is_secret=True),
}


def routes(patterns: list[Any], prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """The name and the route of every pattern."""
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, route, inner)
        else:
            assert isinstance(pattern, URLPattern)
            yield f"{space}{pattern.name or route}", route


PAGES = dict(routes(urls.urlpatterns))
LIVE = dict(routes(live_urls.urlpatterns))


@dataclass(frozen=True)
class World:
    """What the addresses and the forms name, all of it the hospital's."""

    users: dict[str, User]
    alert: Alert
    notice: Notice
    delivery: Delivery
    rule: int
    link: str

    def address(self, name: str) -> str:
        route = f"/{(PAGES | LIVE)[name]}"
        number = self.notice.case.number if "case" in name and self.notice.case else None
        token = TOKEN if name == "public:notice" else self.link
        uid = {"console:alert": self.alert.uid, "console:event": self.alert.uid}
        uids = uid | {"console:delivery": self.delivery.uid, "members:notice": self.notice.uid}
        event = self.alert.events.get().pk
        for part, value in {
            "<uuid:uid>": uids.get(name),
            "<int:event_id>": event,
            "<str:number>": number or self.notice.number,
            "<slug:handle>": "fjord-hospital",
            "<int:rule_id>": self.rule,
            "<int:pk>": 1,
            "<str:token>": token,
        }.items():
            route = route.replace(part, str(value))
        assert "<" not in route, f"say what stands for the parts of {route}"
        return route

    def form(self, door: Door) -> dict[str, str]:
        assert self.notice.case is not None
        return {"alert": str(self.alert.uid), "case": self.notice.case.number} | door.form


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    analyst: User,
    hospital: Organisation,
    pharmacy: Organisation,
    make_alert: MakeAlert,  # noqa: F811 - the fixture imported above
) -> World:
    in_cast = [role for role in ROLES if role not in {"anonymous", "administrator"}]
    users = {role: request.getfixturevalue(role) for role in in_cast}
    users["administrator"] = User.objects.create_user("adm@centre.example", role=Role.ADMINISTRATOR)
    alerts = [
        make_alert(
            member,
            host,
            title=f"{canary} was seen",
            indicator=f"{canary}.example",
            why={"claims": [claim(f"{canary} source")], "hosts": {host: 3}},
        )
        for member, (canary, host, *_rest) in ((hospital, HOSPITAL), (pharmacy, PHARMACY))
    ]
    case = open_case(facts=CaseFacts(title="canary-hospital case"), actor=analyst, alerts=alerts)
    add_note(case=case, text="canary-hospital and canary-pharmacy note", actor=analyst)
    # Advice is written for every member of a case: nothing of one member belongs in it.
    sent = send_notices(actor=analyst, case=case, wishes=Wishes(advice="Look at it."))
    deliver_due(now=timezone.now(), worker="test", limit=10)
    notice = next(one for one in sent if one.member_id == hospital.pk)
    Notice.objects.filter(pk=notice.pk).update(token_digest=digest_of(TOKEN))
    terms = RuleTerms(name="canary-hospital rule", detection="suricata:1", reason="Noise.")
    return World(
        users=users,
        alert=alerts[0],
        notice=notice,
        delivery=Delivery.objects.get(notification__organisation=hospital),
        rule=add_rule(terms, actor=analyst, now=timezone.now()).pk,
        link=link_for(users["contact"]).strip("/").rpartition("/")[2],
    )


def browser(world: World, role: str) -> Client:
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(world.users[role])
    return client


def test_every_route_of_the_project_is_in_the_table() -> None:
    assert set(DOORS) == set(PAGES) | set(LIVE)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", PAGES)
def test_whoever_may_passes_and_nobody_reads_what_is_not_theirs(
    world: World, name: str, method: str
) -> None:
    assert _wrong(world, name, method) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_live_updates_ask_who_listens(
    world: World, settings: LazySettings, method: str
) -> None:
    settings.ROOT_URLCONF = "varde.project.live_urls"

    for role in ROLES:
        answer = getattr(browser(world, role), method)("/live/alerts/")
        assert answer.status_code == (200 if role in READERS else 403), role


def _wrong(world: World, name: str, method: str) -> list[str]:
    """What each role met that it should not have; each request is undone."""
    door, address = DOORS[name], world.address(name)
    wrong = []
    for role in ROLES:
        with transaction.atomic():
            client = browser(world, role)
            entries = AuditEntry.objects.count()
            answer = getattr(client, method)(address, world.form(door) if method == "post" else {})
            let_in = role in (door.get if method == "get" else door.post)
            if answer.status_code not in door.meets(role, method):
                wrong.append(f"{role}: {answer.status_code}")
            if not let_in and AuditEntry.objects.count() != entries:
                wrong.append(f"{role}: changed something")
            if role == "anonymous" and not let_in and answer.status_code == 302:
                assert answer["Location"].startswith("/accounts/login/")
            if not door.is_secret:
                seen = answer.content.decode() + str(dict(answer.headers))
                wrong += [f"{role}: {c}" for c in FORBIDDEN.get(role, ()) if c in seen]
            transaction.set_rollback(True)
    return wrong


UNKNOWN = UUID("01999999-9999-7999-8999-999999999999")


def test_what_is_not_there_and_what_is_not_theirs_look_the_same(world: World) -> None:
    for role in ("outsider", "stranger"):
        client = browser(world, role)
        for method in ("get", "post", "head"):
            ask = getattr(client, method)
            theirs = ask(f"/members/notices/{world.notice.uid}/")
            nobodys = ask(f"/members/notices/{UNKNOWN}/")
            assert theirs.status_code == nobodys.status_code == 404
            assert len(theirs.content) == len(nobodys.content)


def test_an_event_is_found_under_its_own_alert_only(world: World) -> None:
    other = Alert.objects.exclude(pk=world.alert.pk).get()
    event = world.alert.events.get().pk

    answer = browser(world, "analyst").get(f"/console/alerts/{other.uid}/events/{event}/")

    assert answer.status_code == 404


def test_the_canaries_are_there_to_be_leaked(world: World) -> None:
    analyst, contact = browser(world, "analyst"), browser(world, "contact")
    seen = "".join(
        analyst.get(world.address(name)).content.decode()
        for name, door in DOORS.items()
        if name in PAGES and "analyst" in door.get
    )
    other = Alert.objects.exclude(pk=world.alert.pk).get()
    seen += analyst.get(f"/console/alerts/{other.uid}/").content.decode()
    own = "".join(contact.get(path).content.decode() for path in ("/members/", "/members/alerts/"))

    assert [canary for canary in HOSPITAL + PHARMACY if canary not in seen] == []
    assert "canary-hospital" in own
    assert "192.0.2.77" in own
