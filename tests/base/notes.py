"""What the tests of jobs share."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """The file that sample jobs write to."""
    file = tmp_path / "notes"
    file.touch()
    return file


def said(notes: Path) -> list[str]:
    return [line.split(" ", 1)[1] for line in notes.read_text().splitlines()]


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
