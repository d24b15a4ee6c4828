"""Writes of indicators: import claims, withdraw claims."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from varde.accounts.models import User
from varde.base import audit
from varde.base.actions.revision import bump_revision
from varde.base.errors import Refused
from varde.base.marking import PAP, TLP
from varde.base.text import printable
from varde.intel import events
from varde.intel.actions.staging import Said, Sayings, Staged, apply, moment, stage, staging
from varde.intel.canonical import canonical, plain_type
from varde.intel.errors import NotAnIndicator
from varde.intel.formats.entry import Entry
from varde.intel.models import Claim, Indicator, IndicatorImport, Source
from varde.intel.never_match import NeverMatch
from varde.intel.queries import never_match_set

REFUSALS_KEPT = 1_000
_BATCH = 20_000
_VALUE_SHOWN = 200
_TEXT_KEPT = 500
_FULL = 100
# The part of an entry that says something of its value: context to expiry.
_SAID = slice(Entry._fields.index("context"), Entry._fields.index("expires_at") + 1)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a source gives its indicators, where an entry does not say otherwise.

    The strictest of source, terms and entry holds. ``tlp`` and ``pap`` None: the source's own.
    """

    tlp: TLP | None = None
    pap: PAP | None = None
    confidence: int = 50  # percent
    expires_at: datetime | None = None


@dataclass(slots=True)
class Balance:
    """What became of the entries so far; ``refusals`` holds the first of them."""

    received: int = 0
    staged: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    refusals: list[dict[str, object]] = field(default_factory=list)

    def refuse(self, entry: Entry, reason: str) -> None:
        self.reasons[reason.partition(":")[0]] += 1
        if len(self.refusals) < REFUSALS_KEPT:
            value = _clean(entry.value, _VALUE_SHOWN)
            self.refusals.append({"line": entry.line, "value": value, "reason": reason})


def ensure_source(
    name: str, *, tlp: TLP | None = None, pap: PAP | None = None, actor: User | None = None
) -> Source:
    """The source of that name; a new one gets these terms (default AMBER).

    An existing one keeps its own: what was given to us closed is not opened by a second import.
    """
    slug = slugify(name)[:64]
    if not slug:
        raise Refused(_("A source needs a name with a letter or a digit in it."))
    terms = {"name": name[:200], "tlp": tlp or TLP.AMBER, "pap": pap or PAP.AMBER}
    with transaction.atomic():
        source, is_new = Source.objects.get_or_create(slug=slug, defaults=terms)
        if is_new:
            audit.record(actor, "source.create", source, name=name, tlp=source.tlp, pap=source.pap)
    return source


def import_indicators(
    *,
    source: Source,
    entries: Iterable[Entry | str],
    actor: User | None,
    terms: Terms | None = None,
    file_name: str = "",
    progress: Callable[[int], None] | None = None,
) -> IndicatorImport:
    """Store what ``source`` claims; gives the balance: received = stored + duplicate + refused.

    Idempotent: the same entries again are duplicates, which renew the claim (last seen, expiry,
    confidence) and never open its labels. An import takes nothing away: a feed that is suddenly
    empty withdraws nothing. ``progress`` is told the number of entries read. Memory stays bounded
    whatever the number. Raises ``Refused`` where there is no entry, ``NotAFeed`` from ``entries``.
    """
    balance = Balance()
    with staging():
        # The reading is outside the transaction: a long feed must not hold up the others' writes.
        sayings = Sayings()
        claims = _staged(entries, _reading(source, terms or Terms()), sayings, balance)
        while batch := list(islice(claims, _BATCH)):
            stage(batch, sayings.take_fresh())
            if progress:
                progress(balance.received)
        if not balance.received:
            raise Refused(_("The file holds no indicators. Nothing was changed."))
        return _store(source, balance, actor, file_name)


@transaction.atomic
def _store(source: Source, balance: Balance, actor: User | None, file_name: str) -> IndicatorImport:
    # Two imports of one source at once would each call the other's claims their own.
    source = Source.objects.select_for_update().get(pk=source.pk)

    applied = apply(source, timezone.now())
    refused = sum(balance.reasons.values())
    done = IndicatorImport.objects.create(
        source=source,
        file_name=_clean(file_name, 300),
        received=balance.received,
        stored=applied.stored,
        duplicate=balance.staged - applied.stored,
        refused=refused,
        refusals=balance.refusals,
        reasons=dict(balance.reasons.most_common()),
    )

    _finish(actor, "indicators.import", done, changed=applied.changed)
    return done


def _finish(actor: User | None, action: str, done: IndicatorImport, *, changed: bool) -> None:
    if changed:
        bump_revision("indicators")
    audit.record(
        actor,
        action,
        done,
        source=done.source.slug,
        file=done.file_name,
        received=done.received,
        stored=done.stored,
        duplicate=done.duplicate,
        refused=done.refused,
    )
    if changed:
        transaction.on_commit(
            partial(events.indicators_changed.send, IndicatorImport, import_id=done.pk)
        )


def _staged(
    entries: Iterable[Entry | str],
    read: Callable[[Entry], Said],
    sayings: Sayings,
    balance: Balance,
) -> Iterator[Staged]:
    """The entries that can be looked for, in canonical form; the others go to the balance."""
    never = never_match_set()
    for number, item in enumerate(entries, start=1):
        entry = Entry(number, item) if isinstance(item, str) else item
        balance.received += 1
        try:
            kind, value = _checked(entry, never)
        except NotAnIndicator as refusal:
            balance.refuse(entry, refusal.reason)
            continue
        balance.staged += 1
        key = entry[_SAID]
        yield kind, value, sayings.known(key) or sayings.add(key, read(entry))


def _reading(source: Source, terms: Terms) -> Callable[[Entry], Said]:
    """How an entry is to be understood: what it does not say, the terms and the source do."""
    tlp = max(TLP(source.tlp), terms.tlp or TLP.CLEAR)
    pap = max(PAP(source.pap), terms.pap or PAP.CLEAR)

    def read(entry: Entry) -> Said:
        confidence = terms.confidence if entry.confidence is None else entry.confidence
        expires_at = entry.expires_at or terms.expires_at
        return Said(
            max(tlp, entry.tlp or TLP.CLEAR).rank,
            max(pap, entry.pap or PAP.CLEAR).rank,
            min(max(confidence, 0), _FULL),
            moment(expires_at) if expires_at else None,
            _clean(entry.context, _TEXT_KEPT),
            _clean(entry.reference, _TEXT_KEPT),
        )

    return read


def _checked(entry: Entry, never: NeverMatch) -> tuple[str, str]:
    """Type and one form of an entry; raises ``NotAnIndicator``."""
    if entry.reason:
        raise NotAnIndicator(entry.reason)
    value = entry.value
    name = plain_type(value) if entry.type is None else ""
    if not name:
        kind, value = canonical(entry.type, value)
        name = kind.value
    if reason := never.reason(name, value):
        raise NotAnIndicator(reason)
    return name, value


def _clean(text: str, limit: int) -> str:
    """Text fit to store and show: control characters would end up in a terminal or a log."""
    return printable(text[:limit].encode(errors="replace").decode())


@transaction.atomic
def withdraw_claims(
    *, source: Source, indicators: Iterable[Indicator], actor: User | None, reason: str
) -> int:
    """End what ``source`` claims of these indicators as of now; gives how many claims ended.

    The claims stay, expired: alerts that rest on them still say whose word they were.
    """
    if not reason.strip():
        raise Refused(_("Say why the indicators are withdrawn."))
    now = timezone.now()
    alive = Claim.objects.select_for_update().filter(source=source, indicator__in=list(indicators))
    claims = [claim for claim in alive if claim.expires_at is None or claim.expires_at > now]
    if not claims:
        raise Refused(_("The source claims nothing of these indicators any longer."))

    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(expires_at=now)

    bump_revision("indicators")
    values = [claim.indicator_id for claim in claims]
    audit.record(actor, "indicators.withdraw", source, reason=reason, indicators=values)
    transaction.on_commit(partial(events.indicators_changed.send, Source, import_id=None))
    return len(claims)
