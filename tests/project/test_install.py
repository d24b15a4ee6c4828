"""``varde init``: directories, secrets and settings; a second time changes nothing."""

import os
import tomllib
from pathlib import Path

import pytest

from varde.project.config import Config
from varde.project.install import is_ready, make_home, next_steps, settings_template


@pytest.fixture(autouse=True)
def _keep_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_only_we_may_read_what_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "home"

    make_home(folder, lambda _line: None)

    assert is_ready(folder)
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir() if path.is_dir()} == {
        "0o700"
    }
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secrets.toml").stat().st_mode & 0o777 == 0o600


def test_a_second_time_says_and_changes_nothing(tmp_path: Path) -> None:
    make_home(tmp_path, lambda _line: None)
    before = {path: path.read_bytes() for path in tmp_path.glob("*.toml")}
    said: list[str] = []

    make_home(tmp_path, said.append)

    assert said == []
    assert {path: path.read_bytes() for path in tmp_path.glob("*.toml")} == before


def test_each_installation_has_its_own_secret(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_home(tmp_path / name, lambda _line: None)

    keys = {
        tomllib.loads((tmp_path / name / "secrets.toml").read_text())["secret_key"]
        for name in ("one", "two")
    }

    assert len(keys) == 2
    assert min(len(key) for key in keys) >= 80


def test_a_secret_that_was_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").write_text('smtp_password = "kept"\n')

    make_home(tmp_path, lambda _line: None)

    secrets = tomllib.loads((tmp_path / "secrets.toml").read_text())
    assert secrets["smtp_password"] == "kept"
    assert secrets["secret_key"]


def test_the_template_states_every_setting_and_changes_none() -> None:
    template = settings_template()

    assert tomllib.loads(template) == {}
    uncommented = "\n".join(
        line.removeprefix("# ") for line in template.splitlines() if " = " in line
    )
    stated = tomllib.loads(uncommented)
    assert set(stated) == set(Config.model_fields) - {"secret_key", "smtp_password"}
    assert {name: Config.model_fields[name].default for name in stated} == stated


def test_the_next_steps_name_the_home_where_it_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VARDE_HOME", raising=False)

    assert next_steps(tmp_path)[0] == f"export VARDE_HOME={tmp_path}"
