"""Lines that cannot all hold: the same thing owned by two at once, or a line without its base.

Refusing a line gives back what it would have ended, which may refuse another: so until nothing
changes. The line that stands further down is the one refused, the register never is.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from varde.constituency.memberfile.plan import Claim, Key, LinePlan, Register

_FOREVER = datetime.max.replace(tzinfo=UTC)
_Subject = tuple[str, str]


def refuse_conflicts(register: Register, plans: Iterable[LinePlan]) -> dict[int, str]:
    """The numbers of the lines that cannot be taken, each with its reason."""
    return _Referee(register, plans).judge()


class _Referee:
    def __init__(self, register: Register, plans: Iterable[LinePlan]) -> None:
        self._register = register
        self._plans = {plan.row.number: plan for plan in plans}
        self._refused: dict[int, str] = {}
        self._claims: dict[_Subject, list[Claim]] = defaultdict(list)
        self._suspect: set[_Subject] = set()
        replaced: dict[Key, Claim] = {}
        for plan in self._plans.values():
            for before, after in plan.changed + plan.ended:
                replaced[before.key] = after
            for claim in plan.added:
                self._put(claim)
        for claims in register.claims.values():
            for claim in claims:
                self._put(replaced.get(claim.key, claim))

    def _put(self, claim: Claim) -> None:
        self._claims[claim.subject].append(claim)
        if claim.line:
            self._suspect.add(claim.subject)

    def judge(self) -> dict[int, str]:
        self._refuse_orphans()
        while self._suspect:
            subjects, self._suspect = sorted(self._suspect), set()
            for subject in subjects:
                self._compare(subject)
            self._refuse_orphans()
        return self._refused

    def _compare(self, subject: _Subject) -> None:
        """Let the claims in one subject in by their lines; refuse those that find it taken."""
        accepted: list[tuple[datetime, datetime, Claim]] = []
        for claim in sorted(self._claims[subject], key=lambda c: (c.line, c.start)):
            if claim.line in self._refused:
                continue
            end = claim.end or _FOREVER
            at = bisect(accepted, claim.start, key=lambda item: item[0])
            around = accepted[max(at - 1, 0) : at + 1]
            rival = next((c for s, e, c in around if s < end and claim.start < e), None)
            if rival is None:
                accepted.insert(at, (claim.start, end, claim))
            elif claim.line:
                self._refuse(claim.line, _taken(claim, rival))

    def _refuse(self, line: int, reason: str) -> None:
        self._refused[line] = reason
        plan = self._plans[line]
        self._suspect.update(claim.subject for claim in plan.added)
        for before, after in plan.changed + plan.ended:
            claims = self._claims[before.subject]
            claims[claims.index(after)] = before
            self._suspect.add(before.subject)
        for claim in plan.added:
            self._claims[claim.subject].remove(claim)

    def _refuse_orphans(self) -> None:
        """Refuse lines about organisations whose own line was refused, or never was."""
        found = True
        while found:
            there = self._register.organisations.keys() | {
                plan.row.handle
                for line, plan in self._plans.items()
                if plan.is_new and line not in self._refused
            }
            found = False
            for line, plan in self._plans.items():
                missing = [handle for handle in plan.needs() if handle not in there]
                if missing and line not in self._refused:
                    found = True
                    self._refuse(
                        line,
                        _("The line that registers “%(handle)s” was refused.")
                        % {"handle": missing[0]},
                    )


def _taken(claim: Claim, rival: Claim) -> str:
    if rival.handle == claim.handle:
        return _("%(value)s is stated twice for the same time (line %(line)s).") % {
            "value": claim.value,
            "line": rival.line or "-",
        }
    if rival.line:
        return _("%(value)s is given to %(owner)s at the same time (line %(line)s).") % {
            "value": claim.value,
            "owner": rival.handle,
            "line": rival.line,
        }
    return _("%(value)s belongs to %(owner)s in that time; end it there, or transfer it.") % {
        "value": claim.value,
        "owner": rival.handle,
    }
