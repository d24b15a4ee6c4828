"""Plain lists: one indicator a line, ``#`` for comments; hosts files and ranked lists as well."""

import re
from collections.abc import Iterable, Iterator

from varde.intel.formats.entry import Entry
from varde.intel.formats.lines import Line

_COMMENT = ("#", ";", "//", "!")
_TRAILING = re.compile(r"\s+(?:#|//)\s*(?P<comment>.*)\Z")
# A hosts file sends names to nowhere: 0.0.0.0 evil.example
_HOSTS = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(?P<name>[^\s#]+)\Z")


def read(lines: Iterable[Line]) -> Iterator[Entry]:
    """An entry a line; what follows `` #`` is its context."""
    for line in lines:
        text = line.text.strip()
        if not line.reason and (not text or text.startswith(_COMMENT)):
            continue
        context = ""
        if "#" in text or "//" in text:
            trailing = _TRAILING.search(text)
            if trailing:
                text, context = text[: trailing.start()], trailing["comment"]
        if " " in text or "\t" in text:
            hosts = _HOSTS.match(text)
            text = hosts["name"] if hosts else text
        yield Entry(line.number, text, context=context, reason=line.reason)
