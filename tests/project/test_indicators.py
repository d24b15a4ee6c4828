"""``varde indicators``: import with its balance, list with who says so."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from varde.intel.models import Claim, Indicator, Source
from varde.project.cli import app

pytestmark = pytest.mark.django_db
LIST = "evil.example # a [red]C2[/]\n198[.]51[.]100[.]7:443\n10.0.0.1\nEVIL.example\n(a+)+$\n"


def varde(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["indicators", *arguments], input=given)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Some-list.txt"
    path.write_text(LIST)
    return path


def test_an_import_tells_its_balance_and_names_each_refusal(file: Path) -> None:
    done = varde("import", str(file))

    assert done.exit_code == 0
    assert "5 received from Some-list: 2 stored, 1 duplicate, 2 refused" in done.stdout
    assert "line 3: '10.0.0.1': The address is a private one." in done.stderr
    assert "line 5: '(a+)+$': This is not a domain name." in done.stderr
    assert "0 stored, 3 duplicate" in varde("import", str(file)).stdout


def test_the_terms_are_kept_and_the_balance_is_json(file: Path) -> None:
    done = varde(
        "import", str(file), "--source", "Sector feed", "--tlp", "amber+strict", "--pap", "red",
        "--confidence", "80", "--expires", "30d", "--json",
    )  # fmt: skip

    balance = json.loads(done.stdout)
    assert balance["received"] == balance["stored"] + balance["duplicate"] + balance["refused"] == 5
    assert balance["reasons"] == {"private_address": 1, "bad_label": 1}
    assert balance["refusals"][0] == {"line": 3, "value": "10.0.0.1", "reason": "private_address"}
    assert Source.objects.get().tlp == "amber+strict"
    claim = Claim.objects.first()
    assert claim is not None
    assert (claim.tlp, claim.pap, claim.confidence) == ("amber+strict", "red", 80)
    assert claim.expires_at is not None


def test_a_table_from_standard_input_with_its_columns_named() -> None:
    done = varde(
        "import", "-", "--format", "csv", "--column", "thing=domain", "--column", "note=context",
        given="thing,note\nevil.example,a C2\n",
    )  # fmt: skip

    assert "1 received from standard input: 1 stored" in done.stdout
    assert Claim.objects.get().context == "a C2"


def test_a_list_shows_what_is_claimed_and_what_is_withheld(file: Path) -> None:
    varde("import", str(file), "--source", "One", "--tlp", "green")
    Indicator.objects.filter(value="198.51.100.7").update(value="10.9.9.9")

    shown = varde("list")
    rows = [json.loads(line) for line in varde("list", "--json").stdout.splitlines()]

    assert "a [red]C2[/]" in shown.stdout
    assert [row["value"] for row in rows] == ["evil.example", "10.9.9.9"] or [
        row["value"] for row in rows
    ] == ["10.9.9.9", "evil.example"]
    by_value = {row["value"]: row for row in rows}
    assert by_value["10.9.9.9"]["withheld"] == "private_address"
    assert by_value["evil.example"]["claims"][0]["source"] == "one"
    assert by_value["evil.example"]["tlp"] == "green"


def test_a_list_is_narrowed(file: Path) -> None:
    varde("import", str(file), "--source", "One")

    def found(*options: str) -> list[str]:
        lines = varde("list", "--json", *options).stdout.splitlines()
        return [json.loads(line)["value"] for line in lines]

    assert found("--search", "evil[.]ex") == ["evil.example"]
    assert found("--type", "ip") == ["198.51.100.7"]
    assert len(found("--source", "One")) == 2
    assert len(found("--limit", "1")) == 1


def test_nothing_found_and_wrong_use_have_their_exit_codes(tmp_path: Path, file: Path) -> None:
    empty, page = tmp_path / "empty.txt", tmp_path / "page.txt"
    empty.write_text("# nothing\n")
    page.write_text("<html>")

    assert varde("list").exit_code == 3
    assert varde("list", "--type", "colour").exit_code == 2
    assert varde("import", str(file), "--expires", "soon").exit_code == 2
    assert varde("import", str(file), "--column", "x").exit_code == 2
    missing = varde("import", str(tmp_path / "gone.txt"))
    assert (missing.exit_code, "No such file" in missing.stderr) == (1, True)
    web = varde("import", str(page))
    assert (web.exit_code, "This is a web page, not a list." in web.stderr) == (1, True)
    assert not Indicator.objects.exists()


def test_an_import_of_refusals_only_finds_nothing() -> None:
    assert varde("import", "-", given="10.0.0.1\n").exit_code == 3


def test_many_refusals_are_summed_up() -> None:
    done = varde("import", "-", given="evil.example\n" + "10.0.0.1\n" * 30)

    assert done.stderr.count("line ") == 20
    assert "30 refused in all" in done.stderr
    assert "30     The address is a private one." in done.stdout
