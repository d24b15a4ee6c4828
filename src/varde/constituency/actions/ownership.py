"""Networks, domains and AS numbers are given to members, taken over and given up.

Nothing is ever overwritten: a change of hands ends one fact and begins another.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import Refused
from varde.constituency import canonical
from varde.constituency.actions.period import demand_period, end, give, lock_register
from varde.constituency.models import AutonomousSystem, Domain, Network, Organisation

_LONGEST_LABEL = 100


@transaction.atomic
def give_network(
    *,
    organisation: Organisation,
    cidr: str,
    valid_from: datetime,
    valid_to: datetime | None = None,
    label: str = "",
    actor: User | None,
) -> Network:
    """Say that ``organisation`` owns a network. Another may own a wider or narrower one."""
    lock_register(actor)
    network = Network(
        organisation=organisation,
        cidr=canonical.network(cidr),
        label=canonical.line(label, longest=_LONGEST_LABEL),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    give(network, actor=actor, action="network.give")
    return network


@transaction.atomic
def end_network(*, network: Network, at: datetime, actor: User | None) -> Network:
    lock_register(actor)
    return end(network, at=at, actor=actor, action="network.end")


@transaction.atomic
def transfer_network(
    *, network: Network, to: Organisation, at: datetime, actor: User | None
) -> Network:
    """Let a network pass to another member at ``at``: events before it stay the old owner's."""
    lock_register(actor)
    network = Network.objects.select_for_update().get(pk=network.pk)
    if network.organisation_id == to.pk:
        raise Refused(_("%(owner)s owns the network already.") % {"owner": to})
    if network.valid_to is not None and network.valid_to <= at:
        raise Refused(_("It has ended already."))
    demand_period(network.valid_from, at)
    until, network.valid_to = network.valid_to, at
    network.save(update_fields=["valid_to"])
    passed_on = Network(
        organisation=to, cidr=network.cidr, label=network.label, valid_from=at, valid_to=until
    )
    give(passed_on, actor=actor, action="network.take_over")
    audit.record(
        actor, "network.hand_over", network.organisation, value=network.cidr, at=at, to=to.handle
    )
    return passed_on


@transaction.atomic
def give_domain(
    *,
    organisation: Organisation,
    name: str,
    valid_from: datetime,
    valid_to: datetime | None = None,
    actor: User | None,
) -> Domain:
    """Say that ``organisation`` owns a domain and all below it that nobody else owns."""
    lock_register(actor)
    domain = Domain(
        organisation=organisation,
        name=canonical.domain(name),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    give(domain, actor=actor, action="domain.give")
    return domain


@transaction.atomic
def end_domain(*, domain: Domain, at: datetime, actor: User | None) -> Domain:
    lock_register(actor)
    return end(domain, at=at, actor=actor, action="domain.end")


@transaction.atomic
def give_as_number(
    *,
    organisation: Organisation,
    number: str | int,
    valid_from: datetime,
    valid_to: datetime | None = None,
    actor: User | None,
) -> AutonomousSystem:
    lock_register(actor)
    system = AutonomousSystem(
        organisation=organisation,
        number=canonical.as_number(str(number)),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    give(system, actor=actor, action="as.give")
    return system


@transaction.atomic
def end_as_number(
    *, system: AutonomousSystem, at: datetime, actor: User | None
) -> AutonomousSystem:
    lock_register(actor)
    return end(system, at=at, actor=actor, action="as.end")
