"""Notices before they are sent: one per member, ready to be looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import translation

from varde.base.marking import TLP
from varde.base.text import storable
from varde.constituency.models import Contact, Organisation
from varde.constituency.queries import contacts_in_call_order, contacts_to_notify
from varde.incidents.enums import Skip
from varde.incidents.evidence import Finding, Observation, Row, cut, select
from varde.incidents.findings import finding_of, gathered, label_of
from varde.incidents.models import Case, Notice
from varde.incidents.ownership import Ownership
from varde.incidents.queries import evidence as records
from varde.incidents.wording import Facts, subject_of, word
from varde.monitoring.enums import AlertStatus, Severity
from varde.monitoring.models import Alert

_ANSWER_WITHIN = {
    Severity.CRITICAL: timedelta(hours=24),
    Severity.HIGH: timedelta(hours=48),
    Severity.MEDIUM: timedelta(days=7),
    Severity.LOW: timedelta(days=14),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What one member would be told; ``skip`` says why it will not be sent, empty where it will.

    ``alerts`` are those it tells of: without ``again`` those the member has not been told of yet.
    """

    member: Organisation
    alerts: list[Alert]
    contacts: list[Contact]
    facts: Facts
    skip: Skip | None = None

    @property
    def tlp(self) -> TLP:
        return self.facts.tlp

    @property
    def subject(self) -> str:
        with translation.override(self.facts.language):
            return subject_of(self.facts)

    @property
    def text(self) -> str:
        """The mail as text; written when it is asked for, as most drafts are never read."""
        return word(self.facts).text

    @property
    def rows(self) -> Sequence[Row]:
        return self.facts.rows

    @property
    def addresses(self) -> list[str]:
        """Whom it goes to, each address once."""
        found = [contact.email.strip() for contact in self.contacts]
        return list(dict.fromkeys(address for address in found if address))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who sends may choose."""

    advice: str = ""
    again: bool = False  # tell members once more of what they know already
    tlp: TLP | None = None  # at least this label
    member_ids: frozenset[int] | None = None  # only these members


@dataclass(frozen=True, slots=True)
class _Material:
    """What all drafts of one call share, fetched once."""

    case: Case | None
    now: datetime
    wishes: Wishes
    ownership: Ownership
    observations: Sequence[Observation]
    told: set[tuple[int, int]] = field(default_factory=set)  # (alert, member) notified before


def draft_notices(
    *,
    now: datetime,
    case: Case | None = None,
    alerts: Iterable[Alert] | None = None,
    wishes: Wishes | None = None,
) -> list[Draft]:
    """One draft per member of ``alerts`` (or of the case's alerts), by name; nothing is saved.

    Alerts without a member are in no draft: nobody can be told of them. The caller has checked
    that the person may see the alerts.
    """
    chosen = _with_members(case=case, alerts=alerts)
    wishes = wishes or Wishes()
    if wishes.member_ids is not None:
        chosen = [alert for alert in chosen if alert.member_id in wishes.member_ids]
    material = _Material(
        case=case,
        now=now,
        wishes=wishes,
        ownership=records.ownership(),
        observations=records.observations(chosen),
        told=_told(chosen),
    )
    by_member: dict[Organisation, list[Alert]] = {}
    for alert in chosen:
        if alert.member is not None:
            by_member.setdefault(alert.member, []).append(alert)
    members = sorted(by_member, key=lambda member: member.name)
    return [_draft(member, by_member[member], material) for member in members]


def _with_members(*, case: Case | None, alerts: Iterable[Alert] | None) -> list[Alert]:
    if alerts is None:
        alerts = case.alerts.all() if case is not None else []
    ids = [alert.pk for alert in alerts]
    return list(
        Alert.objects.filter(pk__in=ids, member__isnull=False)
        .select_related("member")
        .order_by("-severity", "-last_seen", "pk")
    )


def _told(alerts: list[Alert]) -> set[tuple[int, int]]:
    pairs = Notice.alerts.through.objects.filter(alert_id__in=[alert.pk for alert in alerts])
    return set(pairs.values_list("alert_id", "notice__member_id"))


def _draft(member: Organisation, alerts: list[Alert], material: _Material) -> Draft:
    true = [alert for alert in alerts if alert.status != AlertStatus.FALSE]
    fresh = [alert for alert in true if (alert.pk, member.pk) not in material.told]
    telling = true if material.wishes.again else fresh
    contacts = _reachable(member, material.now)
    facts = _facts(member, telling or alerts, material)
    return Draft(
        member=member,
        alerts=telling,
        contacts=contacts,
        facts=facts,
        skip=_why_skipped(member, contacts, facts, material, true=true, telling=telling),
    )


def _reachable(member: Organisation, now: datetime) -> list[Contact]:
    """Whom to write to: the right contacts, or the next in order where none of those has mail."""
    right = contacts_to_notify(member, now)
    if any(contact.email for contact in right):
        return right
    return [contact for contact in contacts_in_call_order(member, now) if contact.email][:1]


def _facts(member: Organisation, alerts: list[Alert], material: _Material) -> Facts:
    uids = {str(alert.uid) for alert in alerts}
    mine = [seen for seen in material.observations if seen.alert in uids]
    rows = cut(member.pk, mine, material.ownership)
    shown = {row["alert"] for row in rows}
    # An alert all of whose observations were cut away was not at this member's hosts.
    told = [alert for alert in alerts if str(alert.uid) in shown]
    case, wishes = material.case, material.wishes
    at_least = max(TLP(case.tlp) if case else TLP.AMBER, wishes.tlp or TLP.CLEAR)
    gravest = max((alert.severity for alert in told), default=Severity.MEDIUM)
    return Facts(
        member=member.name,
        language=member.language,
        tlp=label_of(told, at_least=at_least),
        findings=_findings(told, member, material.ownership),
        rows=select(rows),
        event_count=sum(alert.count for alert in told),
        deadline=_whole_hour(material.now + _ANSWER_WITHIN[Severity(gravest)]),
        advice=storable(wishes.advice).strip(),
        case=case.number if case else "",
    )


def _whole_hour(at: datetime) -> datetime:
    """The next whole hour: a deadline at 11:34:40 looks like a machine's."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _findings(alerts: list[Alert], member: Organisation, ownership: Ownership) -> list[Finding]:
    found = (finding_of(alert, member_id=member.pk, ownership=ownership) for alert in alerts)
    return gathered(found)


def _why_skipped(
    member: Organisation,
    contacts: Sequence[Contact],
    facts: Facts,
    material: _Material,
    *,
    true: list[Alert],
    telling: list[Alert],
) -> Skip | None:
    if member.valid_to is not None and member.valid_to <= material.now:
        return Skip.LEFT
    if not true:
        return Skip.FALSE_ALARM
    if not telling:
        return Skip.ALREADY_NOTIFIED
    if not facts.rows:
        return Skip.NO_EVIDENCE
    if not any(contact.email.strip() for contact in contacts):
        return Skip.NO_CONTACT
    return None
