"""``varde user``: who may log in."""

from typing import TYPE_CHECKING, Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, fail, print_json, print_rows, setup

if TYPE_CHECKING:
    from varde.accounts.models import User

user = typer.Typer(help="The people who log in.", no_args_is_help=True)
app.add_typer(user, name="user", rich_help_panel="Records")

COLUMNS = ["email", "name", "role", "language", "active", "second_factor", "last_login"]
Email = Annotated[str, typer.Argument(help="E-mail address.")]
AsJson = Annotated[bool, typer.Option("--json", help="One object a line.")]
Hours = Annotated[float, typer.Option(min=0.1, max=24 * 14, help="How long the link works.")]


@user.command("add")
def add(  # noqa: PLR0913, PLR0917 - each is an option of the command
    email: Email,
    role: Annotated[
        str, typer.Option(help="analyst, lead, member, leadership, auditor or administrator.")
    ],
    name: Annotated[str, typer.Option(help="Full name.")] = "",
    language: Annotated[str, typer.Option(help="nb, nn or en.")] = "nb",
    organisation: Annotated[str, typer.Option(help="Whose contact they are: its handle.")] = "",
    link: Annotated[bool, typer.Option("--link", help="Print a one-time login link.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a user. There is no password: a login link, which works once, is their way in."""
    setup()
    from django.db import transaction
    from django.utils import timezone

    from varde.accounts.actions.user import create_user
    from varde.accounts.enums import Language, Role
    from varde.constituency.actions.contact import link_contact_user

    _demand(role, Role.values, "role")
    _demand(language, Language.values, "language")
    with transaction.atomic():
        person = create_user(email=email, role=role, name=name, language=language, actor=None)
        if organisation:
            link_contact_user(handle=organisation, user=person, now=timezone.now(), actor=None)
    address = _link_for(person) if link else ""
    if as_json:
        print_json({"email": person.email, "role": person.role, "link": address or None})
        return
    typer.echo(f"{person.email} is added as {person.role}.")
    if address:
        _print_link(address, 24)


@user.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List everybody who may log in, or once could."""
    setup()
    from varde.accounts.queries import user_rows

    rows = list(user_rows())
    if not rows:
        raise typer.Exit(Exit.NOTHING_FOUND)
    print_rows(rows, columns=COLUMNS, as_json=as_json)


@user.command("link")
def link_user(
    email: Email,
    hours: Hours = 24,
    reset: Annotated[
        bool, typer.Option("--reset", help="Also forget their password and second factors.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print a login link that works once; whoever has a second factor still needs it."""
    setup()
    from varde.accounts.actions.user import reset_login

    person = _find(email)
    if reset:
        reset_login(user=person, actor=None)
        person.refresh_from_db()
    address = _link_for(person, hours)
    if as_json:
        print_json({"email": person.email, "link": address})
    else:
        _print_link(address, hours)


@user.command("disable")
def disable(email: Email) -> None:
    """Shut a user out: their sessions end at once."""
    setup()
    from varde.accounts.actions.user import disable_user

    person = _find(email)
    disable_user(user=person, actor=None)
    typer.echo(f"{person.email} is disabled.")


@user.command("role")
def change_role(
    email: Email, role: Annotated[str, typer.Argument(help="The new role, as for `add`.")]
) -> None:
    """Give a user another role; their sessions end."""
    setup()
    from varde.accounts.actions.user import set_role
    from varde.accounts.enums import Role

    _demand(role, Role.values, "role")
    person = _find(email)
    set_role(user=person, role=role, actor=None)
    typer.echo(f"{person.email} is now {role}.")


def _find(email: str) -> "User":
    from varde.accounts.queries import user_of

    person = user_of(email)
    if person is None:
        fail(f"nobody has the address {email}", fix="varde user list", code=Exit.NOTHING_FOUND)
    return person


def _demand(value: str, known: list[str], what: str) -> None:
    if value not in known:
        fail(f"no {what} is called {value}", fix="one of " + ", ".join(known), code=Exit.USAGE)


def _link_for(person: "User", hours: float = 24) -> str:
    from django.utils import timezone

    from varde.accounts.actions.login import create_login_link
    from varde.project.config import config

    path = create_login_link(user=person, now=timezone.now(), hours=hours)
    return config().base_url.rstrip("/") + path


def _print_link(address: str, hours: float) -> None:
    typer.echo(f"{address}\n  works once, for {hours:g} hours; open it in the browser to log in")
