"""Plain lists: one indicator a line, ``#`` for comments; hosts files and ranked lists as well."""

import re
from collections.abc import Iterable, Iterator

from varde.intel.formats.entry import Entry
from varde.intel.formats.lines import Line

_COMMENT = ("#", ";", "//", "!")
_TRAILING = re.compile(r"\s+(?:#|//)\s*(?P<comment>.*)\Z")
_ODD = frozenset(" \t#")
# A hosts file sends names to nowhere: 0.0.0.0 evil.example
_HOSTS = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(?P<name>[^\s#]+)\Z")


def read(lines: Iterable[Line]) -> Iterator[Entry]:
    """An entry a line; what follows `` #`` is its context."""
    for line in lines:
        text = line.text.strip()
        if line.reason:
            yield Entry(line.number, text, reason=line.reason)
        elif text and not text.startswith(_COMMENT):
            yield _entry(line.number, text)


def _entry(number: int, text: str) -> Entry:
    if _ODD.isdisjoint(text):
        return Entry(number, text)
    context = ""
    if trailing := _TRAILING.search(text):
        text, context = text[: trailing.start()], trailing["comment"]
    hosts = _HOSTS.match(text)
    return Entry(number, hosts["name"] if hosts else text, context=context)
