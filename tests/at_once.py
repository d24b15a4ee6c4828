"""Several at the same time, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Given = TypeVar("Given")


def at_once(*works: Callable[[], Given]) -> list[Given]:
    """What each of ``works`` gives, each run in its own thread; raises what they raise."""
    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(_alone, works))


def _alone(work: Callable[[], Given]) -> Given:
    try:
        return work()
    finally:
        connection.close()
