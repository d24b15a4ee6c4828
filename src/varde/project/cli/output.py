"""How commands speak: tables for people, JSON for programs, errors with the fix."""

import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

import typer

from varde.base.text import printable
from varde.project.errors import WrongSettings

if TYPE_CHECKING:
    from rich.text import Text


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOTHING_FOUND = 3


# How SQLite and PostgreSQL say that the records were never set up.
MISSING_TABLES = ("no such table", "unable to open database", "does not exist")


def setup(*, quiet: bool = True) -> None:
    """Make Django ready; called first in each command that touches records.

    A command says what matters itself, in English like its help: only a program that runs on
    (``quiet=False``) also logs.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.project.settings")
    import django

    django.setup()
    if quiet:
        from django.utils import translation

        # Commands speak English, so what they quote from the pages does, too.
        translation.activate("en")
        logging.getLogger().setLevel(logging.WARNING)


def fail(message: str, *, fix: str = "", code: Exit = Exit.FAILED) -> NoReturn:
    """End with one line that says what is wrong and, where known, what to do."""
    typer.secho(f"varde: {message}", err=True, fg="red")
    if fix:
        typer.secho(f"  fix: {fix}", err=True)
    raise typer.Exit(code)


@contextmanager
def fail_plainly() -> Iterator[None]:
    """Show refusals as one line with what helps, and leave bugs as they are."""
    try:
        yield
    except WrongSettings as error:
        typer.secho(f"varde: {error}", err=True, fg="red")
        typer.secho("  fix: `varde config path` names the files; VARDE_* is above them", err=True)
        sys.exit(Exit.USAGE)
    except Exception as error:
        if not _is_fit_to_show(error):
            raise
        typer.secho(f"varde: {error}", err=True, fg="red")
        if any(words in f"{error}" for words in MISSING_TABLES):
            typer.secho("  fix: varde init", err=True)
        sys.exit(Exit.FAILED)


def _is_fit_to_show(error: Exception) -> bool:
    """Whether this is a refusal, or a database that lacks our tables."""
    if "django" not in sys.modules:
        return False
    from django.db.utils import OperationalError, ProgrammingError

    from varde.base.errors import Refused

    return isinstance(error, Refused | OperationalError | ProgrammingError)


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Let ``varde alerts | head`` be no error: whoever reads has seen enough."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Give Python nothing left to flush at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.DONE) from None


def print_json(value: object) -> None:
    """One JSON value on one line."""
    with reader_may_leave():
        typer.echo(json.dumps(value, default=str, ensure_ascii=False))


def print_rows(rows: Iterable[Mapping[str, object]], *, columns: list[str], as_json: bool) -> None:
    """Rows as a table, or one JSON object a line (every key, not only ``columns``)."""
    with reader_may_leave():
        if as_json:
            for row in rows:
                sys.stdout.write(json.dumps(dict(row), default=str, ensure_ascii=False) + "\n")
        else:
            typer.echo(_table(rows, columns), nl=False)


def _table(rows: Iterable[Mapping[str, object]], columns: list[str]) -> str:
    """A table as wide as the terminal, or wide enough for a program that reads it; never cut."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    console = Console(width=None if sys.stdout.isatty() else 200)
    with console.capture() as drawn:
        console.print(table)
    return drawn.get()


def _cell(value: object) -> "Text":
    """A value without control characters or markup: nothing from outside steers a terminal."""
    from rich.text import Text

    return Text("" if value is None else printable(str(value)))
