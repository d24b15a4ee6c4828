"""One row of a log, before it becomes columns."""

from typing import NamedTuple


class Record(NamedTuple):
    number: int  # of the line in the batch, from 0
    path: str  # Zeek's name for the kind of log
    fields: dict[str, object]
    flags: list[str]
