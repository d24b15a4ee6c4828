"""The worker: runs jobs, keeps the clock, takes over from workers that died.

``varde worker`` runs until SIGTERM, which lets the job at hand finish. Any number of
workers may run, on any number of machines. Each says every few seconds that it lives; the job of
one that fell silent for a lease goes to another. So a job runs at least once, and twice only if
its worker was dead or as good as dead.
"""

import os
import socket
import threading
import time
import traceback
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_tasks.base import TaskContext, TaskResult

from varde.base.actions.job import (
    claim_job,
    enqueue_due,
    fail_job,
    finish_job,
    forget_workers,
    rescue_job,
    see_worker,
)
from varde.base.queries import JobRow, abandoned_jobs

LEASE = timedelta(seconds=60)
_HOUSEKEEPING = 1.0

log = structlog.get_logger()


def run_worker(
    stop: threading.Event,
    interval: float = 0.2,
    *,
    lease: timedelta = LEASE,
    queues: Iterable[str] | None = None,
) -> None:
    """Run jobs until ``stop`` is set; the job at hand is finished first.

    ``interval``: seconds between looks at an empty queue. ``queues``: only these; None: all.
    """
    autodiscover_modules("tasks")
    name = worker_name()
    heart = threading.Thread(target=_beat, args=(name, stop, lease), name="heart", daemon=True)
    see_worker(name=name, now=timezone.now())
    heart.start()
    log.info("worker.started", worker=name)
    kept = 0.0
    while not stop.is_set():
        close_old_connections()
        try:
            if time.monotonic() - kept >= _HOUSEKEEPING:
                keep_house(lease)
                kept = time.monotonic()
            busy = run_one(name, queues)
        except DatabaseError:
            # The database is away or locked: the jobs are safe in it, so wait for it.
            log.exception("worker.database")
            connection.close()
            busy = False
        if not busy:
            stop.wait(interval)
    heart.join()
    forget_workers(names=[name])
    connection.close()
    log.info("worker.stopped", worker=name)


def run_ready(limit: int = 1_000) -> int:
    """Run what is ready, here and now, at most ``limit`` jobs; how many. For tests and set-up."""
    name = worker_name()
    see_worker(name=name, now=timezone.now())
    done = next((done for done in range(limit) if not run_one(name, None)), limit)
    forget_workers(names=[name])
    return done


def run_one(worker: str, queues: Iterable[str] | None) -> bool:
    """Run the next job; whether there was one."""
    row = claim_job(worker=worker, now=timezone.now(), queues=queues)
    if row is None:
        return False
    started = time.perf_counter()
    try:
        _call(row)
    except Exception as error:  # noqa: BLE001 - whatever a job raises, the next one must run
        again = fail_job(row=row, error=_told(error), now=timezone.now())
        log.warning("job.failed", task=row.task_path, attempt=len(row.worker_ids), again=again)
    else:
        finish_job(row=row, now=timezone.now())
        log.info("job.done", task=row.task_path, seconds=round(time.perf_counter() - started, 3))
    return True


def keep_house(lease: timedelta = LEASE) -> None:
    """What every worker does about once a second: the clock, and the jobs of the dead."""
    now = timezone.now()
    enqueue_due(now=now)
    for row in abandoned_jobs(seen_since=now - lease, gone=_is_gone):
        log.warning("job.rescued", task=row.task_path, worker=row.worker_ids[-1])
        rescue_job(row=row, now=now)


def worker_name() -> str:
    """``host-mark-pid-random``; the mark tells process id spaces apart."""
    return f"{socket.gethostname()[:20]}-{_mark()}-{os.getpid()}-{os.urandom(3).hex()}"


def _mark() -> str:
    """The process id space of this machine or container, and its boot, in ten characters."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts += [str(Path("/proc/self/ns/pid").readlink())]
        parts += [Path("/proc/sys/kernel/random/boot_id").read_text()]
    return sha256("/".join(parts).encode()).hexdigest()[:10]


def _is_gone(name: str) -> bool:
    """Whether the worker ran here and its process has ended: no need to wait for its lease."""
    match name.rsplit("-", 3):
        case [_host, mark, process, _random] if mark == _mark() and Path("/proc/self").exists():
            return not Path("/proc", process).exists()
    return False


def _beat(name: str, stop: threading.Event, lease: timedelta) -> None:
    """Say every quarter of a lease that this worker lives."""
    while not stop.wait(lease.total_seconds() / 4):
        try:
            see_worker(name=name, now=timezone.now())
        except DatabaseError:
            log.exception("worker.heart")
            connection.close()
    connection.close()


def _call(row: JobRow) -> None:
    """Call the job's function; ``ImportError`` where this version does not have it."""
    task, arguments = row.task, row.args_kwargs
    # The backend's result is one of django_tasks by another name.
    context = [TaskContext(task_result=cast("TaskResult[Any]", row.task_result))]
    task.call(*context[: task.takes_context], *arguments["args"], **arguments["kwargs"])


def _told(error: Exception) -> str:
    return "".join(traceback.format_exception(error))
