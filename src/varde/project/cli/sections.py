"""Help in sections, without rich: importing rich alone takes longer than help may."""

from typing import Any

from typer.core import TyperGroup

REST = "More"


class Sections(TyperGroup):
    """Lists commands below the ``rich_help_panel`` that each names."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer hides their types
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is None or command.hidden:
                continue
            panel = getattr(command, "rich_help_panel", None)
            section = panel if isinstance(panel, str) else REST
            sections.setdefault(section, []).append((name, command.get_short_help_str(limit=200)))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)
