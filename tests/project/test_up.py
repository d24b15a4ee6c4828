"""``varde up`` for real: the programs start, answer, come back, and end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

VARDE = [sys.executable, "-m", "varde.project"]
pytestmark = pytest.mark.slow


def free_ports(count: int) -> list[int]:
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in servers]
    for server in servers:
        server.close()
    return ports


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    port, live_port = free_ports(2)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VARDE_")}
    return kept | {
        "VARDE_HOME": str(tmp_path / "home"),
        "VARDE_PORT": str(port),
        "VARDE_LIVE_PORT": str(live_port),
        "VARDE_BASE_URL": f"http://127.0.0.1:{port}",
    }


@pytest.fixture
def running(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*VARDE, "up"], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        yield process
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"waited {seconds:.0f} s for {what}")


def started(log: Path) -> dict[str, int]:
    """The latest process of each program, as the log tells."""
    lines = [line for line in log.read_text().splitlines() if '"program.started"' in line]
    return {entry["program"]: entry["pid"] for entry in map(json.loads, lines)}


def status_of(environment: dict[str, str], port: str, path: str = "/healthz") -> int:
    connection = HTTPConnection("127.0.0.1", int(environment[port]), timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_one_command_runs_everything_and_ends_it(
    environment: dict[str, str], running: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    log = tmp_path / "log"

    # A first start makes the home ready by itself.
    wait_for(lambda: " ready in " in log.read_text(), "readiness")
    assert set(started(log)) == {"web", "live", "worker", "detector"}
    assert status_of(environment, "VARDE_PORT") == 200
    assert status_of(environment, "VARDE_LIVE_PORT") == 200

    # The pages are not to be had where the live updates are.
    assert status_of(environment, "VARDE_PORT", "/accounts/login/") == 200
    assert status_of(environment, "VARDE_LIVE_PORT", "/accounts/login/") == 404

    first = started(log)["worker"]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: started(log)["worker"] != first, "another worker")

    pids = set(started(log).values())
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
    assert "Traceback" not in log.read_text()


def test_a_home_that_lacks_migrations_is_not_started(environment: dict[str, str]) -> None:
    subprocess.run([*VARDE, "init"], env=environment, check=True, capture_output=True)
    (Path(environment["VARDE_HOME"]) / "varde.sqlite3").unlink()

    done = subprocess.run(
        [*VARDE, "up"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "fix: varde init" in done.stderr


def test_a_port_that_is_taken_is_named(environment: dict[str, str]) -> None:
    subprocess.run([*VARDE, "init"], env=environment, check=True, capture_output=True)

    with socket.create_server(("127.0.0.1", int(environment["VARDE_LIVE_PORT"]))):
        done = subprocess.run(
            [*VARDE, "up"], env=environment, capture_output=True, text=True, check=False
        )

    assert done.returncode == 1
    assert "is taken" in done.stderr
    assert "set live_port" in done.stderr
