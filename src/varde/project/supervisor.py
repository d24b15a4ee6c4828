"""Start the programs, keep them running, and stop them together.

A program that ends is started again: at once, then after 1, 2, 4 ... 30 seconds while it keeps
failing. On SIGTERM or SIGINT every program is asked to end, and made to after a while.
"""

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

import structlog

from varde.project.programs import Program

log = structlog.get_logger("varde.up")

POLL = 0.1
LONGEST_WAIT = 30.0
STEADY = 60.0  # Seconds after which a program counts as well again.
SLOW = 20.0  # Seconds after which a program that does not answer is worth a line.
GRACE = 15.0
HEALTH = "/healthz"
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One program and its present process; ``failures`` in a row decide how long to wait."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0
    ready: bool = False
    told: bool = False


@dataclass(slots=True)
class Supervisor:
    """Holds the children; ``stop`` may be called from a signal handler."""

    programs: Iterable[Program]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    on_ready: Callable[[float], None] = lambda _seconds: None
    stopping: bool = False
    children: list[Child] = field(init=False)

    def __post_init__(self) -> None:
        self.children = [Child(program) for program in self.programs]

    def stop(self, *_signal: object) -> None:
        self.stopping = True

    def run(self) -> None:
        """Return once a signal has come and every program has ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        began = time.monotonic()
        announced = False
        try:
            while not self.stopping:
                for child in self.children:
                    self._tend(child)
                if not announced and all(child.ready for child in self.children):
                    self.on_ready(time.monotonic() - began)
                    announced = True
                time.sleep(POLL)
        finally:
            self._end_all()

    def _tend(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at:
                self._start(child, now)
        elif (code := child.process.poll()) is not None:
            self._bury(child, code, now)
        elif not child.ready:
            child.ready = answers(child.program)
            if not child.ready and not child.told and now - child.started_at > SLOW:
                log.warning("program.not_ready", program=child.program.name)
                child.told = True
        elif child.failures and now - child.started_at > STEADY:
            child.failures = 0

    def _start(self, child: Child, now: float) -> None:
        child.process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            child.program.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            # Its own group: Ctrl-C reaches us alone, and we end the programs in order.
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
        )
        child.started_at = now
        log.info("program.started", program=child.program.name, pid=child.process.pid)

    def _bury(self, child: Child, code: int, now: float) -> None:
        if now - child.started_at > STEADY:
            child.failures = 0
        wait = wait_after(child.failures)
        child.failures += 1
        child.process, child.ready, child.start_at = None, False, now + wait
        log.error("program.ended", program=child.program.name, code=code, again_in=wait)

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            # Also those that a program started and left behind.
            _signal_group(process, signal.SIGKILL)
            process.wait()
        log.info("stopped", programs=len(running))


def wait_after(failures: int) -> float:
    """Seconds before the next start, by the number of failures in a row."""
    return 0.0 if failures == 0 else min(LONGEST_WAIT, 2.0 ** (failures - 1))


def answers(program: Program) -> bool:
    """Whether the program does its work: the web answers a request, others accept or just run."""
    if program.port is None:
        return True
    if program.name != "web":
        with suppress(OSError), socket.create_connection((program.host, program.port), timeout=1):
            return True
        return False
    connection = HTTPConnection(program.host, program.port, timeout=2)
    try:
        connection.request("GET", HEALTH)
        return connection.getresponse().status < 500  # noqa: PLR2004 - a server error
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _end_with_parent() -> None:
    """Linux ends the child when the supervisor itself is killed, so that no port stays taken."""
    with suppress(OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
