"""From a packet capture to Suricata's events, with the Suricata that is installed.

What Suricata writes for one capture differs from run to run (flow numbers, the order of flows that
end together), so its events are kept under the name of what made them: the capture, the rules, the
settings, the version. The same capture is analysed once, and ingested again it is known.
"""

import re
import resource
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import zstandard
from django.conf import settings
from django.utils.translation import gettext as _

from varde.monitoring.errors import CaptureFailed
from varde.monitoring.reading import open_log
from varde.monitoring.segments import written_whole

_DATA = Path(__file__).parent / "data"
_SECONDS = 1800
_LIMITS = {
    resource.RLIMIT_CPU: _SECONDS,
    resource.RLIMIT_AS: 8 << 30,
    resource.RLIMIT_FSIZE: 32 << 30,
    resource.RLIMIT_CORE: 0,
}
_PCAP = {0xA1B2C3D4: ">", 0xA1B23C4D: ">", 0xD4C3B2A1: "<", 0x4D3CB2A1: "<"}
_PCAPNG = 0x0A0D0D0A
_PACKET_BLOCKS = {2, 3, 6}


def events_of_capture(name: str) -> Path:
    """Suricata's events of the capture called ``name`` (may be packed): a Zstandard file.

    Raises ``CaptureFailed`` where there is no Suricata, where the file is no capture, or where
    Suricata gave up; ``UnreadableFile`` where it cannot be opened.
    """
    binary = shutil.which("suricata")
    if binary is None:
        raise CaptureFailed(_("Suricata is not installed. Install it: apt install suricata"))
    with TemporaryDirectory(prefix="varde-capture-") as folder:
        work = Path(folder)
        with open_log(name) as packed, (work / "capture").open("wb") as capture:
            shutil.copyfileobj(packed, capture)
        _write_rules(work)
        kept = _kept_path(work, binary)
        if not kept.exists():
            if has_packets(work / "capture"):
                _run(binary, work)
            _keep(work / "eve.json", kept)
    return kept


def has_packets(capture: Path) -> bool:
    """Whether there is at least one packet: without one Suricata spins for a minute.

    Raises ``CaptureFailed`` where the file is neither pcap nor pcapng.
    """
    with capture.open("rb") as file:
        start = file.read(4)
        magic = struct.unpack(">I", start)[0] if len(start) == 4 else 0  # noqa: PLR2004 - a word
        if magic in _PCAP:
            return capture.stat().st_size > 24 + 16  # the file's header and one packet's
        if magic != _PCAPNG:
            raise CaptureFailed(_("This is not a packet capture (pcap or pcapng)."))
        file.seek(0)
        return any(kind in _PACKET_BLOCKS for kind in _blocks(file))


def _blocks(file: BinaryIO) -> Iterator[int]:
    """The kinds of a pcapng file's blocks, one after the other."""
    order = "<"
    while len(head := file.read(12)) == 12:  # noqa: PLR2004 - kind, length, and a word
        if head[:4] == struct.pack(">I", _PCAPNG):
            order = "<" if head[8:] == b"\x4d\x3c\x2b\x1a" else ">"
        kind, length = struct.unpack(f"{order}II", head[:8])
        yield kind
        if length < 12:  # noqa: PLR2004 - no block is shorter: the file is broken
            return
        file.seek(length - 12, 1)


def _write_rules(work: Path) -> None:
    """Our signatures and classes, and the operator's own from ``VARDE_HOME/rules``."""
    own = Path(settings.VARDE_HOME, "rules")
    signatures = [_DATA / "varde.rules", *sorted(own.glob("*.rules"))]
    classes = [path for path in (_DATA, own) if (path / "classification.config").exists()]
    (work / "all.rules").write_bytes(b"\n".join(path.read_bytes() for path in signatures))
    (work / "classification.config").write_bytes(
        b"\n".join((path / "classification.config").read_bytes() for path in classes)
    )
    for name in ("reference.config", "suricata.yaml"):
        shutil.copy(_DATA / name, work / name)


def _kept_path(work: Path, binary: str) -> Path:
    made_of = sha256(_version(binary).encode())
    for name in ("capture", "all.rules", "classification.config", "suricata.yaml"):
        with (work / name).open("rb") as file:
            made_of.update(file_digest(file, "sha256").digest())
    return Path(settings.VARDE_HOME, "captures", f"{made_of.hexdigest()}.json.zst")


@cache
def _version(binary: str) -> str:
    done = subprocess.run(  # noqa: S603 - the installed Suricata, without input
        [binary, "-V"], capture_output=True, text=True, check=False, timeout=30
    )
    return done.stdout.strip()


def _run(binary: str, work: Path) -> None:
    """Let Suricata read the capture; what it reads is hostile, so it runs within limits."""
    command = [binary, "-c", "suricata.yaml", "-S", "all.rules", "-l", ".", "-r", "capture"]
    with (work / "said").open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - names of our own in a folder of our own
            command,
            cwd=work,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        with suppress(ProcessLookupError):
            for limit, value in _LIMITS.items():
                resource.prlimit(process.pid, limit, (value, value))
        try:
            code = process.wait(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise CaptureFailed(_("Suricata took more than half an hour.")) from None
    if code:
        raise CaptureFailed(_("Suricata gave up: %(said)s") % {"said": _last_error(work / "said")})


def _last_error(said: Path) -> str:
    text = said.read_bytes()[-4000:].decode(errors="replace")
    # Errors about single signatures come first, what ended the run last.
    lines = [line for line in text.splitlines() if re.match(r"(\[\d+.*\] )?E", line)]
    return (lines or text.splitlines() or ["?"])[-1][:300]


def _keep(events: Path, kept: Path) -> None:
    with written_whole(kept) as target:
        if events.exists():
            with events.open("rb") as source:
                zstandard.ZstdCompressor(level=3).copy_stream(source, target)
