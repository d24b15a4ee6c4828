"""What the set-up reads from a machine, and what it makes of it."""

from pathlib import Path

import pytest

from tools.compile_messages import compile_messages
from tools.setup import locked
from tools.system import debian_source, one_line_source

DEB822 = """\
Types: deb deb-src
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""
ONE_LINE = "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib"


def test_the_machines_own_source_is_used_for_backports(tmp_path: Path) -> None:
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "debian.sources").write_text(DEB822)

    assert debian_source("bookworm", tmp_path) == (
        "Types: deb\n"
        "URIs: http://mirror.example/debian\n"
        "Suites: SUITE\n"
        "Components: main\n"
        "Signed-By: /usr/share/keyrings/debian.gpg\n"
    )


def test_a_one_line_source_is_understood(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text(f"# deb x\n{ONE_LINE}-updates\n{ONE_LINE}\n")

    assert debian_source("bookworm", tmp_path) == (
        "Types: deb\nURIs: http://mirror.example/debian\n"
        "Suites: SUITE\nComponents: main\nSigned-By: /k.gpg\n"
    )


@pytest.mark.parametrize("line", ["", "# deb x y z", "deb-src http://x.example bookworm main"])
def test_other_lines_are_no_source(line: str) -> None:
    assert one_line_source(line, "bookworm") is None


def test_a_machine_without_that_release_has_no_source(tmp_path: Path) -> None:
    assert debian_source("bookworm", tmp_path) is None


def test_uv_is_taken_from_the_lock_with_its_hashes() -> None:
    lines = locked("uv").splitlines()

    assert lines[0].startswith("uv==")
    assert len(lines) > 1
    assert all("--hash=sha256:" in line for line in lines[1:])


def test_translations_compile_to_the_same_bytes_each_time(tmp_path: Path) -> None:
    po = tmp_path / "locale" / "nb" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid "Alert"\nmsgstr "Alarm"\n')

    (mo,) = compile_messages(tmp_path)
    first = mo.read_bytes()
    assert compile_messages(tmp_path) == []
    mo.unlink()
    compile_messages(tmp_path)

    assert mo.read_bytes() == first
