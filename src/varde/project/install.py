"""Make a home ready: its directories, its secrets, its settings file, its records."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from varde.project.config import Config, read_file

FOLDERS = ("lake", "raw", "dead-letters", "artefacts", "incoming")
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600

Say = Callable[[str], None]

_HEADER = """\
# The settings of this installation. `varde config show --origin` shows those in force;
# an environment variable VARDE_<NAME> is above this file. Secrets are in secrets.toml.
"""


def is_ready(folder: Path) -> bool:
    """Whether ``folder`` has been made ready before."""
    return bool(read_file(folder / "secrets.toml").get("secret_key"))


def make_home(folder: Path, say: Say) -> None:
    """Directories only we may enter, and secrets nobody chose; what is there is kept."""
    os.umask(0o077)
    for path in (folder, *(folder / name for name in FOLDERS)):
        if not path.exists():
            path.mkdir(parents=True, mode=PRIVATE_FOLDER)
            say(f"made {path}")
    if not is_ready(folder):
        kept = folder / "secrets.toml"
        text = kept.read_text() if kept.exists() else "# Made by `varde init`. Keep it secret.\n"
        write_private(kept, f'{text}secret_key = "{secrets.token_urlsafe(64)}"\n')
        say(f"made {kept} (mode 0600)")
    if not (folder / "varde.toml").exists():
        write_private(folder / "varde.toml", settings_template())
        say(f"made {folder / 'varde.toml'}: every setting, with its default")


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else may read, not even for a moment."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, PRIVATE_FILE), "w") as file:
        file.write(text)
    path.chmod(PRIVATE_FILE)


def settings_template() -> str:
    """A settings file with every setting commented out at its default."""
    lines = [_HEADER]
    for name, field in Config.model_fields.items():
        if name in {"secret_key", "smtp_password"}:
            continue
        default = field.default
        shown = str(default).lower() if isinstance(default, bool | int) else f'"{default}"'
        lines.append(f"# {field.description}\n# {name} = {shown}\n")
    return "\n".join(lines)


def prepare_records(say: Say) -> None:
    """Bring the records to this version and lay the shipped rules; needs Django."""
    from django.core.management import call_command  # noqa: PLC0415 - Django is ready only now

    call_command("migrate", verbosity=0, interactive=False)

    from varde.monitoring.actions.suppression import (  # noqa: PLC0415 - as above
        ensure_shipped_rules,
    )

    ensure_shipped_rules()
    say("records are at this version")


def unapplied_migrations() -> list[str]:
    """Names of migrations that the records still lack; needs Django."""
    from django.db import connection  # noqa: PLC0415 - Django is ready only now
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - as above

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def next_steps(folder: Path) -> list[str]:
    """What an empty installation wants next."""
    prefix = "" if "VARDE_HOME" in os.environ else f"export VARDE_HOME={folder}\n"
    steps = (
        "varde user add --role administrator --link YOUR@ADDRESS   # your way in, valid once",
        "varde members import members.csv --dry-run                # who you serve",
        "varde indicators import indicators.csv --source NAME      # what to look for",
        "varde up                                                  # the web, the worker, ...",
        "varde doctor                                              # what is still missing",
    )
    return [*prefix.splitlines(), *steps]
