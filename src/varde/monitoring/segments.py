"""Where the bytes of a batch lie: the raw lines, and those lines that could not be read.

Both are written once, whole, and are on the disk (fsync of file and folder) before the name
appears; a crash leaves nothing half. The name follows from the content, so that a run that is
repeated writes the same file again.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO
from uuid import UUID

import zstandard
from django.conf import settings


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line that no parser could read: ``reason`` is a stable code."""

    line: int
    raw: bytes
    reason: str


def batch_key(sensor: str, sha256: str) -> str:
    """What the lake knows a batch by: two sensors may well send the same lines."""
    return hashlib.sha256(f"{sensor}\0{sha256}".encode()).hexdigest()


def raw_path(sensor: str, sha256: str) -> Path:
    return Path(settings.VARDE_HOME, "raw", sensor, f"{sha256}.zst")


def unread_path(batch_uid: UUID) -> Path:
    return Path(settings.VARDE_HOME, "dead-letters", f"{batch_uid}.jsonl")


def keep_raw(sensor: str, sha256: str, content: bytes) -> Path:
    """Put ``content`` on the disk, compressed, for good; returns where it lies."""
    path = raw_path(sensor, sha256)
    if not path.exists():
        # Level 1: writing must not be what ingest waits for, and the lines shrink well anyway.
        write_whole(path, zstandard.ZstdCompressor(level=1, write_checksum=True).compress(content))
    return path


def read_raw(sensor: str, sha256: str) -> bytes | None:
    """The bytes of a batch; None where retention has removed them."""
    path = raw_path(sensor, sha256)
    if not path.exists():
        return None
    return zstandard.ZstdDecompressor().decompress(path.read_bytes())


def keep_unread(batch_uid: UUID, lines: Iterable[UnreadLine]) -> None:
    """Put the lines that could not be read on the disk: one JSON object a line, raw in base64."""
    text = "".join(
        json.dumps(
            {
                "line": unread.line,
                "reason": unread.reason,
                "raw": base64.b64encode(unread.raw).decode(),
            }
        )
        + "\n"
        for unread in lines
    )
    if text:
        write_whole(unread_path(batch_uid), text.encode())


def read_unread(batch_uid: UUID) -> Iterator[UnreadLine]:
    """The lines of a batch that could not be read; none where there were none."""
    path = unread_path(batch_uid)
    if not path.exists():
        return
    with path.open() as lines:
        for line in lines:
            row = json.loads(line)
            yield UnreadLine(row["line"], base64.b64decode(row["raw"]), row["reason"])


def forget_files_older_than(folder: Path, before: datetime) -> int:
    """Remove files below ``folder`` last written before ``before``; gives how many."""
    gone = 0
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def write_whole(path: Path, content: bytes) -> None:
    """Write ``path`` so that it is either absent or whole, whatever happens meanwhile."""
    with written_whole(path) as file:
        file.write(content)


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the name ``path`` only when the block ends well, and all of it lasts."""
    _make_folder(path.parent)
    file = NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False)  # noqa: SIM115 - it shall outlive the block
    unfinished = Path(file.name)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(path.parent)


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    """Put the names in ``folder`` on the disk: without this a power cut may take them back."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
