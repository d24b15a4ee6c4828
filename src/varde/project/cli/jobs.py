"""``varde jobs``: those that gave up, and how to run them again."""

from typing import Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, fail, print_rows, setup

jobs = typer.Typer(help="The jobs that gave up.", no_args_is_help=True)
app.add_typer(jobs, name="jobs", rich_help_panel="Look after it")

AsJson = Annotated[bool, typer.Option("--json", help="One object a line.")]
COLUMNS = ["id", "task", "attempts", "died_at", "error"]


@jobs.command("list")
def list_jobs(as_json: AsJson = False) -> None:
    """Every job that failed for good and was not run again, newest first."""
    setup()
    from varde.project.queries import dead_job_rows

    rows = list(dead_job_rows())
    if not rows:
        raise typer.Exit(Exit.NOTHING_FOUND)
    print_rows(rows, columns=COLUMNS, as_json=as_json)


@jobs.command()
def revive(job: Annotated[str, typer.Argument(help="Its id; `varde jobs list` has it.")]) -> None:
    """Run a job once more, with all its attempts."""
    setup()
    from django.utils import timezone

    from varde.base.actions.job import revive_job
    from varde.project.queries import dead_job_called

    dead = dead_job_called(job)
    if dead is None:
        fail(
            f"no job that gave up has the id {job}", fix="varde jobs list", code=Exit.NOTHING_FOUND
        )
    revive_job(dead=dead, actor=None, now=timezone.now())
    typer.echo(f"{dead.task} runs with the next worker that is free")
