"""Reads of the register: whom we serve, what they own and whom to call."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import NamedTuple, TypeVar

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from varde.accounts.policies import AnyUser
from varde.constituency.enums import ContactRole
from varde.constituency.models import (
    AutonomousSystem,
    Contact,
    Domain,
    Network,
    Organisation,
    Validity,
)
from varde.constituency.policies import may_see_every_organisation

_Fact = TypeVar("_Fact", bound=Validity)

# Who is asked first. Technical and duty hear of it together; the others only where there are none.
_CALL_ORDER = (
    frozenset({ContactRole.TECHNICAL, ContactRole.DUTY}),
    frozenset({ContactRole.CISO}),
    frozenset({ContactRole.MANAGEMENT}),
)


class OwnershipRow(NamedTuple):
    """A fact for the compiled attribution; ``kind`` is ``network`` or ``domain``."""

    kind: str
    value: str
    organisation_id: int
    valid_from: datetime
    valid_to: datetime | None


def holds_at(at: datetime, prefix: str = "") -> Q:
    """The condition that a fact (behind ``prefix``) holds at ``at``."""
    ends_later = Q(**{f"{prefix}valid_to__gt": at}) | Q(**{f"{prefix}valid_to__isnull": True})
    return Q(**{f"{prefix}valid_from__lte": at}) & ends_later


def organisations_visible_to(
    user: AnyUser, *, now: datetime | None = None
) -> QuerySet[Organisation]:
    """All for the centre; for a member's contact those they are a contact of now; else none."""
    if may_see_every_organisation(user):
        return Organisation.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Organisation.objects.none()
    now = now or timezone.now()
    # EXISTS, not a join: somebody who is two contacts of one hospital sees it once.
    own = Contact.objects.filter(holds_at(now), organisation=OuterRef("pk"), user=user.pk)
    return Organisation.objects.filter(Exists(own), holds_at(now))


def networks_visible_to(user: AnyUser) -> QuerySet[Network]:
    """The networks, past ones too, of the organisations that ``user`` may see."""
    return Network.objects.filter(organisation__in=organisations_visible_to(user))


def domains_visible_to(user: AnyUser) -> QuerySet[Domain]:
    return Domain.objects.filter(organisation__in=organisations_visible_to(user))


def facts_at(facts: QuerySet[_Fact], at: datetime) -> QuerySet[_Fact]:
    """Those of ``facts`` that hold at ``at``."""
    return facts.filter(holds_at(at))


def contacts_to_notify(organisation: Organisation, at: datetime) -> list[Contact]:
    """Whom to write to: technical and duty contacts valid at ``at``; else CISO; else management.

    Empty where the organisation has nobody with an address: a telephone takes no notice.
    """
    contacts = list(
        Contact.objects.filter(holds_at(at), organisation=organisation)
        .exclude(email="")
        .order_by("role", "id")
    )
    for roles in _CALL_ORDER:
        if found := [contact for contact in contacts if contact.role in roles]:
            return found
    return []


def contacts_in_call_order(organisation: Organisation, at: datetime) -> QuerySet[Contact]:
    """Every contact valid at ``at``, those to be called first in front: for the member card."""
    order = Case(
        *[
            When(role__in=sorted(roles), then=Value(place))
            for place, roles in enumerate(_CALL_ORDER)
        ],
        output_field=IntegerField(),
    )
    contacts = Contact.objects.filter(holds_at(at), organisation=organisation)
    return contacts.order_by(order, "role", "name", "id")


def ownership_rows() -> Iterator[OwnershipRow]:
    """Every network and domain ever owned, in no order: what attribution is compiled from."""
    columns = ("organisation_id", "valid_from", "valid_to")
    networks = Network.objects.order_by().values_list("cidr", *columns).iterator(5_000)
    domains = Domain.objects.order_by().values_list("name", *columns).iterator(5_000)
    return chain(
        (OwnershipRow("network", *row) for row in networks),
        (OwnershipRow("domain", *row) for row in domains),
    )


def member_rows(*, kind: str = "", at: datetime | None = None) -> Iterator[dict[str, object]]:
    """The register as plain rows, by handle; with ``at`` only who and what is there then.

    Knows no visibility: for the command line only.
    """
    then = holds_at(at) if at else Q()
    organisations = Organisation.objects.filter(then, **({"kind": kind} if kind else {}))
    for organisation in (
        organisations.select_related("parent", "it_supplier")
        .prefetch_related(
            Prefetch("networks", Network.objects.filter(then)),
            Prefetch("domains", Domain.objects.filter(then)),
            Prefetch("autonomous_systems", AutonomousSystem.objects.filter(then)),
            Prefetch("contacts", Contact.objects.filter(then)),
        )
        .order_by("handle")
        .iterator(1_000)
    ):
        yield _member_row(organisation)


def _member_row(organisation: Organisation) -> dict[str, object]:
    parent, supplier = organisation.parent, organisation.it_supplier
    return {
        "handle": organisation.handle,
        "name": organisation.name,
        "kind": organisation.kind,
        "number": organisation.number,
        "parent": parent.handle if parent else None,
        "it_supplier": supplier.handle if supplier else None,
        "county": organisation.county,
        "language": organisation.language,
        "criticality": organisation.criticality,
        "networks": [network.cidr for network in organisation.networks.all()],
        "domains": [domain.name for domain in organisation.domains.all()],
        "asns": [system.number for system in organisation.autonomous_systems.all()],
        "contacts": len(organisation.contacts.all()),
        "valid_from": organisation.valid_from,
        "valid_to": organisation.valid_to,
    }


def names_of(organisation_ids: set[int]) -> dict[int, tuple[str, str]]:
    """Handle and name of each organisation, for answers that hold only its id.

    No visibility: callers answer the operator at the command line, or ask for ids that came from
    a visible thing.
    """
    rows = Organisation.objects.filter(pk__in=organisation_ids).values_list("pk", "handle", "name")
    return {pk: (handle, name) for pk, handle, name in rows}
