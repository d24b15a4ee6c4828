"""Every module has its test file: ``src/varde/<app>/<module>.py`` -> ``tests/<app>/test_*.py``.

A module's test may be named after it, after its package and it, or after its package alone.
"""

from pathlib import Path

from tools.checks.files import tracked

# Declarations without behaviour of their own, and Django's own places.
DECLARED = {"__init__", "__main__", "apps", "enums", "errors", "events", "models", "urls"}
DECLARED |= {"asgi", "wsgi", "live_settings", "live_urls"}


def check(root: Path) -> list[str]:
    tests: dict[str, set[str]] = {}
    for path in tracked(root, "tests/**/*.py"):
        folder = path.relative_to(root / "tests").parts[0]
        tests.setdefault(folder, set()).add(path.stem)
    complaints = []
    for path in tracked(root, "src/varde/**/*.py"):
        parts = path.relative_to(root / "src" / "varde").with_suffix("").parts
        if len(parts) == 1 or parts[-1] in DECLARED or "migrations" in parts:
            continue
        if not names(parts) & tests.get(parts[0], set()):
            complaints.append(
                f"{path.relative_to(root)}:1: no tests/{parts[0]}/**/test_{parts[-1]}.py"
            )
    return complaints


def names(parts: tuple[str, ...]) -> set[str]:
    """``(notify, channels, email, compose)`` -> test_compose, test_email_compose, test_email ..."""
    packages = parts[1:-1]
    last = parts[-1]
    found = {f"test_{last}", *(f"test_{package}_{last}" for package in packages)}
    return found | {f"test_{package}" for package in packages}
