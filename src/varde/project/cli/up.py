"""``varde up`` and the programs that it supervises."""

from typing import TYPE_CHECKING, Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, fail, setup

if TYPE_CHECKING:
    from threading import Event

Only = Annotated[
    str, typer.Option("--only", help="Some of web,live,worker,detector; all where left out.")
]


@app.command(rich_help_panel="Run it")
def up(only: Only = "") -> None:
    """Run everything until Ctrl-C: web, live updates, worker, detector. Restarts what ends."""
    from varde.project.config import config, home
    from varde.project.install import is_ready
    from varde.project.logs import start_logging
    from varde.project.programs import NAMES, is_free, programs
    from varde.project.supervisor import Supervisor

    wanted = [name.strip() for name in only.split(",") if name.strip()]
    unknown = sorted(set(wanted) - set(NAMES))
    if unknown:
        fail(f"no program {', '.join(unknown)}", fix=f"use {','.join(NAMES)}", code=Exit.USAGE)
    settings = config()
    _make_sure(first_time=not is_ready(home()))
    started = programs(settings, wanted)
    for program in started:
        if program.port and not is_free(program.host, program.port):
            setting = "port" if program.name == "web" else "live_port"
            fail(f"{program.host}:{program.port} is taken", fix=f"stop it, or set {setting}")
    start_logging(settings.log_level)
    names = ", ".join(program.name for program in started)

    def ready(seconds: float) -> None:
        typer.echo(f"varde: {settings.base_url} · {names} ready in {seconds:.1f} s · Ctrl-C stops")

    Supervisor(started, on_ready=ready).run()


def _make_sure(*, first_time: bool) -> None:
    """Make a new home ready, and refuse one that is not of this version.

    In a process of its own: a supervisor that imported Django would hold on to it for ever.
    """
    import subprocess
    import sys

    command = [sys.executable, "-m", "varde.project", "init", *([] if first_time else ["--check"])]
    done = subprocess.run(command, check=False)  # noqa: S603 - our own program, no shell
    if done.returncode:
        raise typer.Exit(done.returncode)


@app.command(rich_help_panel="Run it")
def worker() -> None:
    """Run jobs and the clock that starts them; one of the programs of `varde up`."""
    setup(quiet=False)
    from varde.base.worker import run_worker

    run_worker(stop_event())


@app.command(rich_help_panel="Run it")
def detector() -> None:
    """Take in what sensors drop into incoming/; one of the programs of `varde up`."""
    setup(quiet=False)
    from varde.monitoring.detector import run_detector

    run_detector(stop_event())


def stop_event() -> "Event":
    """Set by SIGTERM or SIGINT, so that the work at hand is finished first; a second one ends."""
    import signal
    from threading import Event

    stop = Event()

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop
