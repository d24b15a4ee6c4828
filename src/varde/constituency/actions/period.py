"""When facts hold: the checks and the lock that every change of the register shares."""

from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.actions.revision import bump_revision
from varde.base.errors import NotAllowed, Refused
from varde.base.models import Revision
from varde.constituency import events
from varde.constituency.errors import AlreadyOwned
from varde.constituency.models import (
    AutonomousSystem,
    Contact,
    Domain,
    Network,
    Organisation,
)
from varde.constituency.policies import may_change_register

Owned = Network | Domain | AutonomousSystem
_Fact = TypeVar("_Fact", Network, Domain, AutonomousSystem, Contact)
_VALUE: dict[type[models.Model], str] = {
    Network: "cidr",
    Domain: "name",
    AutonomousSystem: "number",
}


def lock_register(actor: User | None) -> int:
    """Make changes of the register one after another, and attribution due for compiling.

    Two people who give the same network to two members at once must not both succeed.
    ``actor`` None is the command line. Raises ``NotAllowed`` for those who may not.
    """
    demand_operator(actor)
    revision = bump_revision("ownership")
    transaction.on_commit(partial(events.ownership_changed.send, Organisation, revision=revision))
    return revision


def demand_operator(actor: User | None) -> None:
    if actor is not None and not may_change_register(actor):
        raise NotAllowed(_("You may not change the register."))


def hold_register() -> None:
    """Keep others from changing the register until this transaction ends, without a change."""
    Revision.objects.get_or_create(name="ownership")
    Revision.objects.select_for_update().get(name="ownership")


def demand_period(valid_from: datetime, valid_to: datetime | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise Refused(_("It must end after it begins."))


def give(fact: Owned, *, actor: User | None, action: str) -> None:
    """Save a new fact, unless its value is owned by anybody in the same time."""
    demand_period(fact.valid_from, fact.valid_to)
    demand_unowned(fact)
    fact.save()
    audit.record(
        actor,
        action,
        fact.organisation,
        value=str(fact),
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
    )


def demand_unowned(fact: Owned) -> None:
    """Raise ``AlreadyOwned`` where the value of ``fact`` is owned in an overlapping time."""
    kind = type(fact)
    same = {_VALUE[kind]: getattr(fact, _VALUE[kind])}
    overlapping = Q(valid_to__isnull=True) | Q(valid_to__gt=fact.valid_from)
    if fact.valid_to is not None:
        overlapping &= Q(valid_from__lt=fact.valid_to)
    others = kind.objects.filter(overlapping, **same).exclude(pk=fact.pk)
    other = others.select_related("organisation").first()
    if other is not None:
        raise AlreadyOwned(
            _("%(value)s belongs to %(owner)s in that time; end it there, or transfer it.")
            % {"value": fact, "owner": other.organisation}
        )


def end(fact: _Fact, *, at: datetime, actor: User | None, action: str) -> _Fact:
    """Let a fact hold until just before ``at``; what it said of earlier times stays true."""
    locked: _Fact = type(fact).objects.select_for_update().get(pk=fact.pk)
    if locked.valid_to is not None and locked.valid_to <= at:
        raise Refused(_("It has ended already."))
    demand_period(locked.valid_from, at)
    before, locked.valid_to = locked.valid_to, at
    locked.save(update_fields=["valid_to"])
    audit.record(
        actor,
        action,
        locked.organisation,
        value=str(locked),
        valid_to=[before, at],
    )
    return locked
