"""What an event is: its columns, its tables, and where the things worth matching stand."""

from varde.engine.schema.columns import ALWAYS, COLUMNS, LATER, SCHEMA, Column
from varde.engine.schema.findings import FINDINGS
from varde.engine.schema.observables import OBSERVABLES, Observable
from varde.engine.schema.tables import SURICATA_TABLES, TABLES, UNKNOWN, ZEEK_TABLES

__all__ = [
    "ALWAYS",
    "COLUMNS",
    "FINDINGS",
    "LATER",
    "OBSERVABLES",
    "SCHEMA",
    "SURICATA_TABLES",
    "TABLES",
    "UNKNOWN",
    "ZEEK_TABLES",
    "Column",
    "Observable",
]
