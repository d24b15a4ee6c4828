"""Write ``docs/reference`` from the code: commands, settings, events, dead-letter reasons.

A test compares the pages with what this would write, so they cannot grow old.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import typer.main

from varde.engine import schema
from varde.project.cli import app
from varde.project.cli.output import Exit
from varde.project.config import Config

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the code. Change the code, not this page. -->\n"
CODES = {
    Exit.DONE: "Done.",
    Exit.FAILED: "It failed, or an examination found something wrong.",
    Exit.USAGE: "The command or a setting was wrong; nothing was done.",
    Exit.NOTHING_FOUND: "Nothing matches what was asked for.",
}


def pages() -> dict[str, str]:
    """Every page of the reference by its file name."""
    # Help is wrapped to the terminal; the page must not depend on whose terminal it is.
    os.environ |= {"COLUMNS": "96", "TERMINAL_WIDTH": "96"}
    written = {"commands.md": commands, "settings.md": settings, "events.md": events}
    return {name: NOTE + "\n".join(write()).rstrip() + "\n" for name, write in written.items()}


def commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "`varde --help` and `varde COMMAND --help` say the same. Every command that reads takes"
    yield "`--json`: one JSON object a line, or one for the whole answer.\n"
    yield "| Exit code | Meaning |"
    yield "|---:|---|"
    for code, meaning in CODES.items():
        yield f"| {code.value} | {meaning} |"
    yield ""
    yield from _command(typer.main.get_command(app), "varde")


def _command(command: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - typer hides its types
    context = command.make_context(name, [], resilient_parsing=True)
    if not hasattr(command, "commands"):
        yield f"## `{name}`\n"
        yield f"```text\n{_plain(command.get_help(context))}\n```\n"
        return
    for child in command.list_commands(context):
        yield from _command(command.get_command(context, child), f"{name} {child}")


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def settings() -> Iterator[str]:
    yield "# Settings\n"
    yield "Read from `varde.toml` in the home (`VARDE_HOME`), from `secrets.toml` beside it (made"
    yield "by `varde init`, readable by its owner only), and from the environment, above both."
    yield "`varde config show --origin` shows what is in force and where it comes from.\n"
    yield "| Setting | Environment | Default | Meaning |"
    yield "|---|---|---|---|"
    for name, field in Config.model_fields.items():
        default = "" if "Secret" in type(field.default).__name__ else f"{field.default}"
        shown = f"`{default}`" if default else "(empty)"
        yield f"| `{name}` | `VARDE_{name.upper()}` | {shown} | {field.description} |"


def events() -> Iterator[str]:
    yield "# Events\n"
    yield "An event is one row; all tables share these columns, and a table stores those that hold"
    yield "something. Times are UTC with microseconds. What has no column of its own is in `detail`"
    yield "as JSON.\n"
    yield "## Columns\n"
    yield "| Column | Type | Meaning |"
    yield "|---|---|---|"
    for column in schema.COLUMNS:
        yield f"| `{column.name}` | {_type(column.type)} | {_cell(column.meaning)} |"
    yield "\n## Tables\n"
    yield "| Table | Suricata's event type | Zeek's logs |"
    yield "|---|---|---|"
    for table in sorted(schema.TABLES):
        zeek = ", ".join(f"`{path}`" for path, to in schema.ZEEK_TABLES.items() if to == table)
        suricata = f"`{table}`" if table in schema.SURICATA_TABLES else ""
        yield f"| `{table}` | {suricata} | {zeek} |"
    yield "\n## What is matched\n"
    yield "Every indicator is compared with every column that can hold its type:\n"
    yield "| Column | Indicator types | Field in a finding |"
    yield "|---|---|---|"
    for observable in schema.OBSERVABLES:
        types = ", ".join(observable.types)
        yield f"| `{observable.column}` | {types} | `{observable.field}` |"
    yield "\n## Findings\n"
    yield "| Column | Type |"
    yield "|---|---|"
    for field in schema.FINDINGS:
        yield f"| `{field.name}` | {_type(field.type)} |"


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type(kind.value_type)}"
    names = {"string": "text", "int64": "integer", "int32": "integer", "double": "number"}
    return "time" if pa.types.is_timestamp(kind) else names.get(str(kind), str(kind))


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            print(f"docs: wrote {path.relative_to(FOLDER.parent.parent)}")


if __name__ == "__main__":
    main()
