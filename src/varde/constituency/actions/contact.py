"""People and role mailboxes that answer for an organisation."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import Refused
from varde.constituency import canonical
from varde.constituency.actions.period import demand_period, end, lock_register
from varde.constituency.enums import ContactRole
from varde.constituency.models import Contact, Organisation
from varde.constituency.queries import facts_at


class ContactFields(TypedDict, total=False):
    """How a contact is reached; ``user`` is who may log in as it."""

    role: str
    name: str
    email: str
    phone: str
    hours: str
    pgp_key: str
    user: User | None
    valid_from: datetime
    valid_to: datetime | None


@transaction.atomic
def add_contact(
    *, organisation: Organisation, actor: User | None, **fields: Unpack[ContactFields]
) -> Contact:
    """Add a contact; needs at least role, ``valid_from`` and an address or a number."""
    lock_register(actor)
    contact = Contact(organisation=organisation, **fields)
    _make_sound(contact)
    contact.save()
    # Who it is goes to the entry's detail, which can be erased; the chain holds no names.
    audit.record(actor, "contact.add", organisation, contact=contact.pk, **_told(fields))
    return contact


@transaction.atomic
def update_contact(
    *, contact: Contact, actor: User | None, **fields: Unpack[ContactFields]
) -> Contact:
    lock_register(actor)
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    before = {name: getattr(contact, name) for name in fields}
    for name, value in fields.items():
        setattr(contact, name, value)
    _make_sound(contact)
    contact.save()
    changed = {
        name: [_plain(before[name]), _plain(getattr(contact, name))]
        for name in fields
        if before[name] != getattr(contact, name)
    }
    if changed:
        audit.record(actor, "contact.update", contact.organisation, contact=contact.pk, **changed)
    return contact


@transaction.atomic
def link_contact_user(
    *,
    handle: str,
    user: User,
    now: datetime,
    role: str = ContactRole.TECHNICAL,
    actor: User | None,
) -> Contact:
    """Let ``user`` log in for an organisation, as the contact with their address or a new one.

    Raises ``Refused`` where no organisation has that handle.
    """
    organisation = Organisation.objects.filter(handle=handle).first()
    if organisation is None:
        raise Refused(_("No organisation is called “%(handle)s”.") % {"handle": handle})
    contact = facts_at(organisation.contacts.filter(email__iexact=user.email), now).first()
    if contact:
        return update_contact(contact=contact, actor=actor, user=user)
    return add_contact(
        organisation=organisation,
        actor=actor,
        role=role,
        name=user.name,
        email=user.email,
        valid_from=now,
        user=user,
    )


@transaction.atomic
def end_contact(*, contact: Contact, at: datetime, actor: User | None) -> Contact:
    """Let a contact end: from ``at`` they get no notices and see nothing of the organisation."""
    lock_register(actor)
    return end(contact, at=at, actor=actor, action="contact.end")


def _make_sound(contact: Contact) -> None:
    """Bring what was given into canonical form; refuse what cannot be."""
    if contact.role not in ContactRole.values:
        raise Refused(_("“%(value)s” is not one of the choices.") % {"value": contact.role})
    contact.name = canonical.line(contact.name, longest=200)
    contact.hours = canonical.line(contact.hours, longest=100)
    contact.email = canonical.email(contact.email) if contact.email else ""
    contact.phone = canonical.phone(contact.phone) if contact.phone else ""
    contact.pgp_key = canonical.pgp_key(contact.pgp_key)
    if not contact.email and not contact.phone:
        raise Refused(_("A contact needs an e-mail address or a telephone number."))
    demand_period(contact.valid_from, contact.valid_to)


def _told(fields: ContactFields) -> dict[str, object]:
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    return value.pk if isinstance(value, User) else value
