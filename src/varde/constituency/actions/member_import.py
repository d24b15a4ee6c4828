"""Members come in from a file: planned against the whole register, then written in bulk."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import Refused
from varde.constituency.actions.period import demand_operator, hold_register, lock_register
from varde.constituency.memberfile.conflicts import refuse_conflicts
from varde.constituency.memberfile.entries import Entry, stated_cells
from varde.constituency.memberfile.plan import (
    LINKS,
    Claim,
    Known,
    LinePlan,
    Planner,
    Register,
)
from varde.constituency.memberfile.rows import MemberRow, member_row
from varde.constituency.models import (
    AutonomousSystem,
    Contact,
    Domain,
    Network,
    Organisation,
)

_PLAIN = ("name", "kind", "number", "county", "language", "criticality", "valid_from", "valid_to")
_BATCH = 500
# For each kind of fact: its model, the column of its value, and what else a file may say of it.
_KINDS: dict[str, tuple[type[Any], str, tuple[str, ...]]] = {
    "network": (Network, "cidr", ("label",)),
    "domain": (Domain, "name", ()),
    "asn": (AutonomousSystem, "number", ()),
    "contact": (Contact, "", ("role", "name", "email", "phone", "hours", "pgp_key")),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the file and the register; ``fields``: name -> [before, after]."""

    line: int
    handle: str
    kind: str  # "organisation", "network", "domain", "asn" or "contact"
    what: str  # "added", "changed" or "ended"
    value: str
    fields: Mapping[str, list[object]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken, and why."""

    line: int
    handle: str
    reason: str


@dataclass(frozen=True, slots=True)
class MemberImport:
    """What an import did or, in a dry run, would do; ``counts`` is ("network", "added") -> 17."""

    dry_run: bool
    lines: int
    changes: list[Change]
    refusals: list[Refusal]
    unchanged: int
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


@transaction.atomic
def import_members(
    *,
    rows: Iterable[Entry | Mapping[str, object]],
    actor: User | None,
    dry_run: bool = False,
    now: datetime | None = None,
) -> MemberImport:
    """Bring the register to what ``rows`` state; a line that is wrong is named, the rest taken.

    ``rows``: entries of ``read_members``, or mappings by its column names, numbered from 1. The
    same rows twice change nothing the second time.
    """
    demand_operator(actor)
    hold_register()
    entries = [
        row if isinstance(row, Entry) else Entry(number, stated_cells(row))
        for number, row in enumerate(rows, start=1)
    ]
    register = _register()
    plans, refused = _plan(register, entries, as_of=now or timezone.now())
    changes = [change for plan in plans for change in _changes(register, plan)]
    done = MemberImport(
        dry_run=dry_run,
        lines=len(entries),
        changes=changes,
        refusals=_refusals(entries, refused),
        unchanged=sum(_unchanged(plan) for plan in plans),
        counts=Counter((change.kind, change.what) for change in changes),
    )
    if changes and not dry_run:
        _write(register, plans)
        lock_register(actor)
        told = [_told(change) for change in changes]
        audit.record(actor, "member.import", "constituency.organisation", changes=told)
    return done


def _told(change: Change) -> list[object]:
    """What the audit keeps: of something new only that it is, since the register says the rest."""
    head: list[object] = [change.line, change.handle, change.kind, change.what, change.value]
    return head if change.what == "added" else [*head, change.fields]


def _plan(
    register: Register, entries: list[Entry], *, as_of: datetime
) -> tuple[list[LinePlan], dict[int, str]]:
    """The lines that can be taken, and the reasons why the others cannot."""
    refused: dict[int, str] = {}
    rows = list(_read(entries, refused))
    planner = Planner(register, rows, as_of)
    plans: list[LinePlan] = []
    for row in sorted(rows, key=lambda row: row.is_organisation):
        try:
            plans.append(planner.plan(row))
        except Refused as refusal:
            refused[row.number] = str(refusal)
    refused |= refuse_conflicts(register, plans)
    plans = [plan for plan in plans if plan.row.number not in refused]
    return sorted(plans, key=lambda plan: plan.row.number), refused


def _read(entries: list[Entry], refused: dict[int, str]) -> Iterator[MemberRow]:
    first: dict[str, int] = {}
    for entry in entries:
        try:
            row = member_row(entry)
        except Refused as refusal:
            refused[entry.number] = str(refusal)
            continue
        if row.is_organisation and first.setdefault(row.handle, row.number) != row.number:
            refused[row.number] = _("“%(handle)s” stands on line %(line)s already.") % {
                "handle": row.handle,
                "line": first[row.handle],
            }
            continue
        yield row


def _refusals(entries: list[Entry], refused: dict[int, str]) -> list[Refusal]:
    handles = {entry.number: str(entry.cells.get("handle", ""))[:64] for entry in entries}
    return [Refusal(line, handles[line], reason) for line, reason in sorted(refused.items())]


def _unchanged(plan: LinePlan) -> int:
    return plan.unchanged + (plan.row.is_organisation and not plan.is_new and not plan.fields)


def _register() -> Register:
    """The whole register in six queries: cheaper than asking for each line."""
    organisations: dict[str, Known] = {}
    handles = dict(Organisation.objects.values_list("pk", "handle"))
    links = [f"{link}_id" for link in LINKS]
    for values in Organisation.objects.order_by().values("pk", "handle", *_PLAIN, *links):
        fields = {name: values[name] for name in _PLAIN}
        fields |= {link: handles.get(values[f"{link}_id"]) for link in LINKS}
        organisations[values["handle"]] = Known(values["pk"], fields)
    claims: dict[str, list[Claim]] = defaultdict(list)
    for kind in _KINDS:
        for claim in _claims(kind, handles):
            claims[claim.handle].append(claim)
    return Register(organisations, claims)


def _claims(kind: str, handles: Mapping[int, str]) -> Iterator[Claim]:
    model, column, names = _KINDS[kind]
    columns = [column] if column else []
    rows = model.objects.order_by().values_list(
        "pk", "organisation_id", "valid_from", "valid_to", *columns, *names
    )
    for pk, organisation, start, end, *rest in rows.iterator(_BATCH * 10):
        fields = dict(zip(names, rest[len(columns) :], strict=True))
        value = str(rest[0]) if column else _contact_value(fields)
        yield Claim(handles[organisation], kind, value, start, end, fields, pk)


def _contact_value(fields: Mapping[str, str]) -> str:
    reached_at = fields["email"] or fields["phone"]
    return f"{fields['role']}:{reached_at.lower()}"


def _changes(register: Register, plan: LinePlan) -> Iterator[Change]:
    row = plan.row
    if plan.fields:
        known = register.organisations.get(row.handle)
        before = known.fields if known else {}
        fields = {name: [before.get(name), value] for name, value in plan.fields.items()}
        what = "added" if plan.is_new else "ended" if plan.fields.get("valid_to") else "changed"
        yield Change(row.number, row.handle, "organisation", what, row.handle, fields)
    for claim in plan.added:
        after = {"valid_from": claim.start, "valid_to": claim.end, **claim.fields}
        fields = {name: [None, value] for name, value in after.items() if value}
        yield Change(row.number, row.handle, claim.kind, "added", claim.value, fields)
    for what, pairs in (("changed", plan.changed), ("ended", plan.ended)):
        for old, new in pairs:
            if fields := _difference(old, new):
                yield Change(row.number, row.handle, new.kind, what, new.value, fields)


def _difference(old: Claim, new: Claim) -> dict[str, list[object]]:
    before = {"valid_from": old.start, "valid_to": old.end, **old.fields}
    after = {"valid_from": new.start, "valid_to": new.end, **new.fields}
    return {
        name: [before.get(name), value]
        for name, value in after.items()
        if before.get(name) != value
    }


def _write(register: Register, plans: list[LinePlan]) -> None:
    pks = {handle: known.pk for handle, known in register.organisations.items()}
    _create_organisations(plans, pks)
    _update_organisations(plans, pks)
    for kind, (model, _column, names) in _KINDS.items():
        added = [claim for plan in plans for claim in plan.added if claim.kind == kind]
        model.objects.bulk_create(
            [_instance(kind, claim, pks[claim.handle]) for claim in added], batch_size=_BATCH
        )
        altered = [
            _instance(kind, new, pks[new.handle])
            for plan in plans
            for old, new in chain(plan.changed, plan.ended)
            if new.kind == kind and _difference(old, new)
        ]
        model.objects.bulk_update(altered, ["valid_from", "valid_to", *names], batch_size=_BATCH)


def _instance(kind: str, claim: Claim, organisation: int) -> Any:  # noqa: ANN401 - one of four models
    model, column, names = _KINDS[kind]
    fields: dict[str, object] = {name: claim.fields.get(name, "") for name in names}
    if column:
        fields[column] = claim.value
    return model(
        pk=claim.pk,
        organisation_id=organisation,
        valid_from=claim.start,
        valid_to=claim.end,
        **fields,
    )


def _create_organisations(plans: list[LinePlan], pks: dict[str, int]) -> None:
    """Enter new organisations in waves, each after those it links to; adds to ``pks``.

    Links in a circle (a supplier that is part of its customer) are tied afterwards.
    """
    waiting = [plan for plan in plans if plan.is_new]
    circles: list[LinePlan] = []
    while waiting:
        wave = [plan for plan in waiting if all(handle in pks for handle in plan.needs())]
        if not wave:
            # Only circles are left: one organisation goes first, without its links.
            wave = waiting[:1]
            circles += wave
        created = Organisation.objects.bulk_create(
            [Organisation(handle=plan.row.handle, **_columns(plan.fields, pks)) for plan in wave],
            batch_size=_BATCH,
        )
        pks |= {organisation.handle: organisation.pk for organisation in created}
        waiting = [plan for plan in waiting if plan.row.handle not in pks]
    _tie(circles, pks)


def _columns(fields: Mapping[str, object], pks: Mapping[str, int]) -> dict[str, Any]:
    """Fields as columns: a link by handle is a link by key, none yet where it has no key."""
    return {
        f"{name}_id" if name in LINKS else name: pks.get(str(value)) if name in LINKS else value
        for name, value in fields.items()
    }


def _tie(plans: list[LinePlan], pks: Mapping[str, int]) -> None:
    for plan in plans:
        links = {name: plan.fields.get(name) for name in LINKS}
        Organisation.objects.filter(pk=pks[plan.row.handle]).update(**_columns(links, pks))


def _update_organisations(plans: list[LinePlan], pks: Mapping[str, int]) -> None:
    """Change organisations that were known; lines that change the same fields go together."""
    alike: dict[tuple[str, ...], list[Organisation]] = defaultdict(list)
    for plan in plans:
        if plan.fields and not plan.is_new:
            columns = _columns(plan.fields, pks)
            alike[tuple(plan.fields)].append(Organisation(pk=pks[plan.row.handle], **columns))
    for names, organisations in alike.items():
        Organisation.objects.bulk_update(organisations, names, batch_size=_BATCH)
