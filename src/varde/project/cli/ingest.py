"""``varde ingest``: take in logs and packet captures."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, fail, print_json, setup

if TYPE_CHECKING:
    from varde.monitoring.actions.ingest import IngestReport, Progress
    from varde.monitoring.enums import LogFormat

_COUNTS = ["received", "stored", "duplicate", "dead_lettered", "findings", "suppressed", "alerts"]


@app.command(rich_help_panel="Records")
def ingest(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Logs: plain, gzip or Zstandard; `-` reads standard input."),
    ] = None,
    sensor: Annotated[str, typer.Option(help="The sensor that wrote them.")] = "local",
    log_format: Annotated[
        str, typer.Option("--format", help="suricata or zeek; else told from the content.")
    ] = "",
    pcap: Annotated[
        bool, typer.Option("--pcap", help="FILES are packet captures: run Suricata on them.")
    ] = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="Try the lines again that could not be read.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object with the counts.")] = False,
) -> None:
    """Take in what a sensor wrote; every line is stored, known already, or kept as unread.

    Taking in the same file again changes nothing. Exit code 1 where a file could not be read.
    """
    if not files and not replay:
        fail("which file?", fix="varde ingest FILE", code=Exit.USAGE)
    setup()
    known = _format(log_format)
    failed = False
    with _progress(shown=not as_json) as progress:
        total, failed = _take_in(files or [], sensor, known, pcap=pcap, progress=progress)
        if replay:
            from varde.monitoring.actions.replay import replay_unread

            total += replay_unread()
    _show(total, as_json=as_json)
    raise typer.Exit(Exit.FAILED if failed else Exit.DONE)


def _format(name: str) -> "LogFormat | None":
    from varde.monitoring.enums import LogFormat

    if name and name not in LogFormat.values:
        kinds = ", ".join(LogFormat.values)
        fail(f"there is no format “{name}”", fix=f"one of: {kinds}", code=Exit.USAGE)
    return LogFormat(name) if name else None


def _take_in(
    files: list[str],
    sensor: str,
    known: "LogFormat | None",
    *,
    pcap: bool,
    progress: "Progress | None",
) -> tuple["IngestReport", bool]:
    """The sum over all files, and whether one could not be read; the others are taken in."""
    from django.utils import translation

    from varde.monitoring.actions.ingest import IngestReport, ingest_capture, ingest_file
    from varde.monitoring.errors import CaptureFailed, UnreadableFile

    total, failed = IngestReport(), False
    for name in files:
        try:
            with translation.override("en"):
                done = (
                    ingest_capture(name, sensor=sensor, progress=progress)
                    if pcap
                    else ingest_file(name, sensor=sensor, format=known, progress=progress)
                )
        except (CaptureFailed, UnreadableFile) as error:
            done = IngestReport(trouble=str(error))
        if done.trouble:
            failed = True
            said = done.trouble if name in done.trouble else f"{name}: {done.trouble}"
            typer.secho(f"varde: {said}", err=True, fg="red")
        total += done
    return total, failed


@contextmanager
def _progress(*, shown: bool) -> "Iterator[Progress | None]":
    """A line that counts along, where a person watches."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading …") as status:

        def show(so_far: "IngestReport") -> None:
            status.update(f"{so_far.received:,} lines, {so_far.alerts:,} new alerts …")

        yield show


def _show(total: "IngestReport", *, as_json: bool) -> None:
    if as_json:
        counts = {name: getattr(total, name) for name in _COUNTS}
        print_json(counts | {"seconds": round(total.seconds, 3)})
        return
    facts = asdict(total)
    typer.echo(
        "{received:,} received = {stored:,} stored + {duplicate:,} known already"
        " + {dead_lettered:,} unread".format(**facts)
    )
    typer.echo(
        "{findings:,} findings, of which {suppressed:,} suppressed · {alerts:,} new alerts"
        " · {seconds:.1f} s".format(**facts)
    )
