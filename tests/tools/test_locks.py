"""The lock files pin everything that is declared, with hashes, and name no host."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def pinned(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def declared(*groups: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = [project["project"]["dependencies"]]
    lists += [project["dependency-groups"][group] for group in groups]
    return {re.split(r"[~=<>\[ ]", entry)[0].lower() for entries in lists for entry in entries}


def test_every_declared_package_is_locked() -> None:
    assert declared() - set(pinned("requirements.lock")) == set()
    assert declared("dev") - set(pinned("requirements-dev.lock")) == set()


def test_both_locks_pin_the_same_versions() -> None:
    runtime, everything = pinned("requirements.lock"), pinned("requirements-dev.lock")

    assert {name: everything.get(name) for name in runtime} == runtime


def test_every_pin_has_hashes_and_no_lock_names_a_host() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text()
        packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
        assert [package for package in packages if "--hash=sha256:" not in package] == []
        assert "://" not in text
