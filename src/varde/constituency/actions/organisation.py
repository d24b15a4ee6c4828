"""Organisations enter the register, change and leave."""

from datetime import datetime
from functools import partial
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from varde.accounts.enums import Language
from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import Refused
from varde.constituency import canonical, events
from varde.constituency.actions.period import demand_period, lock_register
from varde.constituency.enums import County, Criticality, OrganisationKind
from varde.constituency.models import (
    AutonomousSystem,
    Contact,
    Domain,
    Network,
    Organisation,
)
from varde.constituency.queries import holds_at

_FACTS = (Network, Domain, AutonomousSystem, Contact)
_CHOICES: dict[str, list[Any]] = {
    "kind": OrganisationKind.values,
    "county": ["", *County.values],
    "language": Language.values,
    "criticality": Criticality.values,
}


class OrganisationFields(TypedDict, total=False):
    """What may be said of an organisation; ``handle`` only when it is registered."""

    handle: str
    name: str
    kind: str
    number: str
    parent: Organisation | None
    it_supplier: Organisation | None
    county: str
    language: str
    criticality: int
    valid_from: datetime


@transaction.atomic
def register_organisation(
    *, actor: User | None, **fields: Unpack[OrganisationFields]
) -> Organisation:
    """Enter an organisation; needs at least handle, name, kind and ``valid_from``."""
    lock_register(actor)
    handle = canonical.handle(fields.get("handle", ""))
    if Organisation.objects.filter(handle=handle).exists():
        raise Refused(_("There is an organisation “%(handle)s” already.") % {"handle": handle})
    organisation = Organisation(**{**fields, "handle": handle})
    _demand_sound(organisation)
    organisation.save()
    audit.record(actor, "organisation.register", organisation, **_told(fields))
    transaction.on_commit(
        partial(events.organisation_registered.send, Organisation, organisation_id=organisation.pk)
    )
    return organisation


@transaction.atomic
def update_organisation(
    *, organisation: Organisation, actor: User | None, **fields: Unpack[OrganisationFields]
) -> Organisation:
    """Change what is said of an organisation; its handle stays, since imports know it by that."""
    lock_register(actor)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if fields.get("handle", organisation.handle) != organisation.handle:
        raise Refused(_("A handle cannot be changed."))
    before = {name: getattr(organisation, name) for name in fields}
    for name, value in fields.items():
        setattr(organisation, name, value)
    changed = {
        name: [_plain(old), _plain(getattr(organisation, name))]
        for name, old in before.items()
        if old != getattr(organisation, name)
    }
    _demand_sound(organisation)
    if changed:
        organisation.save(update_fields=list(changed))
        audit.record(actor, "organisation.update", organisation, **changed)
    return organisation


@transaction.atomic
def end_organisation(
    *, organisation: Organisation, at: datetime, actor: User | None
) -> Organisation:
    """Let an organisation leave at ``at``: all it owned, and its contacts, end no later."""
    lock_register(actor)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.valid_to is not None and organisation.valid_to <= at:
        raise Refused(_("It has ended already."))
    demand_period(organisation.valid_from, at)
    ended = {}
    for model in _FACTS:
        facts = model.objects.filter(organisation=organisation)
        if late := facts.filter(valid_from__gte=at).first():
            raise Refused(_("%(fact)s begins later; end that first.") % {"fact": late})
        ended[model._meta.model_name] = facts.filter(holds_at(at)).update(valid_to=at)
    organisation.valid_to = at
    organisation.save(update_fields=["valid_to"])
    audit.record(actor, "organisation.end", organisation, at=at, ended=ended)
    transaction.on_commit(
        partial(events.organisation_ended.send, Organisation, organisation_id=organisation.pk)
    )
    return organisation


def _demand_sound(organisation: Organisation) -> None:
    """Refuse what no form should let through: wrong choices, and a parent below its child."""
    if not organisation.name.strip():
        raise Refused(_("An organisation needs a name."))
    for name, choices in _CHOICES.items():
        value = getattr(organisation, name)
        if value not in choices:
            raise Refused(_("“%(value)s” is not one of the choices.") % {"value": value})
    parent = organisation.parent
    if organisation.pk and parent and _is_below(parent, organisation.pk):
        raise Refused(_("An organisation cannot be part of itself."))
    demand_period(organisation.valid_from, organisation.valid_to)


def _is_below(organisation: Organisation, above: int) -> bool:
    """Whether ``organisation`` is ``above`` or, through its parents, part of it."""
    pk: int | None = organisation.pk
    seen: set[int] = set()
    while pk is not None and pk not in seen:
        if pk == above:
            return True
        seen.add(pk)
        pk = Organisation.objects.values_list("parent_id", flat=True).get(pk=pk)
    return False


def _told(fields: OrganisationFields) -> dict[str, object]:
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    return value.handle if isinstance(value, Organisation) else value
