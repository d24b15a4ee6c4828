"""The supervisor with real programs: restart, order, and a clean end."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from varde.project.programs import Program
from varde.project.supervisor import Supervisor, answers, wait_after

PYTHON = sys.executable
SLEEP = (PYTHON, "-c", "import time; time.sleep(60)")


def run_until(supervisor: Supervisor, condition: object, seconds: float = 15) -> None:
    """Run the supervisor in this thread; another asks it to stop once ``condition`` holds."""

    def watch() -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not condition():  # type: ignore[operator]  # a callable
            time.sleep(0.05)
        supervisor.stop()

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        supervisor.run()
    finally:
        watcher.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text()


def test_a_program_that_ends_is_started_again_at_once_and_then_later(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    code = f"open({str(starts)!r}, 'a').write('x ')"
    supervisor = Supervisor([Program("short", (PYTHON, "-c", code))])

    run_until(supervisor, lambda: len(lines(starts)) >= 3)

    assert len(lines(starts)) >= 3
    assert supervisor.children[0].failures >= 2


def test_waits_grow_to_half_a_minute_and_no_further() -> None:
    assert [wait_after(failures) for failures in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]


def test_stopping_ends_every_program_and_what_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen({list(SLEEP)!r})\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(60)"
    )
    supervisor = Supervisor([Program("parent", (PYTHON, "-c", code)), Program("other", SLEEP)])

    run_until(supervisor, lambda: len(lines(pids)) == 2)

    assert len(lines(pids)) == 2
    time.sleep(0.2)
    assert [is_alive(int(pid)) for pid in lines(pids)] == [False, False]


def test_readiness_is_told_once_when_every_program_answers() -> None:
    told: list[float] = []
    supervisor = Supervisor([Program("one", SLEEP), Program("two", SLEEP)], on_ready=told.append)

    run_until(supervisor, lambda: bool(told))

    assert len(told) == 1


def test_a_program_with_a_port_is_ready_once_it_accepts() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        program = Program("live", (), "127.0.0.1", port)

        before = answers(program)
        server.listen()

        assert before is False
        assert answers(program) is True


def test_programs_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    child = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    code = (
        "from varde.project.programs import Program\n"
        "from varde.project.supervisor import Supervisor\n"
        f"Supervisor([Program('one', ({PYTHON!r}, '-c', {child!r}))]).run()"
    )
    supervisor = subprocess.Popen([PYTHON, "-c", code], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 15
        while not lines(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        started = int(lines(pid)[0])

        os.kill(supervisor.pid, signal.SIGKILL)
        supervisor.wait()

        deadline = time.monotonic() + 5
        while is_alive(started) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not is_alive(started)
    finally:
        supervisor.kill()
        supervisor.wait()
