"""Open, change and close a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.actions.counter import next_number
from varde.base.errors import Refused
from varde.base.marking import PAP, TLP
from varde.base.text import one_line, storable
from varde.constituency.models import Organisation
from varde.incidents import events
from varde.incidents.enums import CaseStatus, Classification
from varde.incidents.models import Case, CaseNote
from varde.incidents.policies import require_operator
from varde.monitoring.actions.alert import mark_in_case, reopen_alerts
from varde.monitoring.enums import Severity
from varde.monitoring.models import Alert

LONGEST_TITLE = 200
LONGEST_NOTE = 20_000


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a person says of a case, all of it changeable later."""

    title: str
    severity: Severity = Severity.MEDIUM
    classification: Classification = Classification.OTHER
    tlp: TLP = TLP.AMBER
    pap: PAP = PAP.AMBER


@transaction.atomic
def open_case(*, facts: CaseFacts, actor: User, alerts: Iterable[Alert] = ()) -> Case:
    """A new case with the next number of the year; ``alerts`` and their members join it."""
    require_operator(actor)
    year = timezone.localdate().year
    case = Case(number=f"{year}-{next_number(f'case-{year}'):04d}", opened_by=actor, lead=actor)
    _set_facts(case, facts)
    case.save()
    audit.record(actor, "case.open", case, number=case.number, title=case.title)
    _take_in(case, alerts, actor)
    _announce(events.case_opened, case)
    return case


@transaction.atomic
def add_alerts(*, case: Case, alerts: Iterable[Alert], actor: User) -> int:
    """Let ``alerts`` join an open case; returns how many were not in it already."""
    case = _locked_open(case, actor)
    added = _take_in(case, alerts, actor)
    if added:
        _changed(case)
    return added


@transaction.atomic
def remove_alerts(*, case: Case, alerts: Iterable[Alert], actor: User) -> int:
    """Take ``alerts`` out again; those in no other case go back to the queue.

    Their members stay: somebody may have been told already. ``remove_member`` takes them out.
    """
    case = _locked_open(case, actor)
    ids = [alert.pk for alert in alerts]
    leaving = list(case.alerts.filter(pk__in=ids))
    if not leaving:
        return 0
    case.alerts.remove(*leaving)
    # In no case any more: it must be seen in triage again.
    reopen_alerts(alerts=[alert for alert in leaving if not alert.cases.exists()], actor=actor)
    audit.record(actor, "case.remove_alerts", case, alerts=[alert.pk for alert in leaving])
    _changed(case)
    return len(leaving)


@transaction.atomic
def add_member(*, case: Case, member: Organisation, actor: User) -> None:
    """Note that the case concerns ``member`` although no alert says so."""
    case = _locked_open(case, actor)
    case.members.add(member)
    audit.record(actor, "case.add_member", case, member=member.pk)
    _changed(case)


@transaction.atomic
def remove_member(*, case: Case, member: Organisation, actor: User) -> None:
    """Take ``member`` out; refused while alerts or notices of the case are theirs."""
    case = _locked_open(case, actor)
    if case.alerts.filter(member=member).exists() or case.notices.filter(member=member).exists():
        raise Refused(_("Alerts or notices of this case belong to the member."))
    case.members.remove(member)
    audit.record(actor, "case.remove_member", case, member=member.pk)
    _changed(case)


@transaction.atomic
def edit_case(*, case: Case, facts: CaseFacts, actor: User) -> Case:
    """Change what is said of the case; the audit log keeps what it was."""
    case = _locked_open(case, actor)
    before = {"title": case.title, "severity": case.severity, "tlp": case.tlp, "pap": case.pap}
    _set_facts(case, facts)
    case.save()
    audit.record(actor, "case.edit", case, before=before, title=case.title, tlp=case.tlp)
    _changed(case)
    return case


@transaction.atomic
def set_status(*, case: Case, status: CaseStatus | str, actor: User) -> Case:
    """Move the case to ``status``; closing and reopening have actions of their own."""
    match CaseStatus(status):
        case CaseStatus.CLOSED:
            return close_case(case=case, actor=actor)
        case wanted:
            case_now = _locked_open(case, actor)
            if case_now.status != wanted:
                case_now.status = wanted
                case_now.save(update_fields=["status", "updated_at"])
                audit.record(actor, "case.status", case_now, status=wanted)
                _changed(case_now)
            return case_now


@transaction.atomic
def add_note(*, case: Case, text: str, actor: User) -> CaseNote:
    """Write a note; notes are never changed, and a closed case takes them too."""
    require_operator(actor)
    text = storable(text).strip()
    if not text:
        raise Refused(_("The note is empty."))
    if len(text) > LONGEST_NOTE:
        raise Refused(_("The note is longer than %(most)d characters.") % {"most": LONGEST_NOTE})
    case = _locked(case)
    note = CaseNote.objects.create(case=case, author=actor, text=text)
    case.save(update_fields=["updated_at"])
    audit.record(actor, "case.note", case, note=note.pk)
    _changed(case)
    return note


@transaction.atomic
def close_case(*, case: Case, actor: User, note: str = "") -> Case:
    """Close the case; ``note`` says what came of it."""
    case = _locked_open(case, actor)
    if note.strip():
        add_note(case=case, text=note, actor=actor)
    case.status, case.closed_at = CaseStatus.CLOSED, timezone.now()
    case.save(update_fields=["status", "closed_at", "updated_at"])
    audit.record(actor, "case.close", case)
    _announce(events.case_closed, case)
    return case


@transaction.atomic
def reopen_case(*, case: Case, actor: User) -> Case:
    """Open a closed case again."""
    require_operator(actor)
    case = _locked(case)
    if case.status != CaseStatus.CLOSED:
        raise Refused(_("The case is open already."))
    case.status, case.closed_at = CaseStatus.OPEN, None
    case.save(update_fields=["status", "closed_at", "updated_at"])
    audit.record(actor, "case.reopen", case)
    _announce(events.case_reopened, case)
    return case


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update().get(pk=case.pk)


def _locked_open(case: Case, actor: User) -> Case:
    """The case, locked: two people changing it at once must not undo each other."""
    require_operator(actor)
    case = _locked(case)
    if case.status == CaseStatus.CLOSED:
        raise Refused(_("The case is closed. Reopen it first."))
    return case


def _set_facts(case: Case, facts: CaseFacts) -> None:
    title = one_line(facts.title)
    if not title:
        raise Refused(_("A case needs a title."))
    case.title = title[:LONGEST_TITLE]
    case.severity = Severity(facts.severity)
    case.classification = Classification(facts.classification)
    case.tlp, case.pap = TLP(facts.tlp), PAP(facts.pap)


def _take_in(case: Case, alerts: Iterable[Alert], actor: User) -> int:
    known = set(case.alerts.values_list("pk", flat=True))
    fresh = [alert for alert in alerts if alert.pk not in known]
    if not fresh:
        return 0
    mark_in_case(alerts=fresh, actor=actor)
    case.alerts.add(*fresh)
    case.members.add(*{alert.member_id for alert in fresh if alert.member_id is not None})
    audit.record(actor, "case.add_alerts", case, alerts=[alert.pk for alert in fresh])
    return len(fresh)


def _changed(case: Case) -> None:
    _announce(events.case_changed, case)


def _announce(event: Signal, case: Case) -> None:
    transaction.on_commit(partial(event.send, Case, case_id=case.pk))
