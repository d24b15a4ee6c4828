"""What an examination finds, and what helps."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``fix`` is a command or a setting wherever there is one."""

    name: str
    level: Level
    message: str
    fix: str = ""


def ok(name: str, message: str) -> Finding:
    return Finding(name, Level.OK, message)


def warning(name: str, message: str, fix: str) -> Finding:
    return Finding(name, Level.WARNING, message, fix)


def error(name: str, message: str, fix: str) -> Finding:
    return Finding(name, Level.ERROR, message, fix)
