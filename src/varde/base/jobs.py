"""Jobs: functions that run later, in a worker, at least once.

``@job`` adds to django-tasks what it lacks: a retry with back-off, and a dead-letter row when the
last attempt failed. A job is enqueued in the caller's transaction, so it exists exactly if what
it is about exists. It takes ids, may run twice, and is written so that twice does no harm.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from cronsim import CronSim
from django.utils import timezone
from django_tasks.base import Task, task

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_BACKOFF = (5, 60, 300, 900)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a job is tried, and how many seconds lie between (the last one repeats)."""

    attempts: int
    backoff: tuple[float, ...]

    def wait(self, attempt: int) -> timedelta | None:
        """The time from the failure of ``attempt`` (from 1) to the next; None: give up."""
        if attempt >= self.attempts:
            return None
        return timedelta(seconds=self.backoff[min(attempt, len(self.backoff)) - 1])


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a periodic job is due, in the installation's time zone."""

    task: Task[[], Any]
    cron: str

    def last_due(self, now: datetime) -> datetime:
        """The latest time at or before ``now`` at which the job was due."""
        local = timezone.localtime(now).replace(microsecond=0) + timedelta(seconds=1)
        return next(CronSim(self.cron, local, reverse=True)).astimezone(UTC)


_policies: dict[str, RetryPolicy] = {}
_schedules: dict[str, Schedule] = {}


def job(
    *, attempts: int = 5, backoff: Sequence[float] = DEFAULT_BACKOFF, queue: str = "default"
) -> Callable[[Callable[P, T]], Task[P, T]]:
    """Make a function a job: ``announce.enqueue(case_id=17)`` runs it in a worker."""
    policy = RetryPolicy(attempts, tuple(backoff) or (0,))

    def decorate(function: Callable[P, T]) -> Task[P, T]:
        made: Task[P, T] = task(queue_name=queue)(function)
        _policies[made.module_path] = policy
        return made

    return decorate


def periodic(*, cron: str) -> Callable[[Callable[[], T] | Task[[], T]], Task[[], T]]:
    """Run a job without arguments by the clock; ``cron`` has five fields, or six with seconds.

    A bare function becomes a job of one attempt: the clock tries again anyway.
    """
    CronSim(cron, datetime.now(UTC))  # A wrong expression fails at import, not at night.

    def decorate(function: Callable[[], T] | Task[[], T]) -> Task[[], T]:
        made = function if isinstance(function, Task) else job(attempts=1)(function)
        _schedules[made.module_path] = Schedule(made, cron)
        return made

    return decorate


def policy_of(path: str) -> RetryPolicy:
    """The retry policy of the job at ``path``; a plain django-tasks task is tried once."""
    return _policies.get(path, RetryPolicy(1, (0,)))


def schedules() -> Mapping[str, Schedule]:
    """Every periodic job that has been imported, by its path."""
    return MappingProxyType(_schedules)
