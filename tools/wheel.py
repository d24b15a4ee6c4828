"""Build the wheel: one file that any Python with the locked packages can run."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def build(folder: Path) -> Path:
    """The wheel, freshly built into ``folder`` with the build tools of the lock file."""
    # What an earlier build left behind would be packed again, also where its source is gone.
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    uv = str(Path(sys.executable).parent / "uv")
    options = ["--no-build-isolation", "--python", sys.executable, "--out-dir", str(folder)]
    subprocess.run([uv, "build", "--quiet", "--wheel", *options, str(ROOT)], check=True)
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    return max(folder.glob("varde-*.whl"), key=lambda path: path.stat().st_mtime)


if __name__ == "__main__":
    print(build(ROOT / "dist").relative_to(ROOT))
