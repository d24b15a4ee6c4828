"""Which files the checks read: what git knows or would add, never what it ignores."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

VENDORED = ("/static/", "/vendor/", "LICENSE", "requirements", "package-lock.json")


def tracked(root: Path, *patterns: str) -> list[Path]:
    """Files below ``root`` that git tracks or would, by ``patterns`` (all where none is given)."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--"]
    listed = subprocess.run(
        [*command, *(f":(glob){pattern}" for pattern in patterns)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    return [root / name for name in names if (root / name).is_file()]


def own_text(root: Path) -> Iterator[tuple[Path, str]]:
    """Every text file that this project wrote itself."""
    for path in tracked(root):
        name = f"/{path.relative_to(root)}"
        if any(part in name for part in VENDORED):
            continue
        try:
            yield path, path.read_text()
        except UnicodeDecodeError:
            continue  # a picture, or a sample of bad bytes


def python(root: Path, *folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file of ``folders`` but migrations, which Django writes."""
    for path in tracked(root, *(f"{folder}/**/*.py" for folder in folders)):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(), str(path))
