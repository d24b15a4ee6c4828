"""Where the demonstration lives: a home of its own, made anew each time."""

import os
import shutil
from pathlib import Path

from varde.project.config import config, read_file
from varde.project.install import make_home, write_private
from varde.project.programs import is_free

HOST = "127.0.0.1"


class NotADemo(Exception):  # noqa: N818 - it reads as what is wrong
    """The folder holds something else than an earlier demonstration."""


def default_home() -> Path:
    """``demo`` below the home in force, so that the installation itself is left alone."""
    return Path(os.environ.get("VARDE_HOME", "var")).resolve() / "demo"


def prepare(folder: Path, port: int) -> int:
    """An empty home in ``folder`` and the environment for it; gives the port that was free.

    Raises ``NotADemo`` rather than remove anything that no demonstration made.
    """
    if folder.exists() and any(folder.iterdir()):
        if read_file(folder / "varde.toml").get("demo") is not True:
            raise NotADemo(f"{folder} is no demonstration's folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    port, live_port = free_ports(port)
    write_private(
        folder / "varde.toml",
        "# Made by `varde demo`, and again by the next one.\n"
        "demo = true\n"
        'log_level = "warning"\n'
        'organisation_name = "HelseRespons (demo)"\n'
        'organisation_email = "varsel@senter.example"\n'
        'organisation_phone = "+47 00 00 00 00"\n'
        f'base_url = "http://{HOST}:{port}"\n'
        f"port = {port}\n"
        f"live_port = {live_port}\n",
    )
    # What is set for another installation must not reach this one.
    for name in [name for name in os.environ if name.startswith("VARDE_")]:
        del os.environ[name]
    os.environ["VARDE_HOME"] = str(folder)
    config.cache_clear()
    make_home(folder, lambda _line: None)
    return port


def free_ports(wanted: int) -> tuple[int, int]:
    """``wanted`` and the one after it, or the first such pair above them that is free."""
    for port in range(wanted, wanted + 200, 2):
        if is_free(HOST, port) and is_free(HOST, port + 1):
            return port, port + 1
    raise OSError(f"no free port from {wanted} to {wanted + 200}")
