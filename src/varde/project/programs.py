"""The four programs of an installation, and how each is started."""

import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from varde.project.config import Config

NAMES = ("web", "live", "worker", "detector")


@dataclass(frozen=True, slots=True)
class Program:
    """``port`` is where it answers once it is ready; ``None``: it is ready when it runs."""

    name: str
    command: tuple[str, ...]
    host: str = ""
    port: int | None = None


def programs(settings: Config, only: list[str] | None = None) -> list[Program]:
    """The programs named in ``only``, in the order in which they start; all where it is empty."""
    everything = [_web(settings), _live(settings), _verb("worker"), _verb("detector")]
    return [program for program in everything if not only or program.name in only]


def _verb(name: str) -> Program:
    """A program that is a verb of the command line: ``varde worker``."""
    return Program(name, (sys.executable, "-m", "varde.project", name))


def _web(settings: Config) -> Program:
    """The pages: WSGI, whose threads keep their database connections (8 times as quick as ASGI)."""
    options = (
        *("--interface", "wsgi", "--blocking-threads", str(settings.web_threads)),
        # A thread that dies takes its database connection along.
        *("--blocking-threads-idle-timeout", "600"),
    )
    return _granian("web", "varde.project.wsgi:application", settings.bind, settings.port, options)


def _live(settings: Config) -> Program:
    """The live updates: ASGI, since a connection that stays open must not hold a thread."""
    options = (
        *("--interface", "asginl", "--loop", "asyncio"),
        # Streams stay open for hours: the program does not wait for them to end.
        *("--workers-kill-timeout", "2"),
    )
    return _granian(
        "live", "varde.project.asgi:application", settings.bind, settings.live_port, options
    )


def _granian(name: str, target: str, host: str, port: int, options: tuple[str, ...]) -> Program:
    command = (
        *(sys.executable, "-m", "granian", *options),
        *("--host", host, "--port", str(port), "--http", "1", "--no-ws", "--workers", "1"),
        # A caller that sends its headers byte by byte is cut off.
        *("--http1-header-read-timeout", "10000", "--log-level", "warning"),
        *("--working-dir", str(Path.cwd()), target),
    )
    return Program(name, command, host, port)


def is_free(host: str, port: int) -> bool:
    """Whether a program could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with suppress(OSError), socket.create_server((host, port), family=family):
        return True
    return False
