from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from varde.accounts.models import User
from varde.base.errors import NotAllowed, Refused
from varde.base.models import AuditEntry
from varde.base.queries import current_revision
from varde.constituency import events
from varde.constituency.actions.register import (
    add_contact,
    end_as_number,
    end_contact,
    end_domain,
    end_network,
    end_organisation,
    give_as_number,
    give_domain,
    give_network,
    import_members,
    link_contact_user,
    register_organisation,
    transfer_network,
    update_contact,
    update_organisation,
)
from varde.constituency.errors import AlreadyOwned
from varde.constituency.models import Network, Organisation

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def last_entry() -> tuple[str, str, str]:
    entry = AuditEntry.objects.latest("sequence")
    return entry.actor, entry.action, entry.subject


def owners(cidr: str, at: datetime) -> list[Organisation]:
    return [n.organisation for n in Network.objects.filter(cidr=cidr) if holds(n, at)]


def holds(network: Network, at: datetime) -> bool:
    return network.valid_from <= at and (network.valid_to is None or at < network.valid_to)


def test_an_organisation_is_registered_once_with_its_story(
    analyst: User, django_capture_on_commit_callbacks: object
) -> None:
    heard: list[int] = []

    def hear(organisation_id: int, **_: object) -> None:
        heard.append(organisation_id)

    events.organisation_registered.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        gp = register_organisation(
            actor=analyst, handle="Bakken-GP", name="Bakken", kind="gp", valid_from=NOW
        )

    assert Organisation.objects.get(handle="bakken-gp") == gp
    assert heard == [gp.pk]
    assert last_entry() == (
        f"user:{analyst.pk}",
        "organisation.register",
        f"constituency.organisation:{gp.pk}",
    )
    with pytest.raises(Refused, match="already"):
        register_organisation(
            actor=analyst, handle="bakken-gp", name="Another", kind="gp", valid_from=NOW
        )


@pytest.mark.parametrize(
    "fields",
    [{"name": " "}, {"kind": "castle"}, {"county": "NO-99"}, {"language": "xx"}, {"handle": "å"}],
)
def test_an_organisation_that_makes_no_sense_is_refused(
    analyst: User, fields: dict[str, str]
) -> None:
    with pytest.raises(Refused):
        register_organisation(
            actor=analyst,
            **{"handle": "x", "name": "X", "kind": "gp", "valid_from": NOW, **fields},
        )

    assert not Organisation.objects.exists()


def test_an_update_tells_what_was_and_what_is(hospital: Organisation, analyst: User) -> None:
    update_organisation(organisation=hospital, actor=analyst, name="Fjord", county="NO-50")

    hospital.refresh_from_db()
    assert hospital.name == "Fjord"
    assert AuditEntry.objects.latest("sequence").detail.facts == {
        "name": ["Fjord Hospital", "Fjord"]
    }
    with pytest.raises(Refused, match="handle"):
        update_organisation(organisation=hospital, actor=analyst, handle="other")


def test_an_organisation_is_never_a_part_of_itself(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    update_organisation(organisation=pharmacy, actor=analyst, parent=hospital)

    with pytest.raises(Refused, match="part of itself"):
        update_organisation(organisation=hospital, actor=analyst, parent=pharmacy)


def test_who_leaves_takes_all_facts_along_and_leaves_the_past(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    end_organisation(organisation=hospital, at=NOW, actor=analyst)

    assert owners("192.0.2.0/24", NOW - TICK) == [hospital]
    assert owners("192.0.2.0/24", NOW) == []
    assert not hospital.contacts.filter(valid_to=None).exists()
    assert not hospital.domains.filter(valid_to=None).exists()
    assert owners("198.51.100.0/24", NOW) == [pharmacy]
    with pytest.raises(Refused, match="ended already"):
        end_organisation(organisation=hospital, at=NOW + DAY, actor=analyst)


def test_nobody_leaves_before_their_last_fact_begins(hospital: Organisation, analyst: User) -> None:
    give_network(organisation=hospital, cidr="203.0.113.0/24", valid_from=NOW + DAY, actor=analyst)

    with pytest.raises(Refused, match=r"203\.0\.113\.0/24 begins later"):
        end_organisation(organisation=hospital, at=NOW, actor=analyst)

    assert owners("192.0.2.0/24", NOW) == [hospital]


def test_a_network_given_is_audited_and_makes_attribution_due(
    hospital: Organisation, analyst: User
) -> None:
    before = current_revision("ownership")

    network = give_network(
        organisation=hospital, cidr="::ffff:203.0.113.0/120", valid_from=NOW, actor=analyst
    )

    assert network.cidr == "203.0.113.0/24"
    assert current_revision("ownership") == before + 1
    assert last_entry()[1:] == ("network.give", f"constituency.organisation:{hospital.pk}")


def test_one_network_is_never_two_members_at_once(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    with pytest.raises(AlreadyOwned, match="Fjord Hospital"):
        give_network(organisation=pharmacy, cidr="192.0.2.0/24", valid_from=NOW, actor=analyst)
    with pytest.raises(AlreadyOwned):
        give_network(organisation=hospital, cidr="192.0.2.0/24", valid_from=NOW, actor=analyst)

    # A narrower one may be another's: the most specific decides.
    give_network(organisation=pharmacy, cidr="192.0.2.128/25", valid_from=NOW, actor=analyst)
    assert owners("192.0.2.128/25", NOW) == [pharmacy]


def test_a_network_that_was_given_up_can_be_given_again(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    end_network(network=hospital.networks.get(), at=NOW, actor=analyst)
    give_network(organisation=pharmacy, cidr="192.0.2.0/24", valid_from=NOW, actor=analyst)

    assert owners("192.0.2.0/24", NOW - TICK) == [hospital]
    assert owners("192.0.2.0/24", NOW) == [pharmacy]


def test_a_transfer_moves_a_network_at_one_moment(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    network = hospital.networks.get()

    passed_on = transfer_network(network=network, to=pharmacy, at=NOW, actor=analyst)

    assert passed_on.organisation == pharmacy
    assert owners("192.0.2.0/24", NOW - TICK) == [hospital]
    assert owners("192.0.2.0/24", NOW) == [pharmacy]
    actions = AuditEntry.objects.order_by("sequence").values_list("action", "subject")
    assert list(actions) == [
        ("network.take_over", f"constituency.organisation:{pharmacy.pk}"),
        ("network.hand_over", f"constituency.organisation:{hospital.pk}"),
    ]


def test_a_transfer_that_makes_no_sense_changes_nothing(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    network = hospital.networks.get()
    for to, at in ((hospital, NOW), (pharmacy, network.valid_from)):
        with pytest.raises(Refused):
            transfer_network(network=network, to=to, at=at, actor=analyst)
    end_network(network=network, at=NOW, actor=analyst)
    with pytest.raises(Refused, match="ended already"):
        transfer_network(network=network, to=pharmacy, at=NOW, actor=analyst)

    assert list(Network.objects.filter(cidr="192.0.2.0/24")) == [network]


def test_what_ends_ends_after_it_began_and_once(hospital: Organisation, analyst: User) -> None:
    network = hospital.networks.get()

    with pytest.raises(Refused, match="after it begins"):
        end_network(network=network, at=network.valid_from, actor=analyst)
    end_network(network=network, at=NOW, actor=analyst)
    with pytest.raises(Refused, match="ended already"):
        end_network(network=network, at=NOW, actor=analyst)


def test_domains_and_as_numbers_are_given_and_given_up(
    hospital: Organisation, pharmacy: Organisation, analyst: User
) -> None:
    domain = give_domain(
        organisation=hospital, name="Blåbær.example.", valid_from=NOW, actor=analyst
    )
    system = give_as_number(organisation=hospital, number="AS64500", valid_from=NOW, actor=analyst)

    assert (domain.name, system.number) == ("xn--blbr-roah.example", 64500)
    with pytest.raises(AlreadyOwned):
        give_as_number(organisation=pharmacy, number=64500, valid_from=NOW, actor=analyst)
    end_domain(domain=domain, at=NOW + DAY, actor=analyst)
    end_as_number(system=system, at=NOW + DAY, actor=analyst)
    give_as_number(organisation=pharmacy, number=64500, valid_from=NOW + DAY, actor=analyst)
    give_domain(organisation=pharmacy, name=domain.name, valid_from=NOW + DAY, actor=analyst)


def test_a_contact_is_added_changed_and_ended(hospital: Organisation, analyst: User) -> None:
    contact = add_contact(
        organisation=hospital,
        actor=analyst,
        role="duty",
        name="Duty desk",
        phone="+47 22 33 44 55",
        valid_from=NOW,
    )
    assert contact.phone == "+4722334455"

    update_contact(contact=contact, actor=analyst, email="Duty@Hospital.example")
    ended = end_contact(contact=contact, at=NOW + DAY, actor=analyst)

    assert (ended.email, ended.valid_to) == ("Duty@hospital.example", NOW + DAY)


def test_a_user_becomes_the_contact_with_their_address_or_a_new_one(
    hospital: Organisation, stranger: User, outsider: User, analyst: User
) -> None:
    known = hospital.contacts.get()
    User.objects.filter(pk=stranger.pk).update(email=known.email.upper())
    stranger.refresh_from_db()

    linked = link_contact_user(handle=hospital.handle, user=stranger, now=NOW, actor=analyst)
    added = link_contact_user(handle=hospital.handle, user=outsider, now=NOW, actor=analyst)

    assert (linked, linked.user) == (known, stranger)
    assert (added.email, added.role, added.valid_from) == (outsider.email, "technical", NOW)
    with pytest.raises(Refused, match="nowhere"):
        link_contact_user(handle="nowhere", user=stranger, now=NOW, actor=analyst)


def test_only_operators_and_the_command_line_change_the_register(
    hospital: Organisation, contact: User, leader: User, auditor: User
) -> None:
    for actor in (contact, leader, auditor):
        with pytest.raises(NotAllowed):
            give_network(organisation=hospital, cidr="10.0.0.0/8", valid_from=NOW, actor=actor)
        with pytest.raises(NotAllowed):
            end_organisation(organisation=hospital, at=NOW, actor=actor)
        with pytest.raises(NotAllowed):
            import_members(rows=[], actor=actor)

    give_network(organisation=hospital, cidr="10.0.0.0/8", valid_from=NOW, actor=None)
    assert owners("10.0.0.0/8", NOW) == [hospital]
    assert owners("192.0.2.0/24", NOW) == [hospital]


def test_a_contact_s_name_and_address_stand_in_no_entry_of_the_chain(
    hospital: Organisation, analyst: User
) -> None:
    add_contact(
        organisation=hospital,
        actor=analyst,
        role="ciso",
        name="Marked Name",
        email="marked@hospital.example",
        valid_from=NOW,
    )

    entry = AuditEntry.objects.latest("sequence")
    chained = [str(getattr(entry, field.name)) for field in entry._meta.concrete_fields]
    assert not any("marked" in text.lower() for text in chained)
    assert entry.detail.facts["name"] == "Marked Name"


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "king", "email": "a@b.example"},
        {"role": "duty"},
        {"role": "duty", "email": "nobody"},
        {"role": "duty", "phone": "call me"},
        {"role": "duty", "email": "a@b.example", "pgp_key": "secret"},
        {"role": "duty", "email": "a@b.example", "name": "a\nb"},
        {"role": "duty", "email": "a@b.example", "valid_to": NOW},
    ],
)
def test_a_contact_that_cannot_be_reached_or_makes_no_sense_is_refused(
    hospital: Organisation, analyst: User, fields: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        add_contact(organisation=hospital, actor=analyst, **{"valid_from": NOW, **fields})

    assert hospital.contacts.count() == 1
