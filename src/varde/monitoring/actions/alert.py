"""Raising alerts from findings, and what people decide about them.

``Alert.why`` holds what a person needs to check an alert, as facts:

``claims``       [{"source", "reliability", "confidence", "tlp", "pap", "reference", "context",
                 "expires_at"}], surest first
``contacts``     ["outbound", "lookup", ...] (an indicator's): what took place, see ``severity.py``
``attribution``  [{"by": "network", "value": "192.0.2.0/24"}]: why this member
``hosts``        {"192.0.2.10": 17}: events of each of the member's hosts, the first hundred hosts
``hours``        24 counts: events in each hour (UTC) of the window; their sum is the count
``events``       the count, ``window`` the UTC day ("2026-11-24")
``severity``     {"because": [{"code": "outbound", "confidence": 90}, ...]}
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import Count
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import NotAllowed, Refused
from varde.base.ids import uuid7
from varde.base.marking import TLP, strictest
from varde.constituency.models import Organisation
from varde.intel.queries import ClaimFact, claims_on
from varde.monitoring import events
from varde.monitoring.enums import AlertStatus, DetectionKind
from varde.monitoring.gathering import (
    EVIDENCE_KEPT,
    HOSTS_KEPT,
    Draft,
    Evidence,
    Gathered,
    gathered,
)
from varde.monitoring.models import Alert, AlertEvent, Batch, DetectionName
from varde.monitoring.policies import may_assess
from varde.monitoring.severity import Contact, contact_of, grade_match, grade_signature
from varde.monitoring.text import visible

_CHUNK = 500
_GROWN = ["count", "first_seen", "last_seen", "severity", "tlp", "why", "updated_at"]
_VERDICTS = {AlertStatus.TRUE, AlertStatus.FALSE, AlertStatus.INFORMATIONAL}

Claims = Mapping[int, Sequence[ClaimFact]]


@transaction.atomic
def raise_alerts(batch: Batch, findings: pa.Table) -> int:
    """Raise or grow the alerts that ``findings`` make; returns how many are new.

    Exactly once per batch is the caller's to see to: it runs in the transaction that sets the
    batch to done. The number of queries follows the number of alerts in blocks of 500.
    """
    if not findings.num_rows:
        return 0
    with gathered(_with_known_members(findings)) as gathering:
        return _raise(batch, gathering)


def _raise(batch: Batch, gathering: Gathered) -> int:
    drafts = gathering.drafts
    found = _lock_or_create(drafts)
    vital = _criticality({draft.member for draft in drafts if draft.member is not None})
    claims = claims_on([draft.indicator_id for draft in drafts if draft.indicator_id is not None])
    fresh = {alert.key for alert in found.values() if not alert.count}
    for draft in drafts:
        _grow(found[draft.key], draft, claims, vital)
    _save(found.values())
    _name(found[key] for key in fresh)
    _keep_evidence(batch, gathering, found, fresh)

    new = [alert.pk for key, alert in found.items() if key in fresh]
    grown = [alert.pk for key, alert in found.items() if key not in fresh]
    if new:
        transaction.on_commit(partial(events.alert_raised.send, Alert, alert_ids=new))
    if grown:
        transaction.on_commit(partial(events.alert_grown.send, Alert, alert_ids=grown))
    return len(new)


@transaction.atomic
def assess_alerts(
    *, alerts: Iterable[Alert], verdict: AlertStatus | str, actor: User, comment: str = ""
) -> int:
    """Say what ``alerts`` are; all or none. Returns how many were assessed.

    Raises ``Refused`` where somebody else has said so meanwhile: reopen it first.
    """
    verdict = AlertStatus(verdict)
    if not may_assess(actor):
        raise NotAllowed(_("You may not assess alerts."))
    if verdict not in _VERDICTS:
        raise Refused(_("An alert is assessed as true, false or informational."))
    locked = _locked(alerts)
    _refuse_if_assessed_by_others(locked, actor)

    now = timezone.now()
    for alert in locked:
        alert.status = verdict
        alert.assessment = visible(comment.strip(), limit=4000)
        alert.assessed_by = actor
        alert.assessed_at = alert.updated_at = now
    changed = ["status", "assessment", "assessed_by", "assessed_at", "updated_at"]
    Alert.objects.bulk_update(locked, changed, batch_size=_CHUNK)
    for alert in locked:
        audit.record(actor, "alert.assess", alert, verdict=verdict, comment=alert.assessment)
    _announce(events.alert_assessed, locked, verdict=str(verdict))
    return len(locked)


@transaction.atomic
def mark_in_case(*, alerts: Iterable[Alert], actor: User) -> None:
    """Note that ``alerts`` are part of a case; called by the case that takes them in.

    Raises ``Refused`` for one that was found false: reopen it first.
    """
    locked = _locked(alerts)
    if any(alert.status == AlertStatus.FALSE for alert in locked):
        raise Refused(_("An alert that was assessed as false cannot join a case. Reopen it first."))
    _set_status(locked, AlertStatus.IN_CASE)
    for alert in locked:
        audit.record(actor, "alert.in_case", alert)


@transaction.atomic
def reopen_alerts(*, alerts: Iterable[Alert], actor: User, comment: str = "") -> int:
    """Put ``alerts`` back into the queue as new; returns how many were not there already."""
    if not may_assess(actor):
        raise NotAllowed(_("You may not reopen alerts."))
    closed = [alert for alert in _locked(alerts) if alert.status != AlertStatus.NEW]
    for alert in closed:
        audit.record(actor, "alert.reopen", alert, was=alert.status, comment=comment)
        alert.assessed_by = alert.assessed_at = None
        alert.assessment = ""
    _set_status(closed, AlertStatus.NEW, "assessed_by", "assessed_at", "assessment")
    _announce(events.alert_reopened, closed)
    return len(closed)


def _with_known_members(findings: pa.Table) -> pa.Table:
    """``findings`` with no member where the one they name is gone from the register."""
    named = [pk for pk in pc.unique(findings["member"]).to_pylist() if pk is not None]
    known = set(Organisation.objects.filter(pk__in=named).values_list("pk", flat=True))
    if known.issuperset(named):
        return findings
    there = pc.is_in(findings["member"], pa.array(sorted(known), pa.int64()))
    members = pc.if_else(there, findings["member"], pa.scalar(None, pa.int64()))
    return findings.set_column(findings.schema.get_field_index("member"), "member", members)


def _lock_or_create(drafts: list[Draft]) -> dict[str, Alert]:
    """The alerts of ``drafts`` by key, locked; those that were missing have a count of 0.

    Another process may raise the same alert at the same moment: whoever comes second finds it
    made, waits for the first to commit, and adds to it. Keys are taken in order: no deadlock.
    """
    found: dict[str, Alert] = {}
    drafts = sorted(drafts, key=lambda draft: draft.key)
    for chunk in (drafts[i : i + _CHUNK] for i in range(0, len(drafts), _CHUNK)):
        keys = [draft.key for draft in chunk]
        known = set(Alert.objects.filter(key__in=keys).values_list("key", flat=True))
        missing = [_new_alert(draft) for draft in chunk if draft.key not in known]
        Alert.objects.bulk_create(missing, ignore_conflicts=True)
        locked = Alert.objects.select_for_update().filter(key__in=keys).order_by("key")
        found.update((alert.key, alert) for alert in locked)
    return found


def _new_alert(draft: Draft) -> Alert:
    return Alert(
        key=draft.key,
        kind=DetectionKind(draft.kind),
        detection=draft.detection,
        title=visible(draft.title, limit=300),
        indicator_type=draft.indicator_type,
        indicator=visible(draft.indicator, limit=2048),
        member_id=draft.member,
        severity=draft.severity,
        count=0,
        window_start=draft.window_start,
        first_seen=draft.first_seen,
        last_seen=draft.last_seen,
        why={},
    )


def _criticality(members: set[int]) -> dict[int | None, int]:
    rows = Organisation.objects.filter(pk__in=members).values_list("pk", "criticality")
    return {pk: criticality for pk, criticality in rows}  # noqa: C416 - a None may be asked for


def _grow(alert: Alert, draft: Draft, claims: Claims, vital: Mapping[int | None, int]) -> None:
    """Add to ``alert`` what a batch brought; the same from many batches as from one."""
    why = alert.why
    alert.count += draft.count
    alert.first_seen = min(alert.first_seen, draft.first_seen)
    alert.last_seen = max(alert.last_seen, draft.last_seen)
    hours = why.get("hours") or [0] * 24
    why["hours"] = [a + b for a, b in zip(hours, draft.hours, strict=True)]
    why["hosts"] = _added(why.get("hosts", {}), draft.hosts)
    reasons = why.get("attribution", [])
    why["attribution"] = reasons + [r for r in _safe(draft.attribution) if r not in reasons]
    why["events"] = alert.count
    why["window"] = draft.day.isoformat()
    if alert.kind == DetectionKind.INDICATOR:
        _judge_match(alert, draft, claims.get(draft.indicator_id or 0, ()), vital)
    else:
        grade = grade_signature(max(alert.severity, draft.severity))
        alert.severity = grade.severity
        why["severity"] = {"because": grade.because}


def _judge_match(
    alert: Alert, draft: Draft, claims: Sequence[ClaimFact], vital: Mapping[int | None, int]
) -> None:
    """Grade an indicator's match anew: by all contacts so far, and by what sources say now."""
    contacts = {contact_of(alert.indicator_type, table, way) for table, way in draft.ways}
    contacts |= {Contact(c) for c in alert.why.get("contacts", [])}
    live = [c for c in claims if c.expires_at is None or c.expires_at > draft.last_seen]
    grade = grade_match(contacts, [c.confidence for c in live], vital.get(alert.member_id))
    # What was grave when it was raised stays so, though a source may have withdrawn since.
    if grade.severity >= alert.severity or not alert.why.get("severity"):
        alert.severity = grade.severity
        alert.why["severity"] = {"because": grade.because}
    alert.why["contacts"] = [c for c in Contact if c in contacts]
    if claims or "claims" not in alert.why:
        # What was marked more strictly once stays so: the source's word was taken under it.
        before = [TLP(alert.tlp)] if alert.why.get("claims") else []
        alert.tlp = strictest([TLP(c.tlp) for c in claims] + before, default=TLP.AMBER)
        alert.why["claims"] = [_claim(c) for c in sorted(claims, key=lambda c: -c.confidence)]


def _claim(claim: ClaimFact) -> dict[str, object]:
    return {
        "source": visible(claim.source),
        "reliability": claim.reliability,
        "confidence": claim.confidence,
        "tlp": str(claim.tlp),
        "pap": str(claim.pap),
        "reference": visible(claim.reference),
        "context": visible(claim.context),
        "expires_at": claim.expires_at.isoformat() if claim.expires_at else None,
    }


def _added(hosts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Events of each host, of both; the first hundred hosts are told apart."""
    total = dict(hosts)
    for address, count in more.items():
        if address in total or len(total) < HOSTS_KEPT:
            total[address] = total.get(address, 0) + count
    return total


def _safe(reasons: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{key: visible(value) for key, value in reason.items()} for reason in reasons]


def _save(alerts: Iterable[Alert]) -> None:
    """Write the grown alerts: one statement for 500, where ``bulk_update`` needs a CASE each."""
    now = timezone.now()
    rows = []
    for alert in alerts:
        values = {f.attname: getattr(alert, f.attname) for f in Alert._meta.concrete_fields}
        # The row is found by its key; a number of its own would be a second, other conflict.
        values.update(id=None, uid=uuid7(), updated_at=now)
        rows.append(Alert(**values))
    Alert.objects.bulk_create(
        rows,
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=_GROWN,
    )


def _name(alerts: Iterable[Alert]) -> None:
    """Note what the detections of new alerts are called, where that is not known yet."""
    titles = {alert.detection: alert.title for alert in alerts}
    names = [DetectionName(detection=d, title=titles[d]) for d in sorted(titles)]
    DetectionName.objects.bulk_create(names, batch_size=_CHUNK, ignore_conflicts=True)


def _keep_evidence(
    batch: Batch, gathering: Gathered, found: Mapping[str, Alert], fresh: set[str]
) -> None:
    """Keep the first hundred events of each alert: of a batch in its fixed order."""
    kept = _evidence_counts([alert.pk for key, alert in found.items() if key not in fresh])
    alerts = {draft.number: found[draft.key] for draft in gathering.drafts}
    room = {number: EVIDENCE_KEPT - kept.get(alert.pk, 0) for number, alert in alerts.items()}
    more = gathering.evidence(draft for draft in gathering.drafts if room[draft.number] > 0)
    rows = [
        _event(alerts[number], batch, event)
        for number, events in more.items()
        for event in events[: room[number]]
    ]
    AlertEvent.objects.bulk_create(rows, batch_size=_CHUNK)


def _evidence_counts(alerts: list[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for chunk in (alerts[i : i + _CHUNK] for i in range(0, len(alerts), _CHUNK)):
        rows = AlertEvent.objects.filter(alert__in=chunk).order_by().values_list("alert_id")
        counts.update(rows.annotate(Count("id")))
    return counts


def _event(alert: Alert, batch: Batch, evidence: Evidence) -> AlertEvent:
    return AlertEvent(
        alert=alert,
        batch=batch,
        line=evidence.line,
        table=evidence.table,
        at=evidence.at,
        sensor=batch.sensor.name,
        source_address=visible(evidence.source_address, limit=45),
        source_port=evidence.source_port,
        destination_address=visible(evidence.destination_address, limit=45),
        destination_port=evidence.destination_port,
        protocol=visible(evidence.protocol, limit=16),
        address=visible(evidence.address, limit=45),
        direction=evidence.direction,
        field=evidence.field,
        observed=visible(evidence.observed, limit=2048),
        attribution={"by": evidence.by, "value": visible(evidence.by_value)} if evidence.by else {},
    )


def _locked(alerts: Iterable[Alert]) -> list[Alert]:
    keys = [alert.pk for alert in alerts]
    return list(Alert.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _refuse_if_assessed_by_others(alerts: list[Alert], actor: User) -> None:
    others = [a for a in alerts if a.assessed_by_id not in {None, actor.pk}]
    if others:
        raise Refused(
            ngettext(
                "Somebody else assessed %(count)d of these alerts meanwhile. Reopen it first.",
                "Somebody else assessed %(count)d of these alerts meanwhile. Reopen them first.",
                len(others),
            )
            % {"count": len(others)}
        )


def _set_status(alerts: list[Alert], status: AlertStatus, *fields: str) -> None:
    now = timezone.now()
    for alert in alerts:
        alert.status = status
        alert.updated_at = now
    Alert.objects.bulk_update(alerts, ["status", "updated_at", *fields], batch_size=_CHUNK)


def _announce(signal: Signal, alerts: list[Alert], **facts: str) -> None:
    if alerts:
        keys = [alert.pk for alert in alerts]
        transaction.on_commit(partial(signal.send, Alert, alert_ids=keys, **facts))
