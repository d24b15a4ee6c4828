r"""Zeek's tab-separated logs as records. Header lines rule the rows below them, until the next.

``#separator \x09`` comes with a space, all others with the separator itself; ``#fields`` may come
again with other fields in the middle of a file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from varde.engine.parsers.lines import DeadLetter, Lines
from varde.engine.parsers.record import Record

_ESCAPE = re.compile(rb"\\x([0-9a-fA-F]{2})")


@dataclass(slots=True)
class _Header:
    separator: bytes = b"\t"
    set_separator: bytes = b","
    empty: bytes = b"(empty)"
    unset: bytes = b"-"
    path: str = ""
    fields: list[str] = field(default_factory=list)
    is_set: list[bool] = field(default_factory=list)

    def take(self, line: bytes) -> None:
        """Let a line that begins with ``#`` change what rules the rows after it."""
        if line.startswith(b"#separator "):
            self.separator = _unescaped(line.removeprefix(b"#separator "))
            return
        name, _, rest = line.partition(self.separator or b"\t")
        match name:
            case b"#set_separator":
                self.set_separator = rest
            case b"#empty_field":
                self.empty = rest
            case b"#unset_field":
                self.unset = rest
            case b"#path":
                self.path = rest.decode(errors="replace")
            case b"#fields":
                self.fields = [part.decode(errors="replace") for part in self.cut(rest)]
                self.is_set = [False] * len(self.fields)
            case b"#types":
                kinds = [kind.startswith((b"set[", b"vector[")) for kind in self.cut(rest)]
                self.is_set = kinds if len(kinds) == len(self.fields) else self.is_set

    def cut(self, line: bytes) -> list[bytes]:
        return line.split(self.separator) if self.separator else [line]


def records(lines: Lines, path: str, dead: list[DeadLetter]) -> Iterator[Record]:
    """The rows of a log; what is no row goes to ``dead``. ``path`` is for logs that name none."""
    header = _Header(path=path)
    for number in lines.numbers.tolist():
        line = lines[number].rstrip(b"\r\n")
        if line.startswith(b"#"):
            header.take(line)
            continue
        values = header.cut(line)
        if not header.fields:
            dead.append(DeadLetter(number + 1, line, "no_fields"))
        elif len(values) != len(header.fields):
            dead.append(DeadLetter(number + 1, line, "column_count"))
        else:
            yield _record(number, header, values)


def headers(lines: Lines) -> int:
    """How many lines of a log are no rows."""
    return sum(lines[number].startswith(b"#") for number in lines.numbers.tolist())


def _record(number: int, header: _Header, values: list[bytes]) -> Record:
    flags: list[str] = []
    fields: dict[str, object] = {}
    for name, is_set, value in zip(header.fields, header.is_set, values, strict=True):
        if value == header.unset or name in fields:
            if name in fields and "dup_key" not in flags:
                flags.append("dup_key")
            continue
        if is_set:
            parts = [] if value == header.empty else value.split(header.set_separator or b",")
            fields[name] = [_text(part, flags) for part in parts]
        else:
            fields[name] = "" if value == header.empty else _text(value, flags)
    return Record(number, header.path, fields, flags)


def _text(value: bytes, flags: list[str]) -> str:
    r"""Zeek writes a separator inside a field as ``\x09``, and bytes that are no text likewise."""
    try:
        return (_unescaped(value) if b"\\x" in value else value).decode()
    except UnicodeDecodeError:
        if not value.isascii():
            flags.append("bad_utf8")
        return value.decode(errors="backslashreplace")


def _unescaped(value: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), value)
