"""MISP feed folders: ``manifest.json`` names the events, each lies in ``<uuid>.json``."""

import re
from collections.abc import Iterator
from pathlib import Path

import orjson

from varde.intel.errors import NotAFeed
from varde.intel.formats import misp
from varde.intel.formats.entry import Entry
from varde.intel.formats.lines import check_is_no_page

LARGEST_EVENT = 512 << 20  # bytes
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def read(folder: Path, *, everything: bool = False) -> Iterator[Entry]:
    """The entries of every event that the manifest names, numbered through.

    An event that is missing or broken is one refused entry: the others are still read. Raises
    ``NotAFeed`` at once where there is no manifest.
    """
    return _entries(folder, _manifest(folder / "manifest.json"), everything=everything)


def _manifest(path: Path) -> list[str]:
    if not path.is_file():
        raise NotAFeed("no_manifest")
    raw = path.read_bytes()
    check_is_no_page(raw[:4096])
    try:
        manifest = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotAFeed("not_json", f"manifest.json line {error.lineno}") from None
    if not isinstance(manifest, dict):
        raise NotAFeed("no_manifest")
    return list(manifest)


def _entries(folder: Path, uuids: list[str], *, everything: bool) -> Iterator[Entry]:
    number = 0
    for uuid in uuids:
        try:
            event = misp.parse_event(_event_bytes(folder, uuid))
        except NotAFeed as fault:
            number += 1
            yield Entry(number, f"{uuid[:64]}.json", reason=fault.reason)
            continue
        first = number + 1
        for entry in misp.read_event(event, everything=everything, first=first):
            number = entry.line
            yield entry


def _event_bytes(folder: Path, uuid: str) -> bytes:
    # The manifest is as foreign as the rest: a name in it must not lead out of the folder.
    path = folder / f"{uuid}.json"
    if not _UUID.match(uuid) or not path.is_file() or path.is_symlink():
        raise NotAFeed("missing_file")
    if path.stat().st_size > LARGEST_EVENT:
        raise NotAFeed("too_big")
    return path.read_bytes()
