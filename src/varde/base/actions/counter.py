"""Human numbers: 2026-0017."""

from django.db import connection, transaction


def next_number(series: str) -> int:
    """The next number of ``series``, from 1; without gaps, since it rolls back with the caller.

    The series stays locked until the caller's transaction ends.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # One statement on both databases: two first cases of a year must not both be number 1.
        cursor.execute(
            'INSERT INTO base_counter (series, "last") VALUES (%s, 1)'
            ' ON CONFLICT (series) DO UPDATE SET "last" = base_counter."last" + 1'
            ' RETURNING "last"',
            [series],
        )
        return int(cursor.fetchone()[0])
