"""Who owned an address, a domain or a sensor at a time, and why: the compiled answer.

Attribution is compiled from the register when that has changed. A process compiles at its first
question, whatever lies on disk: a database that was restored counts its revisions anew, and an
artefact of another history would send one member's evidence to another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from django.conf import settings

from varde.base.queries import current_revision
from varde.constituency.queries import names_of, ownership_rows
from varde.engine.enrich.ownership import (
    Considered,
    Ownership,
    OwnershipFact,
    Reason,
    compile_ownership,
)
from varde.monitoring.models import SensorPlacement

_KEPT = 3
_ATTEMPTS = 20


class _Sensed(NamedTuple):
    """A sensor's placement in the form of a fact."""

    value: str
    organisation_id: int
    valid_from: datetime
    valid_to: datetime | None
    kind: str = "sensor"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that concerns the question, its owner, and why it did or did not decide."""

    kind: str  # "network", "domain" or "sensor"
    value: str
    organisation_id: int
    handle: str
    name: str
    valid_from: datetime
    valid_to: datetime | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Tenure:
    """From when to when ``fact`` decided; None where nobody owned it."""

    start: datetime
    end: datetime | None
    fact: Fact | None


@dataclass(frozen=True, slots=True)
class OwnerAnswer:
    """Who owned what was asked for; ``considered`` in the order in which facts were tried.

    ``history`` runs from the first fact on: what the answer would be at any other time.
    """

    question: str
    at: datetime
    revision: int
    owner: Fact | None
    considered: list[Fact]
    history: list[Tenure]


class _Held:
    """The artefact this process has open."""

    lock = Lock()
    ownership: Ownership | None = None


def current_ownership() -> Ownership:
    """The compiled attribution of the register as it stands; compiled where it is not yet.

    Also writes ``artefacts/ownership-<revision>.arrow``. One small query where nothing changed.
    """
    with _Held.lock:
        revision = current_revision("ownership")
        if _Held.ownership is None or _Held.ownership.revision != revision:
            _Held.ownership = _compile()
        return _Held.ownership


def forget_ownership() -> None:
    """Compile anew at the next question: for tests, whose registers share their revisions."""
    with _Held.lock:
        _Held.ownership = None


def owner_at(question: str, at: datetime) -> OwnerAnswer:
    """Who owned an address, domain or sensor at ``at``, and why, with the whole history.

    Knows no visibility: for operators and the command line only.
    """
    ownership = current_ownership()
    considered = ownership.explain(question, at)
    names = names_of({fact.member for fact in considered})
    facts = [_fact(fact, names) for fact in considered]
    return OwnerAnswer(
        question=question,
        at=at,
        revision=ownership.revision,
        owner=next((fact for fact in facts if fact.reason == Reason.CHOSEN), None),
        considered=facts,
        history=list(_history(facts)),
    )


def _compile() -> Ownership:
    """The artefact of one state of the register: facts read while it changed are read again."""
    for _attempt in range(_ATTEMPTS):
        revision = current_revision("ownership")
        rows = list(_rows())
        if current_revision("ownership") == revision:
            folder = Path(settings.VARDE_HOME) / "artefacts"
            path = compile_ownership(rows, folder / f"ownership-{revision}.arrow", revision)
            _remove_old(folder)
            return Ownership.open(path)
    raise RuntimeError("The register changed each time it was read.")


def _rows() -> Iterator[OwnershipFact]:
    yield from ownership_rows()
    columns = ("sensor__name", "organisation_id", "valid_from", "valid_to")
    for row in SensorPlacement.objects.order_by().values_list(*columns):
        yield _Sensed(*row)


def _remove_old(folder: Path) -> None:
    """Keep the last few: another process may be about to open the one before."""
    artefacts = sorted(folder.glob("ownership-*.arrow"), key=lambda path: path.stat().st_mtime)
    for path in artefacts[:-_KEPT]:
        path.unlink(missing_ok=True)


def _fact(fact: Considered, names: dict[int, tuple[str, str]]) -> Fact:
    handle, name = names.get(fact.member, (f"#{fact.member}", f"#{fact.member}"))
    return Fact(
        kind=fact.kind,
        value=fact.value,
        organisation_id=fact.member,
        handle=handle,
        name=name,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        reason=fact.reason,
    )


def _history(facts: list[Fact]) -> Iterator[Tenure]:
    """Who decided from when to when; stretches that say the same are one."""
    borders = {moment for fact in facts for moment in (fact.valid_from, fact.valid_to) if moment}
    tenures = [
        Tenure(start, end, _decides(facts, start))
        for start, end in pairwise([*sorted(borders), None])
        if start is not None
    ]
    yield from _joined(tenures)


def _decides(facts: list[Fact], at: datetime) -> Fact | None:
    holding = (f for f in facts if f.valid_from <= at and (f.valid_to is None or at < f.valid_to))
    return next(holding, None)


def _joined(tenures: Iterable[Tenure]) -> Iterator[Tenure]:
    last: Tenure | None = None
    for tenure in tenures:
        if last is not None and last.fact == tenure.fact:
            last = Tenure(last.start, tenure.end, last.fact)
            continue
        if last is not None:
            yield last
        last = tenure
    if last is not None and (last.fact is not None or last.end is not None):
        yield last
