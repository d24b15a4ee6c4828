"""The audit chain: who did what to which thing, in the same transaction as the deed.

Facts that may be personal go to the entry's detail, outside the chain, and may be erased.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from django.db import connection, models, transaction
from django.utils import timezone

from varde.base import chain
from varde.base.chain import Break, Fault, Row
from varde.base.models import AuditDetail, AuditEntry, AuditHead

ERASED = "audit.erase"
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``verify`` found; ``broken_at`` is the number of the first entry that is wrong."""

    entries: int
    broken_at: int | None
    reason: str
    seconds: float
    fault: Fault | None = None


class ChainError(RuntimeError):
    """The chain could not be appended to: its head moved although it was locked."""


def record(
    actor: models.Model | str | None, action: str, subject: models.Model | str, **facts: object
) -> AuditEntry:
    """Append an entry in the caller's transaction; call it after the locks of the deed itself.

    ``actor``: a user, another row that acted (a contact), or None for the system. ``action``:
    ``case.close``. ``facts``: anything JSON can say; kept in the erasable detail.
    Raises ``TransactionManagementError`` outside a transaction.
    """
    _demand_transaction()
    sequence, previous = _locked_head()
    entry = AuditEntry(
        sequence=sequence + 1,
        at=timezone.now(),
        actor=_actor(actor),
        action=chain.text(action),
        subject=label(subject),
        previous=previous,
    )
    detail = _detail(facts)
    entry.detail_digest = chain.detail_digest(*detail) if detail else ""
    entry.digest = chain.link_digest(
        previous,
        entry.sequence,
        chain.moment(entry.at),
        entry.actor,
        entry.action,
        entry.subject,
        entry.detail_digest,
    )
    _append(entry, detail)
    return entry


def label(subject: models.Model | str) -> str:
    """How an entry names a thing: ``incidents.case:17``."""
    if isinstance(subject, models.Model):
        return f"{subject._meta.label_lower}:{subject.pk}"
    return chain.text(subject)


def erase_detail(entry: AuditEntry, actor: models.Model | str | None, *, why: str = "") -> None:
    """Forget what ``entry`` says beyond its bare facts; the chain still holds and tells of it."""
    with transaction.atomic():
        # Said first: the database lets a detail go only when the chain already tells of it.
        record(actor, ERASED, entry, why=why)
        AuditDetail.objects.filter(entry=entry).delete()


def verify() -> Verdict:
    """Follow the whole chain, in constant memory; the first broken place is named."""
    started = time.perf_counter()
    head, digest, highest = _head_and_highest()
    walked = chain.walk(_rows(head))
    broken = (
        chain.against_head(walked, sequence=head, digest=digest)
        or _beyond(head, highest)
        or _silent_erasure(head)
    )
    seconds = time.perf_counter() - started
    if broken is None:
        return Verdict(walked.entries, None, "", seconds)
    return Verdict(walked.entries, broken.at, broken.reason, seconds, broken.fault)


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An audit entry belongs in the transaction of what it tells of."
        )


def _actor(actor: models.Model | str | None) -> str:
    """``user:17``, never a name: the chain must hold no personal data."""
    if isinstance(actor, models.Model):
        return f"{actor._meta.model_name}:{actor.pk}"
    return chain.text(actor or "system")


def _detail(facts: dict[str, object]) -> tuple[str, object] | None:
    return (secrets.token_hex(16), chain.plain(facts)) if facts else None


def _locked_head() -> tuple[int, str]:
    """The end of the chain, locked until the caller's transaction ends, so it cannot fork.

    PostgreSQL locks the row; on SQLite a transaction is IMMEDIATE and alone from its beginning.
    """
    lock = "" if connection.vendor == "sqlite" else " FOR UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence, digest FROM base_audithead WHERE id = 1" + lock  # noqa: S608 - a constant
        )
        found = cursor.fetchone()
    if found is None:
        # Only an emptied database (a test) has no head: migration 0002 makes it.
        AuditHead.objects.get_or_create(id=1)
        return _locked_head()
    return found[0], found[1]


def _append(entry: AuditEntry, detail: tuple[str, object] | None) -> None:
    """Write the entry and move the head; bare SQL, since every deed pays for this."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO base_auditentry"
            " (sequence, at, actor, action, subject, detail_digest, previous, digest)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                entry.sequence,
                connection.ops.adapt_datetimefield_value(entry.at),
                entry.actor,
                entry.action,
                entry.subject,
                entry.detail_digest,
                entry.previous,
                entry.digest,
            ],
        )
        if detail:
            salt, facts = detail
            cursor.execute(
                "INSERT INTO base_auditdetail (entry_id, salt, facts) VALUES (%s, %s, %s)",
                [entry.sequence, salt, orjson.dumps(facts).decode()],
            )
        cursor.execute(
            "UPDATE base_audithead SET sequence = %s, digest = %s WHERE id = 1 AND sequence = %s",
            [entry.sequence, entry.digest, entry.sequence - 1],
        )
        if cursor.rowcount != 1:
            raise ChainError("The head of the audit chain moved.")
    entry._state.adding = False


def _head_and_highest() -> tuple[int, str, int]:
    """The head, and the highest number there is, as of one moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(h.sequence), max(h.digest),"
            " (SELECT coalesce(max(e.sequence), 0) FROM base_auditentry e)"
            " FROM base_audithead h WHERE h.id = 1"
        )
        sequence, digest, highest = cursor.fetchone()
    return sequence or 0, digest or chain.GENESIS, highest


def _rows(last: int) -> Iterator[Row]:
    """The entries up to ``last``, read from the server piece by piece."""
    # Text, not datetime and JSON: parsing each would take longer than all the hashing.
    if connection.vendor == "sqlite":
        # SQLite leaves ".000000" out.
        at = "CASE length(e.at) WHEN 19 THEN e.at || '.000000' ELSE e.at || '' END"
        facts = "d.facts || ''"
    else:
        at = "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        facts = "d.facts::text"
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT e.sequence, {at}, e.actor, e.action, e.subject, e.detail_digest,"  # noqa: S608 - both pieces are the constants above
            f" e.previous, e.digest, d.salt, {facts}"
            " FROM base_auditentry e LEFT JOIN base_auditdetail d ON d.entry_id = e.sequence"
            " WHERE e.sequence <= %s ORDER BY e.sequence",
            [last],
        )
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def _beyond(head: int, highest: int) -> Break | None:
    if highest <= head:
        return None
    return Break(
        Fault.INSERTED, head + 1, f"entry {head + 1} is not in the chain: put in at its end"
    )


def _silent_erasure(head: int) -> Break | None:
    """The first detail that is gone although no entry tells of its erasure."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(e.sequence) FROM base_auditentry e"
            " LEFT JOIN base_auditdetail d ON d.entry_id = e.sequence"
            " WHERE e.sequence <= %s AND e.detail_digest <> '' AND d.entry_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM base_auditentry x WHERE x.action = %s"
            " AND x.subject = 'base.auditentry:' || e.sequence)",
            [head, ERASED],
        )
        (missing,) = cursor.fetchone()
    if missing is None:
        return None
    return Break(Fault.DETAIL, missing, f"the detail of entry {missing} is gone, untold")
