"""How severe an alert is: one table, and the reasons that the table gives.

Signatures carry their own priority, which the engine maps to ours. A match of an indicator is
graded by what happened there (``Contact``) and by how sure its best source is:

===================  ==========================================  ========  ========  ========
contact              example                                     >= 75 %   >= 50 %   below
===================  ==========================================  ========  ========  ========
outbound             a member's host spoke to it (also to        high      medium    low
                     another member)
transfer             a file with that hash came or went          high      medium    low
lookup               a member's host asked DNS for it            medium    medium    low
mail                 the address wrote or was written to         medium    low       low
fingerprint          JA3 or JA4: many programs share one         medium    low       low
inbound              it spoke to a member's host                 medium    low       low
elsewhere            neither end is a member's                   low       low       low
===================  ==========================================  ========  ========  ========

The gravest contact counts. High becomes critical where the best source is at least 90 % sure and
the member is vital: patients are hit at once when it is down.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from varde.constituency.enums import Criticality
from varde.monitoring.enums import Direction, Severity

SURE = 75
LIKELY = 50
CERTAIN = 90


class Contact(StrEnum):
    """What took place between a member and what the indicator names."""

    OUTBOUND = "outbound"
    TRANSFER = "transfer"
    LOOKUP = "lookup"
    MAIL = "mail"
    FINGERPRINT = "fingerprint"
    INBOUND = "inbound"
    ELSEWHERE = "elsewhere"


_LOW, _MEDIUM, _HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH
# Severity by how sure the best source is: SURE, LIKELY, less.
_TABLE: dict[Contact, tuple[Severity, Severity, Severity]] = {
    Contact.OUTBOUND: (_HIGH, _MEDIUM, _LOW),
    Contact.TRANSFER: (_HIGH, _MEDIUM, _LOW),
    Contact.LOOKUP: (_MEDIUM, _MEDIUM, _LOW),
    Contact.MAIL: (_MEDIUM, _LOW, _LOW),
    Contact.FINGERPRINT: (_MEDIUM, _LOW, _LOW),
    Contact.INBOUND: (_MEDIUM, _LOW, _LOW),
    Contact.ELSEWHERE: (_LOW, _LOW, _LOW),
}


@dataclass(frozen=True, slots=True)
class Grade:
    """``because`` are facts for the reader: [{"code": "outbound", "confidence": 80}, ...]."""

    severity: Severity
    because: list[dict[str, object]]


def contact_of(indicator_type: str, table: str, direction: str) -> Contact:
    """What an event in ``table`` that goes in ``direction`` says of an indicator's match."""
    if direction == Direction.EXTERNAL:
        return Contact.ELSEWHERE
    if indicator_type in {"md5", "sha1", "sha256"}:
        return Contact.TRANSFER
    if indicator_type == "email":
        return Contact.MAIL
    if indicator_type in {"ja3", "ja4"}:
        return Contact.FINGERPRINT
    if table == "dns":
        return Contact.LOOKUP
    return Contact.INBOUND if direction == Direction.INBOUND else Contact.OUTBOUND


def grade_match(
    contacts: Iterable[str], confidences: Iterable[int], criticality: int | None
) -> Grade:
    """The grade of an indicator's match; ``criticality`` is the member's, None without member."""
    confidence = max(confidences, default=0)
    column = 0 if confidence >= SURE else 1 if confidence >= LIKELY else 2
    graded = sorted(((-_TABLE[Contact(c)][column], c) for c in contacts), key=_table_order)
    severity = Severity(-graded[0][0]) if graded else _LOW
    because: list[dict[str, object]] = [
        {"code": contact, "confidence": confidence} for _, contact in graded[:1]
    ]
    if severity == _HIGH and confidence >= CERTAIN and criticality == Criticality.VITAL:
        because.append({"code": "vital_member"})
        severity = Severity.CRITICAL
    return Grade(severity, because)


def grade_signature(severity: int) -> Grade:
    """The grade of a signature's alert: the one that the signature's own priority gives."""
    return Grade(Severity(severity), [{"code": "signature_priority"}])


def _table_order(graded: tuple[int, str]) -> tuple[int, int]:
    return graded[0], list(Contact).index(Contact(graded[1]))
