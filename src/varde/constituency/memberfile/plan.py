"""What a member file would change in the register: pure, so that a dry run is the real thing.

A line is taken whole or refused whole. Every line is planned against the register as it stands;
then ``conflicts`` refuses lines that would give to two members the same thing at the same time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from varde.base.errors import Refused
from varde.constituency.memberfile.rows import UNSTATED, Fact, MemberRow
from varde.constituency.memberfile.surroundings import Surroundings

# An organisation that is entered without a date has been there as long as anybody knows.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
LINKS = ("parent", "it_supplier")
Key = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact in the register (``pk``) or to be (None): who owns what from when to when.

    ``line`` is the line of the file that says so, 0 where only the register does.
    """

    handle: str
    kind: str
    value: str
    start: datetime
    end: datetime | None
    fields: Mapping[str, str] = field(default_factory=dict)
    pk: int | None = None
    line: int = 0

    @property
    def key(self) -> Key:
        """Which fact of the register it is or replaces."""
        return self.kind, self.pk

    @property
    def subject(self) -> tuple[str, str]:
        """What no two may own at once: contacts are their organisation's own affair."""
        owner = f"{self.handle} " if self.kind == "contact" else ""
        return self.kind, owner + self.value

    def holds_at(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)

    def overlaps(self, start: datetime, end: datetime | None) -> bool:
        return (self.end is None or start < self.end) and (end is None or self.start < end)


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation in the register: its fields, links by handle."""

    pk: int
    fields: Mapping[str, object]


@dataclass(slots=True)
class Register:
    """The register as it stands, by handle."""

    organisations: Mapping[str, Known]
    claims: Mapping[str, list[Claim]]


@dataclass(slots=True)
class LinePlan:
    """What one line would do: ``changed`` pairs a claim of the register with what it becomes."""

    row: MemberRow
    fields: dict[str, object] = field(
        default_factory=dict
    )  # of the organisation, where they differ
    is_new: bool = False
    added: list[Claim] = field(default_factory=list)
    changed: list[tuple[Claim, Claim]] = field(default_factory=list)
    ended: list[tuple[Claim, Claim]] = field(default_factory=list)
    unchanged: int = 0

    def needs(self) -> Iterator[str]:
        """Handles of organisations without which the line makes no sense."""
        if not self.row.is_organisation:
            yield self.row.handle
        for link in LINKS:
            if isinstance(handle := self.fields.get(link), str):
                yield handle


class Planner:
    """Plans lines one after another against one register as of one moment."""

    def __init__(self, register: Register, rows: Iterable[MemberRow], as_of: datetime) -> None:
        self.register = register
        self.as_of = as_of
        rows = list(rows)
        self._rows = {row.handle: row for row in rows if row.is_organisation}
        # What rows of single facts speak of is theirs: lists neither add nor end it.
        self._apart = {(row.handle, fact.kind, fact.value) for row in rows for fact in row.facts}
        self._spoken_of: set[Key] = set()
        self._stated: dict[tuple[str, str, str], list[tuple[Fact, int]]] = defaultdict(list)
        self._owned = Surroundings(
            (claim.handle, claim.kind, claim.value)
            for claims in register.claims.values()
            for claim in claims
        )

    def plan(self, row: MemberRow) -> LinePlan:
        """What ``row`` would do. Raises ``Refused`` where it cannot be done."""
        plan = LinePlan(row)
        if row.is_organisation:
            self._plan_organisation(plan)
        else:
            self._demand_known(row.handle)
        listed = [fact for facts in row.lists.values() for fact in facts]
        facts = row.facts + [fact for fact in listed if not self._is_apart(row.handle, fact)]
        for fact in facts:
            self._demand_stated_once(row, fact)
            self._plan_fact(plan, fact)
        for kind in row.lists:
            self._end_unlisted(plan, kind)
        self._end_with_organisation(plan)
        return plan

    def _is_apart(self, handle: str, about: Fact | Claim) -> bool:
        return (handle, about.kind, about.value) in self._apart

    def _demand_stated_once(self, row: MemberRow, fact: Fact) -> None:
        """Refuse a second statement about the same thing, but for another time.

        Judged by the file alone: against the register it could mean something else each time.
        """
        stated = self._stated[row.handle, fact.kind, fact.value]
        for other, line in stated:
            if not _are_apart(fact, other):
                raise Refused(
                    _("%(value)s is stated twice for the same time (line %(line)s).")
                    % {"value": fact.value, "line": line}
                )
        stated.append((fact, row.number))

    def _plan_organisation(self, plan: LinePlan) -> None:
        known, fields = self.register.organisations.get(plan.row.handle), dict(plan.row.fields)
        for link in LINKS:
            if fields.get(link) is not None:
                self._demand_known(str(fields[link]))
        if known is None:
            if not fields.get("name") or not fields.get("kind"):
                raise Refused(_("A new organisation needs a name and a kind."))
            fields.setdefault("valid_from", BEGINNING)
            plan.is_new, plan.fields = True, fields
        else:
            plan.fields = {n: v for n, v in fields.items() if known.fields[n] != v}
        start, end = self._period(plan.row.handle)
        if end is not None and end <= start:
            raise Refused(_("It must end after it begins."))
        if self._is_below(plan.row.handle, fields.get("parent")):
            raise Refused(_("An organisation cannot be part of itself."))

    def _demand_known(self, handle: str) -> None:
        if handle not in self.register.organisations and handle not in self._rows:
            raise Refused(_("There is no organisation “%(handle)s”.") % {"handle": handle})

    def _is_below(self, handle: str, parent: object) -> bool:
        """Whether the chain of parents leads from ``parent`` to ``handle``."""
        seen: set[object] = set()
        while parent is not None and parent not in seen:
            if parent == handle:
                return True
            seen.add(parent)
            parent = self._field(str(parent), "parent")
        return False

    def _field(self, handle: str, name: str) -> object:
        """A field as it will be: as the file states it, else as the register does."""
        row, known = self._rows.get(handle), self.register.organisations.get(handle)
        if row is not None and name in row.fields:
            return row.fields[name]
        return known.fields[name] if known is not None else None

    def _period(self, handle: str) -> tuple[datetime, datetime | None]:
        start, end = self._field(handle, "valid_from"), self._field(handle, "valid_to")
        begins = start if isinstance(start, datetime) else BEGINNING
        return begins, end if isinstance(end, datetime) else None

    def _moment(self, handle: str) -> datetime:
        """The moment that a list speaks of: now, but within the organisation's own period."""
        start, end = self._period(handle)
        return max(start, self.as_of if end is None else min(self.as_of, end - _TICK))

    def _plan_fact(self, plan: LinePlan, fact: Fact) -> None:
        """Match a stated fact with one in the register, or add it."""
        handle = plan.row.handle
        match = self._match(handle, fact)
        if match is None:
            plan.added.append(self._new(plan, fact))
            return
        start = match.start if fact.valid_from is UNSTATED else fact.valid_from
        end = self._clip(handle, match.end if fact.valid_to is UNSTATED else fact.valid_to)
        # What the register says already is the register's word: no other line can dispute it.
        line = 0 if (start, end) == (match.start, match.end) else plan.row.number
        fields = {**match.fields, **fact.fields}
        after = replace(match, start=start, end=end, fields=fields, line=line)
        _demand_period(after)
        plan.unchanged += after == match
        plan.changed.append((match, after))
        self._spoken_of.add(match.key)

    def _match(self, handle: str, fact: Fact) -> Claim | None:
        """The claim in the register that a row speaks of; None where it states a new one."""
        own = [c for c in self.register.claims.get(handle, ()) if _is_about(c, fact)]
        if isinstance(fact.valid_from, datetime):
            end = fact.valid_to if isinstance(fact.valid_to, datetime) else None
            exact = [claim for claim in own if claim.start == fact.valid_from]
            own = exact or [claim for claim in own if claim.overlaps(fact.valid_from, end)]
            if len(own) > 1:
                raise Refused(
                    _("%(value)s has changed hands in that time; state one period a row.")
                    % {"value": fact.value}
                )
            return own[0] if own else None
        moment = self._moment(handle)
        now = [claim for claim in own if claim.holds_at(moment)]
        ended = [claim for claim in own if claim.end is not None and claim.end == fact.valid_to]
        return next(iter(now or ended), None)

    def _new(self, plan: LinePlan, fact: Fact) -> Claim:
        handle = plan.row.handle
        start = fact.valid_from
        if start is UNSTATED:
            # Whoever is new has had it from their beginning, unless that would take it, or a part
            # of it, from another's past. What a known member newly states begins now.
            known = handle in self.register.organisations
            late = known or self._owned.by_others(fact.kind, fact.value, handle)
            start = self._moment(handle) if late else self._period(handle)[0]
        end = None if fact.valid_to is UNSTATED else fact.valid_to
        end = self._clip(handle, end)
        claim = Claim(
            handle, fact.kind, fact.value, start, end, dict(fact.fields), line=plan.row.number
        )
        _demand_period(claim)
        return claim

    def _clip(self, handle: str, end: datetime | None) -> datetime | None:
        """``end``, but no later than the organisation's own."""
        last = self._period(handle)[1]
        return end if last is None else last if end is None else min(end, last)

    def _end_unlisted(self, plan: LinePlan, kind: str) -> None:
        """End what the register has of ``kind`` now and the row's list leaves out."""
        handle = plan.row.handle
        moment = self._moment(handle)
        for claim in self.register.claims.get(handle, ()):
            if claim.kind != kind or self._is_apart(handle, claim):
                continue
            if claim.holds_at(moment) and claim.key not in self._spoken_of:
                end = max(self.as_of, claim.start + _TICK)
                plan.ended.append((claim, replace(claim, end=end, line=plan.row.number)))

    def _end_with_organisation(self, plan: LinePlan) -> None:
        """End what outlives an organisation that the row lets end."""
        if not isinstance(last := plan.fields.get("valid_to"), datetime):
            return
        spoken_of = self._spoken_of | {before.key for before, _ in plan.ended}
        for claim in self.register.claims.get(plan.row.handle, ()):
            if claim.key not in spoken_of and claim.overlaps(last, None):
                after = replace(claim, end=last, line=plan.row.number)
                _demand_period(after)
                plan.ended.append((claim, after))


def _are_apart(one: Fact, other: Fact) -> bool:
    """Whether two statements are sure to speak of different times."""
    if not isinstance(one.valid_from, datetime) or not isinstance(other.valid_from, datetime):
        return False
    first_end, second_start = (
        (one.valid_to, other.valid_from)
        if one.valid_from < other.valid_from
        else (other.valid_to, one.valid_from)
    )
    return isinstance(first_end, datetime) and first_end <= second_start


def _is_about(claim: Claim, fact: Fact) -> bool:
    return claim.kind == fact.kind and claim.value == fact.value


def _demand_period(claim: Claim) -> None:
    if claim.end is not None and claim.end <= claim.start:
        raise Refused(_("%(value)s would end before it begins.") % {"value": claim.value})
