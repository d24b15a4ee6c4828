"""Jobs for tests: each writes to a file what it did, so that another process can be watched."""

import os
import signal
import time
from pathlib import Path

from varde.base.jobs import job


def _note(path: str, text: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()} {text}\n")


@job(attempts=3, backoff=(0, 0))
def note(path: str, text: str) -> None:
    _note(path, text)


@job(attempts=3, backoff=(10, 60))
def fail(path: str) -> None:
    _note(path, "tried")
    raise ValueError("a bad \0 day")


@job(attempts=1)
def once() -> None:
    raise ValueError("no")


@job(attempts=1)
def slowly(path: str, seconds: float) -> None:
    _note(path, "begun")
    time.sleep(seconds)
    _note(path, "done")


@job(attempts=1)
def die(path: str) -> None:
    """What a process that runs out of memory does."""
    _note(path, "died")
    os.kill(os.getpid(), signal.SIGKILL)
