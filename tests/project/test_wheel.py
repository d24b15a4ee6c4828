"""What is shipped works: the wheel holds every file, and runs without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import varde
from tools.wheel import build

PACKAGE = Path(varde.__file__).parent
DATA = ("templates", "static", "locale", "data")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(build(folder)) as wheel:
        wheel.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_every_file_that_pages_need_is_in_it(unpacked: Path) -> None:
    needed = {
        path.relative_to(PACKAGE)
        for name in DATA
        for path in PACKAGE.glob(f"**/{name}/**/*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    shipped = {path.relative_to(unpacked / "varde") for path in (unpacked / "varde").rglob("*")}

    assert len(needed) > 50
    assert needed - shipped == set()
    assert any(path.suffix == ".mo" for path in shipped)


def test_it_runs_without_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VARDE_")}
    environment = kept | {"PYTHONPATH": str(unpacked), "VARDE_HOME": str(tmp_path / "home")}
    code = (
        "import varde, sys; from varde.project.cli import app\n"
        "print(varde.__file__)\n"
        "sys.argv = ['varde', 'init']; app()"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith(str(unpacked))
    assert "is ready" in done.stdout
