"""Reads of indicators and of what is claimed about them."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet

from varde.accounts.models import User
from varde.accounts.policies import may_audit, may_operate
from varde.intel.canonical import canonical
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAnIndicator
from varde.intel.models import Claim, Indicator, IndicatorImport, Source
from varde.intel.never_match import NeverMatch, fingerprint, never_match
from varde.intel.refang import refang

_CHUNK = 20_000
# Sorts after every character that an indicator's one form may hold.
_AFTER_ASCII = "\x7f"


class IndicatorRow(NamedTuple):
    """What the matcher needs; ``expires_at`` is None where some claim has no end."""

    id: int
    type: str
    value: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """What one source says of an indicator, as an explanation shows it."""

    source: str
    reliability: str
    confidence: int
    tlp: str
    pap: str
    context: str
    reference: str
    first_seen: datetime
    last_seen: datetime
    expires_at: datetime | None


def never_match_folder() -> Path:
    """Where the operator's lists lie."""
    return Path(settings.VARDE_HOME) / "never-match"


def never_match_set() -> NeverMatch:
    """What must never be looked for, as of now."""
    return never_match(never_match_folder())


def never_match_state() -> str:
    """Changes when the operator's lists do."""
    return fingerprint(never_match_folder())


def live_claims(at: datetime) -> QuerySet[Claim]:
    """The claims that hold at ``at``."""
    return Claim.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))


def indicator_rows(at: datetime) -> Iterator[IndicatorRow]:
    """Every indicator that some claim upholds at ``at``, without what must never be matched.

    The never-match set is asked again here: the operator may have added a list since the import.
    """
    never = never_match_set()
    live = live_claims(at)
    expiries = _expiries(live)
    upheld = Indicator.objects.filter(Exists(live.filter(indicator=OuterRef("pk"))))
    rows = upheld.order_by("pk").values_list("pk", "type", "value")
    for pk, kind, value in rows.iterator(chunk_size=_CHUNK):
        if not never.reason(kind, value):
            yield IndicatorRow(pk, kind, value, expiries.get(pk))


def _expiries(live: QuerySet[Claim]) -> dict[int, datetime]:
    """When each indicator expires that does: the last of its claims decides."""
    endless = live.filter(indicator=OuterRef("indicator"), expires_at__isnull=True)
    ending = live.filter(~Exists(endless), expires_at__isnull=False)
    return dict(ending.values_list("indicator").annotate(Max("expires_at")))


def claims_on(indicator_ids: Iterable[int]) -> dict[int, list[ClaimFact]]:
    """What is claimed of each indicator, surest claim first, in one query.

    Expired claims are told as well: an alert of last week rests on them.
    """
    facts: dict[int, list[ClaimFact]] = {pk: [] for pk in indicator_ids}
    claims = Claim.objects.filter(indicator__in=list(facts)).select_related("source")
    for claim in claims.order_by("-confidence", "source__slug"):
        facts[claim.indicator_id].append(
            ClaimFact(
                source=claim.source.name,
                reliability=claim.source.reliability,
                confidence=claim.confidence,
                tlp=claim.tlp,
                pap=claim.pap,
                context=claim.context,
                reference=claim.reference,
                first_seen=claim.first_seen,
                last_seen=claim.last_seen,
                expires_at=claim.expires_at,
            )
        )
    return facts


def indicators_visible_to(
    user: User, *, search: str = "", kind: str = "", source: str = ""
) -> QuerySet[Indicator]:
    """All indicators with their claims for operators and auditors, newest first; else none.

    ``search``: how the value begins, in any form that is understood. ``source``: a slug.
    Reading a page of them takes two queries.
    """
    if not (may_operate(user) or may_audit(user)):
        return Indicator.objects.none()
    return indicators_with_claims(search=search, kind=kind, source=source)


def indicators_with_claims(
    *, search: str = "", kind: str = "", source: str = ""
) -> QuerySet[Indicator]:
    """As ``indicators_visible_to``, knowing no visibility: for the command line only."""
    found = Indicator.objects.order_by("-pk")
    if search:
        found = found.filter(
            _begins_with(search), type__in=[kind] if kind else IndicatorType.values
        )
    elif kind:
        found = found.filter(type=kind)
    if source:
        of_source = Claim.objects.filter(indicator=OuterRef("pk"), source__slug=source)
        found = found.filter(Exists(of_source))
    claims = Claim.objects.select_related("source").order_by("-confidence", "source__slug")
    return found.prefetch_related(Prefetch("claims", claims))


def _begins_with(search: str) -> Q:
    """A range, which the index on (type, value) answers; and the exact form of what was typed."""
    text = refang(search).lower()
    exact = Q()
    with suppress(NotAnIndicator):
        exact = Q(value=canonical(None, search)[1])
    return exact | Q(value__gte=text, value__lt=text + _AFTER_ASCII, value__startswith=text)


def withheld_reason(indicator: Indicator) -> str:
    """Why a stored indicator is not matched; empty where it is (if a claim upholds it)."""
    return never_match_set().reason(indicator.type, indicator.value)


def source_choices(user: User) -> list[tuple[str, str]]:
    """Slug and name of each source, uncounted: for a list to choose from."""
    if not (may_operate(user) or may_audit(user)):
        return []
    return list(Source.objects.order_by("name").values_list("slug", "name"))


def imports_visible_to(user: User) -> QuerySet[IndicatorImport]:
    """What was imported and with what balance, newest first, for operators and auditors."""
    if may_operate(user) or may_audit(user):
        return IndicatorImport.objects.select_related("source")
    return IndicatorImport.objects.none()
