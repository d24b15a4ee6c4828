import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from varde.constituency.models import Organisation
from varde.project.cli import app

CSV = """handle,name,kind,networks,domains,valid_from
fjord,Fjord,hospital,192.0.2.0/24,fjord.example,2020-01-01T00:00Z
torg,Torg [bold]pharmacy[/],pharmacy,192.0.2.128/25,,2020-01-01T00:00Z
wrong,Wrong,gp,192.0.2.1/24,,
"""


def varde(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["members", *arguments], input=given)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "members.csv"
    path.write_text(CSV)
    return path


@pytest.mark.django_db
def test_an_import_tells_its_changes_and_names_the_wrong_line(file: Path) -> None:
    done = varde("import", str(file))

    assert done.exit_code == 1
    assert "line 4: wrong: 192.0.2.1/24 has bits set behind its prefix" in done.stderr
    assert "0 unchanged, 1 refused" in done.stdout
    assert [o.handle for o in Organisation.objects.all()] == ["fjord", "torg"]
    assert "changed nothing; 5 unchanged" in varde("import", str(file)).stdout


@pytest.mark.django_db
def test_a_dry_run_from_standard_input_changes_nothing() -> None:
    done = varde("import", "-", "--dry-run", "--json", given=CSV + "extra\n")

    told = json.loads(done.stdout)
    assert told["dry_run"] is True
    assert told["counts"]["network"] == {"added": 2}
    assert [refusal["line"] for refusal in told["refused"]] == [4, 5]
    assert told["changes"][1]["value"] == "192.0.2.0/24"
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    done = varde("import", str(tmp_path / "nothing.csv"))

    assert done.exit_code == 1
    assert "No such file" in done.stderr


@pytest.mark.django_db
def test_members_are_listed_by_kind(file: Path) -> None:
    varde("import", str(file))

    listed = varde("list", "--json").stdout.splitlines()
    assert [json.loads(line)["handle"] for line in listed] == ["fjord", "torg"]
    table = varde("list", "--kind", "pharmacy").stdout
    # What stands in a name is text, not markup of the terminal.
    assert "Torg [bold]pharmacy[/]" in table
    assert "fjord" not in table
    assert varde("list", "--kind", "gp").exit_code == 3
    assert varde("list", "--kind", "castle").exit_code == 2


@pytest.mark.django_db
def test_a_lookup_says_who_and_why_at_that_time(file: Path) -> None:
    varde("import", str(file))

    now = varde("lookup", "192.0.2.200")
    assert now.exit_code == 0
    assert "Torg [bold]pharmacy[/] (torg)" in now.stdout
    assert "because of its network 192.0.2.128/25" in now.stdout
    assert "less specific" in now.stdout
    told = json.loads(varde("lookup", "::ffff:192.0.2.1", "--json").stdout)
    assert (told["owner"]["handle"], told["owner"]["kind"]) == ("fjord", "network")
    assert "nobody" in varde("lookup", "www.fjord.example", "--at", "2019-12-31").stdout


@pytest.mark.django_db
def test_a_lookup_of_what_nobody_owns_has_its_own_exit_code() -> None:
    assert varde("lookup", "192.0.2.1").exit_code == 3
