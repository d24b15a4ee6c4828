"""What one member may see of what was observed: pure functions, and the only ones that cut.

A notice is a promise that nothing of another member is in it. So every value passes here, and a
value that cannot be shown to be harmless is withheld: the far end of a conversation when it lies
in another member's network, a name under another member's domain, the names of sensors (they stand
at members), and all that gives away an indicator which its source has not let us pass on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from varde.incidents.ownership import Ownership, same_address

ROWS_KEPT = 100


class Row(TypedDict):
    """One observation as the member sees it; ``withheld`` says why ``other`` is empty."""

    alert: str  # uid
    at: str  # ISO 8601, UTC
    own: str
    own_port: int | None
    other: str
    other_port: int | None
    direction: str
    protocol: str
    field: str
    observed: str
    withheld: str  # "", "another_member" or "restricted"


class Finding(TypedDict):
    """One thing as the member sees it, of one alert or of several that say the same.

    Sources whose label forbids that the member reads them are only counted.
    """

    alerts: list[str]  # uids
    kind: str
    title: str  # empty: withheld
    severity: int
    count: int
    first_seen: str
    last_seen: str
    indicator_type: str
    indicator: str
    hosts: list[str]  # the member's own
    sources: list[dict[str, Any]]  # name, confidence, reference, context, tlp
    withheld: int  # how many sources are kept back


@dataclass(frozen=True, slots=True)
class Observation:
    """One event behind an alert, as it is in the records."""

    alert: str
    member_id: int | None
    at: datetime
    address: str
    source_address: str
    source_port: int | None
    destination_address: str
    destination_port: int | None
    direction: str
    protocol: str
    field: str
    observed: str
    restricted: bool = False  # gives away an indicator that may not be passed on


def cut(member_id: int, observations: Iterable[Observation], ownership: Ownership) -> list[Row]:
    """The rows that ``member_id`` may see: its own host is one end, the rest is made harmless."""
    rows = []
    for seen in observations:
        if seen.member_id != member_id:
            continue
        # The record says the address is theirs; one that is only somebody else's is an error.
        if ownership.may_be(seen.address, of=member_id):
            rows.append(_row(member_id, seen, ownership))
    return rows


def select(rows: Sequence[Row], *, limit: int = ROWS_KEPT) -> list[Row]:
    """At most ``limit`` rows in order of time: one of each host and alert, then the oldest."""
    in_time = sorted(rows, key=lambda row: row["at"])
    if len(in_time) <= limit:
        return in_time
    first: dict[tuple[str, str], int] = {}
    for index, row in enumerate(in_time):
        first.setdefault((row["own"], row["alert"]), index)
    chosen = list(first.values())[:limit]
    taken = set(chosen)
    rest = (index for index in range(len(in_time)) if index not in taken)
    chosen += [index for index, _ in zip(rest, range(limit - len(chosen)), strict=False)]
    return [in_time[index] for index in sorted(chosen)]


def _row(member_id: int, seen: Observation, ownership: Ownership) -> Row:
    own_port, other, other_port, direction = _ends(seen)
    withheld = _why_withheld(member_id, seen, other, ownership)
    hidden = seen.restricted or ownership.names_another(seen.observed, than=member_id)
    return Row(
        alert=seen.alert,
        at=seen.at.isoformat(),
        own=seen.address,
        own_port=own_port,
        other="" if withheld else other,
        other_port=other_port,
        direction=direction,
        protocol=seen.protocol,
        field=seen.field,
        observed="" if hidden else seen.observed,
        withheld=withheld or (_why_hidden(seen) if hidden else ""),
    )


def _ends(seen: Observation) -> tuple[int | None, str, int | None, str]:
    """Own port, the other end's address and port, and the direction as the member sees it.

    "Between members" is never a direction here: it would say that the other end is one.
    """
    outbound = (None, seen.destination_address, seen.destination_port, "outbound")
    inbound = (None, seen.source_address, seen.source_port, "inbound")
    if same_address(seen.address, seen.source_address):
        return seen.source_port, *outbound[1:]
    if same_address(seen.address, seen.destination_address):
        return seen.destination_port, *inbound[1:]
    # Attributed by a name or a forwarded address: neither end of the wire is known to be theirs.
    return inbound if seen.direction == "inbound" else outbound


def _why_withheld(member_id: int, seen: Observation, other: str, ownership: Ownership) -> str:
    if seen.restricted:
        return "restricted"
    is_another = seen.direction == "internal" and not ownership.is_own(other, of=member_id)
    if is_another or ownership.names_another(other, than=member_id):
        return "another_member"
    return ""


def _why_hidden(seen: Observation) -> str:
    return "restricted" if seen.restricted else "another_member"
