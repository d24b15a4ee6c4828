"""Rules that keep findings from raising alerts: matching them, counting them, making them."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.errors import NotAllowed, Refused
from varde.constituency.models import Organisation
from varde.monitoring import events
from varde.monitoring.enums import DetectionKind
from varde.monitoring.models import SuppressionRule
from varde.monitoring.patterns import covers, lies_in, read_network, read_pattern
from varde.monitoring.policies import may_suppress
from varde.monitoring.shipped import SHIPPED_RULES


@dataclass(frozen=True, slots=True)
class Sieved:
    """``kept`` may raise alerts; ``hits`` says how many of the others each rule took."""

    kept: pa.Table
    hits: dict[SuppressionRule, int]

    @property
    def suppressed(self) -> int:
        return sum(self.hits.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """What a rule covers, why, and until when; every condition that is set must hold."""

    name: str
    detection: str
    reason: str
    member: Organisation | None = None
    address: str = ""
    expires_at: datetime | None = None


def sieve(findings: pa.Table, rules: list[SuppressionRule]) -> Sieved:
    """Take out what ``rules`` cover; the first rule that covers a finding has the hit."""
    hits: dict[SuppressionRule, int] = {}
    for rule in rules:
        if not findings.num_rows:
            break
        covered = pc.fill_null(_covered(findings, rule), fill_value=False)
        if count := pc.sum(covered).as_py():
            hits[rule] = count
            findings = findings.filter(pc.invert(covered))
    return Sieved(findings, hits)


def count_hits(sieved: Sieved, *, now: datetime) -> None:
    """Add the hits to their rules; in the transaction that finishes the batch."""
    for rule, count in sieved.hits.items():
        SuppressionRule.objects.filter(pk=rule.pk).update(hits=F("hits") + count, last_hit_at=now)


@transaction.atomic
def add_rule(terms: RuleTerms, *, actor: User, now: datetime) -> SuppressionRule:
    """Make a rule in ``actor``'s name. Raises ``Refused`` where the terms make no rule."""
    if not may_suppress(actor):
        raise NotAllowed(_("You may not make suppression rules."))
    _check(terms, now)
    if SuppressionRule.objects.select_for_update().filter(name=terms.name.strip()).exists():
        raise Refused(_("There is a suppression rule with that name already."))

    rule = SuppressionRule.objects.create(
        name=terms.name.strip(),
        detection=terms.detection.strip(),
        reason=terms.reason.strip(),
        member=terms.member,
        address=terms.address.strip(),
        expires_at=terms.expires_at,
        owner=actor,
    )
    audit.record(actor, "suppression.add", rule, detection=rule.detection, reason=rule.reason)
    transaction.on_commit(
        partial(events.suppression_changed.send, SuppressionRule, rule_id=rule.pk)
    )
    return rule


@transaction.atomic
def switch_rule(*, rule: SuppressionRule, enabled: bool, actor: User) -> None:
    """Put a rule in or out of force; what it hid before stays hidden."""
    if not may_suppress(actor):
        raise NotAllowed(_("You may not change suppression rules."))
    rule = SuppressionRule.objects.select_for_update().get(pk=rule.pk)
    if rule.enabled == enabled:
        raise Refused(_("Somebody else changed this rule already."))

    rule.enabled = enabled
    rule.save(update_fields=["enabled"])
    audit.record(actor, "suppression.enable" if enabled else "suppression.disable", rule)
    transaction.on_commit(
        partial(events.suppression_changed.send, SuppressionRule, rule_id=rule.pk)
    )


def ensure_shipped_rules() -> int:
    """Add the shipped rules that are missing; returns how many. One switched off stays off."""
    added = 0
    for shipped in SHIPPED_RULES:
        terms = {"detection": shipped.detection, "reason": shipped.reason, "shipped": True}
        _rule, created = SuppressionRule.objects.update_or_create(
            name=shipped.name, defaults=terms, create_defaults=terms
        )
        added += created
    return added


def _check(terms: RuleTerms, now: datetime) -> None:
    if not terms.name.strip() or not terms.reason.strip():
        raise Refused(_("A suppression rule needs a name and a reason."))
    try:
        read_pattern(terms.detection.strip())
    except ValueError:
        raise Refused(
            _("Say which detection: suricata:2027863, suricata:2200000-2299999, or an indicator.")
        ) from None
    try:
        if terms.address.strip():
            read_network(terms.address)
    except ValueError:
        raise Refused(_("This is neither an address nor a network.")) from None
    if terms.expires_at and terms.expires_at <= now:
        raise Refused(_("The rule would have expired already."))


def _covered(findings: pa.Table, rule: SuppressionRule) -> pa.ChunkedArray:
    """For each finding whether ``rule`` covers it."""
    pattern = read_pattern(rule.detection)
    names = pc.unique(findings["detection"]).to_pylist()
    covered = pc.is_in(
        findings["detection"], pa.array([n for n in names if covers(pattern, n)], pa.string())
    )
    if rule.shipped:
        # What somebody vouches for as bad is never hidden by a rule that nobody here made.
        covered = pc.and_(covered, pc.equal(findings["kind"], str(DetectionKind.SIGNATURE)))
    if rule.member_id is not None:
        covered = pc.and_(covered, pc.equal(findings["member"], rule.member_id))
    if rule.address:
        covered = pc.and_(covered, _touches(findings, rule.address))
    return covered


def _touches(findings: pa.Table, address: str) -> pa.ChunkedArray:
    """For each finding whether either end lies in ``address``."""
    network = read_network(address)
    ends = {a for c in ("src_ip", "dest_ip") for a in pc.unique(findings[c]).to_pylist() if a}
    inside = pa.array([a for a in ends if lies_in(network, a)], pa.string())
    return pc.or_(pc.is_in(findings["src_ip"], inside), pc.is_in(findings["dest_ip"], inside))
