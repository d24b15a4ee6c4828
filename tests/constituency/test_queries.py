from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from varde.accounts.models import User
from varde.constituency.enums import ContactRole
from varde.constituency.models import Contact, Domain, Network, Organisation
from varde.constituency.queries import (
    OwnershipRow,
    contacts_in_call_order,
    contacts_to_notify,
    domains_visible_to,
    facts_at,
    member_rows,
    names_of,
    networks_visible_to,
    organisations_visible_to,
    ownership_rows,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def add(organisation: Organisation, role: ContactRole, email: str, **fields: object) -> Contact:
    fields = {"valid_from": NOW - DAY, **fields}
    return Contact.objects.create(organisation=organisation, role=role, email=email, **fields)


def test_the_centre_sees_all_and_a_contact_only_its_own(
    hospital: Organisation,
    pharmacy: Organisation,
    analyst: User,
    contact: User,
    outsider: User,
    stranger: User,
) -> None:
    assert list(organisations_visible_to(analyst)) == [hospital, pharmacy]
    assert list(organisations_visible_to(contact)) == [hospital]
    assert list(organisations_visible_to(outsider)) == [pharmacy]
    assert list(organisations_visible_to(stranger)) == []
    assert list(organisations_visible_to(AnonymousUser())) == []


def test_what_belongs_to_an_organisation_is_seen_by_those_who_see_it(
    hospital: Organisation, pharmacy: Organisation, contact: User, analyst: User
) -> None:
    for visible in (networks_visible_to, domains_visible_to):
        assert {thing.organisation for thing in visible(contact)} == {hospital}
        assert {thing.organisation for thing in visible(analyst)} == {hospital, pharmacy}


def test_a_contact_sees_only_while_it_is_one(hospital: Organisation, contact: User) -> None:
    hospital.contacts.update(valid_from=NOW, valid_to=NOW + DAY)

    seen = [hospital in organisations_visible_to(contact, now=NOW + DAY * n) for n in (-1, 0, 1)]

    assert seen == [False, True, False]


def test_the_contact_of_an_organisation_that_left_sees_it_no_more(
    hospital: Organisation, contact: User
) -> None:
    Organisation.objects.filter(pk=hospital.pk).update(valid_to=NOW)

    assert list(organisations_visible_to(contact, now=NOW - DAY)) == [hospital]
    assert list(organisations_visible_to(contact, now=NOW)) == []


def test_somebody_who_is_two_contacts_of_one_organisation_sees_it_once(
    hospital: Organisation, contact: User
) -> None:
    add(hospital, ContactRole.CISO, "kari@fjord-hospital.example", user=contact)

    assert list(organisations_visible_to(contact)) == [hospital]


def test_a_user_who_may_not_log_in_sees_nothing(hospital: Organisation, contact: User) -> None:
    contact.is_active = False

    assert list(organisations_visible_to(contact)) == []


def test_technical_and_duty_are_written_to_before_ciso_and_management(
    hospital: Organisation, pharmacy: Organisation
) -> None:
    hospital.contacts.all().delete()
    management = add(hospital, ContactRole.MANAGEMENT, "boss@hospital.example")
    assert contacts_to_notify(hospital, NOW) == [management]
    ciso = add(hospital, ContactRole.CISO, "ciso@hospital.example")
    assert contacts_to_notify(hospital, NOW) == [ciso]
    technical = add(hospital, ContactRole.TECHNICAL, "it@hospital.example")
    duty = add(hospital, ContactRole.DUTY, "duty@hospital.example")

    assert contacts_to_notify(hospital, NOW) == [duty, technical]
    # The pharmacy's contact is reachable too, and must not be here.
    assert len(contacts_to_notify(pharmacy, NOW)) == 1
    assert list(contacts_in_call_order(hospital, NOW)) == [duty, technical, ciso, management]


def test_only_contacts_that_are_one_at_the_time_and_have_an_address_are_written_to(
    hospital: Organisation,
) -> None:
    hospital.contacts.all().delete()
    add(hospital, ContactRole.TECHNICAL, "past@hospital.example", valid_to=NOW)
    add(hospital, ContactRole.TECHNICAL, "future@hospital.example", valid_from=NOW + DAY)
    add(hospital, ContactRole.DUTY, "", phone="+4700000000")

    assert contacts_to_notify(hospital, NOW) == []
    assert [c.email for c in contacts_to_notify(hospital, NOW - DAY / 2)] == [
        "past@hospital.example"
    ]


def test_ownership_rows_hold_past_and_present(hospital: Organisation) -> None:
    Network.objects.filter(organisation=hospital).update(valid_to=NOW)

    rows = sorted(ownership_rows())

    start = hospital.valid_from
    assert rows == [
        OwnershipRow("domain", "fjord-hospital.example", hospital.pk, start, None),
        OwnershipRow("network", "192.0.2.0/24", hospital.pk, start, NOW),
    ]


def test_facts_at_are_those_that_hold_then(hospital: Organisation) -> None:
    old = Domain.objects.create(
        organisation=hospital, name="old.example", valid_from=NOW - DAY, valid_to=NOW
    )

    assert old in facts_at(hospital.domains.all(), NOW - DAY)
    assert old not in facts_at(hospital.domains.all(), NOW)


@pytest.mark.parametrize("copies", [1, 3])
def test_listing_members_takes_the_same_queries_however_many_there_are(
    hospital: Organisation, copies: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(copies - 1):
        Organisation.objects.create(
            handle=f"gp-{number}", name="GP", kind="gp", parent=hospital, valid_from=NOW
        )

    with django_assert_num_queries(5):
        rows = list(member_rows(at=NOW))

    assert len(rows) == copies
    assert rows[0]["networks"] == ["192.0.2.0/24"]


def test_listing_members_of_a_kind_leaves_out_the_others_and_those_who_left(
    hospital: Organisation, pharmacy: Organisation
) -> None:
    Organisation.objects.filter(pk=pharmacy.pk).update(valid_to=NOW)

    assert [row["handle"] for row in member_rows(at=NOW)] == ["fjord-hospital"]
    assert [row["handle"] for row in member_rows(kind="pharmacy")] == ["torg-pharmacy"]
    assert names_of({pharmacy.pk, -1}) == {pharmacy.pk: ("torg-pharmacy", "Torg Pharmacy")}
