"""Revisions: an artefact compiled from facts says of which state of them it is."""

from django.db import connection, transaction


def bump_revision(name: str) -> int:
    """Say that the facts called ``name`` have changed; the new revision, from 1."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO base_revision (name, number) VALUES (%s, 1)"
            " ON CONFLICT (name) DO UPDATE SET number = base_revision.number + 1"
            " RETURNING number",
            [name],
        )
        return int(cursor.fetchone()[0])
