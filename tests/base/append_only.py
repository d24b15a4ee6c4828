"""Lets tests empty the tables that refuse to be emptied."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations


@contextmanager
def unprotected() -> Iterator[None]:
    """The audit tables without their triggers: what a forger with the database's password has."""
    migration: Any = import_module("varde.base.migrations.0002_append_only")
    with connection.cursor() as cursor:
        editor = SimpleNamespace(
            connection=connection, execute=lambda sql, params=None: cursor.execute(sql, params)
        )
        migration.release(None, editor)
        try:
            yield
        finally:
            migration.protect(None, editor)


@contextmanager
def flush_allowed() -> Iterator[None]:
    """Tests with real transactions end with a flush of every table."""
    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with transaction.atomic(), unprotected():
            original(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = flush
    try:
        yield
    finally:
        BaseDatabaseOperations.execute_sql_flush = original
