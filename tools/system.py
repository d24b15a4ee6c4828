"""The programs that Varde uses from the system, and how Debian's package manager brings them.

Everything here is optional but Python's own ``venv``: where a program is missing, the tests and
features that need it say so and the rest works.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq", "-y", "--no-install-recommends"]
SOURCES = Path("/etc/apt/sources.list.d")
PREFERENCES = Path("/etc/apt/preferences.d")


@dataclass(frozen=True, slots=True)
class Component:
    """A program, the packages that bring it, and what happens without it."""

    name: str
    programs: tuple[str, ...]
    packages: tuple[str, ...]
    without: str
    places: tuple[str, ...] = ()
    backports: bool = False


COMPONENTS = (
    Component(
        "Chromium",
        ("chromium", "chromium-browser", "google-chrome"),
        ("chromium", "fonts-dejavu-core", "fonts-liberation"),
        "browser tests are skipped, no screenshots",
    ),
    Component(
        "PostgreSQL",
        ("initdb",),
        ("postgresql",),
        "the suite runs on SQLite only",
        places=("/usr/lib/postgresql/*/bin",),
    ),
    Component("GnuPG", ("gpg",), ("gnupg",), "no encrypted mail"),
    Component(
        "Suricata",
        ("suricata",),
        ("suricata", "libhtp2"),
        "`varde ingest --pcap` and its tests are left out",
        backports=True,
    ),
)


def find(component: Component) -> str | None:
    """The path of the component's program; ``None`` where it is missing."""
    folders = [str(folder) for place in component.places for folder in Path("/").glob(place[1:])]
    search = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *sorted(folders)])
    found = (shutil.which(program, path=search) for program in component.programs)
    return next((path for path in found if path), None)


def missing() -> list[Component]:
    return [component for component in COMPONENTS if find(component) is None]


def privilege() -> list[str] | None:
    """What goes before a command that needs root; ``None`` where we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def apt(*arguments: str, root: list[str]) -> bool:
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    done = subprocess.run(
        [*root, *environment, *APT, *arguments], check=False, stdout=subprocess.DEVNULL
    )
    return done.returncode == 0


def install(components: Iterable[Component], say: Say) -> None:
    """Install the packages of ``components`` where root or sudo allows; never fails."""
    root = privilege()
    if root is None:
        say("neither root nor passwordless sudo with apt: system packages are left as they are")
        return
    apt("update", root=root)
    for component in components:
        say(f"apt-get install {' '.join(component.packages)}  ({component.name})")
        packages = list(component.packages)
        if component.backports and not _available(packages[0]):
            packages = _from_backports(packages, root=root)
        if not packages or not apt("install", *packages, root=root):
            say(f"{component.name} could not be installed")


def ensure_venv(say: Say) -> None:
    """Debian's Python comes without ``venv``; bring it."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    root = privilege()
    if root is None:
        raise SystemExit("setup: Python's venv is missing (Debian: apt install python3-venv)")
    say("apt-get install python3-venv")
    apt("update", root=root)
    apt("install", "python3-venv", root=root)


def _available(package: str) -> bool:
    shown = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False
    )
    return "Candidate:" in shown.stdout and "Candidate: (none)" not in shown.stdout


def _from_backports(packages: list[str], *, root: list[str]) -> list[str]:
    """``packages`` with the backports suite; empty where this is no Debian with backports.

    Adds the suite next to the machine's own Debian source (same addresses, same keys), pinned so
    low that nothing but these packages ever comes from it.
    """
    suite = _codename() + "-backports"
    source = debian_source(_codename())
    if source is None:
        return []
    _write(SOURCES / "varde-backports.sources", source.replace("SUITE", suite), root=root)
    pins = f"Package: *\nPin: release n={suite}\nPin-Priority: 50\n"
    pins += f"\nPackage: {' '.join(packages)}\nPin: release n={suite}\nPin-Priority: 500\n"
    _write(PREFERENCES / "varde-backports", pins, root=root)
    return packages if apt("update", root=root) and _available(packages[0]) else []


def _codename() -> str:
    release = Path("/etc/os-release").read_text()
    pairs = (line.split("=", 1) for line in release.splitlines() if "=" in line)
    return {key: value.strip('"') for key, value in pairs}.get("VERSION_CODENAME", "")


def debian_source(codename: str, folder: Path = Path("/etc/apt")) -> str | None:
    """The machine's own entry for ``codename`` in deb822 form, its suites replaced by SUITE."""
    for file in sorted(folder.glob("sources.list.d/*.sources")):
        for stanza in file.read_text().split("\n\n"):
            lines = [line for line in stanza.splitlines() if line and not line.startswith("#")]
            fields = dict(line.split(": ", 1) for line in lines if ": " in line)
            if codename in fields.get("Suites", "").split() and "deb" in fields.get("Types", ""):
                fields |= {"Types": "deb", "Suites": "SUITE", "Components": "main"}
                return "".join(f"{key}: {value}\n" for key, value in fields.items())
    for file in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]:
        for line in file.read_text().splitlines() if file.exists() else []:
            found = one_line_source(line, codename)
            if found:
                return found
    return None


def one_line_source(line: str, codename: str) -> str | None:
    """``deb [signed-by=/k.gpg] URI bookworm main`` in deb822 form, or ``None`` for another line."""
    words = line.split()
    if not words or words[0] != "deb":
        return None
    signed = ""
    if len(words) > 1 and words[1].startswith("["):
        end = next(i for i, word in enumerate(words) if word.endswith("]"))
        options = " ".join(words[1 : end + 1]).strip("[]").split()
        keys = [option.partition("=")[2] for option in options if option.startswith("signed-by=")]
        signed = f"Signed-By: {keys[0]}\n" if keys else ""
        words = [words[0], *words[end + 1 :]]
    if words[2:3] != [codename]:
        return None
    return f"Types: deb\nURIs: {words[1]}\nSuites: SUITE\nComponents: main\n{signed}"


def _write(path: Path, text: str, *, root: list[str]) -> None:
    subprocess.run(
        [*root, "tee", str(path)], input=text.encode(), stdout=subprocess.DEVNULL, check=True
    )
