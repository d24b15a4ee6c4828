"""``varde jobs``."""

import json

import pytest
from django_tasks_db.models import DBTaskResult
from typer.testing import CliRunner

from tests.base.sample_jobs import once
from varde.base.models import AuditEntry, DeadJob
from varde.base.worker import run_ready
from varde.project.cli import app

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["jobs", *arguments])
    return result.exit_code, result.output


def test_a_job_that_gave_up_is_listed_and_run_again() -> None:
    once.enqueue()
    run_ready()
    [row] = [json.loads(line) for line in run("list", "--json")[1].splitlines()]

    code, _ = run("revive", row["id"])

    assert (row["task"], row["error"]) == ("tests.base.sample_jobs.once", "ValueError: no")
    assert code == 0
    assert DBTaskResult.objects.ready().count() == 1
    assert DeadJob.objects.get().revived_at is not None
    assert AuditEntry.objects.filter(action="job.revive").count() == 1
    assert run("list")[0] == 3  # nothing is left to run again


@pytest.mark.parametrize("name", ["no id at all", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_id_is_named(name: str) -> None:
    code, said = run("revive", name)

    assert code == 3
    assert name in said
