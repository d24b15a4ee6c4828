"""The fixed cast: who appears in tests. Each page is tried by the last two as well.

``analyst`` and ``lead`` work at the centre; ``contact`` answers for ``hospital``; ``outsider``
answers for ``pharmacy``; ``stranger`` has an account and nothing else.
"""

from datetime import UTC, datetime

import pytest

from varde.accounts.enums import Role
from varde.accounts.models import User
from varde.constituency.enums import ContactRole, Criticality, OrganisationKind
from varde.constituency.models import Contact, Domain, Network, Organisation

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def analyst(db: None) -> User:
    return User.objects.create_user("ada@centre.example", role=Role.ANALYST, name="Ada Analyst")


@pytest.fixture
def lead(db: None) -> User:
    return User.objects.create_user("liv@centre.example", role=Role.LEAD, name="Liv Lead")


@pytest.fixture
def auditor(db: None) -> User:
    return User.objects.create_user("odd@centre.example", role=Role.AUDITOR, name="Odd Auditor")


@pytest.fixture
def leader(db: None) -> User:
    return User.objects.create_user("lea@centre.example", role=Role.LEADERSHIP, name="Lea Leader")


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("sam@elsewhere.example", role=Role.MEMBER, name="Sam Stranger")


def make_organisation(
    handle: str, *, kind: str, network: str, domain: str, language: str = "nb"
) -> Organisation:
    organisation = Organisation.objects.create(
        handle=handle,
        name=handle.replace("-", " ").title(),
        kind=kind,
        county="NO-50",
        language=language,
        criticality=Criticality.HIGH,
        valid_from=LONG_AGO,
    )
    Network.objects.create(organisation=organisation, cidr=network, valid_from=LONG_AGO)
    Domain.objects.create(organisation=organisation, name=domain, valid_from=LONG_AGO)
    Contact.objects.create(
        organisation=organisation,
        role=ContactRole.TECHNICAL,
        name=f"Security at {handle}",
        email=f"security@{domain}",
        phone="+4700000000",
        valid_from=LONG_AGO,
    )
    return organisation


@pytest.fixture
def hospital(db: None) -> Organisation:
    return make_organisation(
        "fjord-hospital",
        kind=OrganisationKind.HOSPITAL,
        network="192.0.2.0/24",
        domain="fjord-hospital.example",
    )


@pytest.fixture
def pharmacy(db: None) -> Organisation:
    return make_organisation(
        "torg-pharmacy",
        kind=OrganisationKind.PHARMACY,
        network="198.51.100.0/24",
        domain="torg-pharmacy.example",
        language="nn",
    )


def _contact_user(organisation: Organisation, email: str, name: str) -> User:
    user = User.objects.create_user(email, role=Role.MEMBER, name=name)
    organisation.contacts.filter(role=ContactRole.TECHNICAL).update(user=user)
    return user


@pytest.fixture
def contact(hospital: Organisation) -> User:
    return _contact_user(hospital, "kari@fjord-hospital.example", "Kari Contact")


@pytest.fixture
def outsider(pharmacy: Organisation) -> User:
    return _contact_user(pharmacy, "ola@torg-pharmacy.example", "Ola Outsider")
