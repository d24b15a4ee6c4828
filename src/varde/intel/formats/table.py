"""CSV and its relatives: a header names the columns, else the first column is the value.

Each line is a record of its own: a quotation mark that is never closed costs one line, not the
rest of the file.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain

from varde.base.marking import PAP, TLP
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAFeed
from varde.intel.formats.entry import Entry
from varde.intel.formats.lines import Line

MOST_COLUMNS = 200
_DELIMITERS = "\t,;|"
_LOOKED_AT = 50  # lines, for the delimiter and the header
_FULL = 100  # percent

_TYPES: dict[str, IndicatorType] = {
    **{kind.value: kind for kind in IndicatorType},
    **dict.fromkeys(
        (
            "ip_address",
            "ip_port",
            "address",
            "ipv4",
            "ipv6",
            "dst_ip",
            "src_ip",
            "ip_dst",
            "ip_src",
        ),
        IndicatorType.IP,
    ),
    **dict.fromkeys(("network", "subnet", "range"), IndicatorType.CIDR),
    **dict.fromkeys(("hostname", "host", "fqdn", "domain_name"), IndicatorType.DOMAIN),
    **dict.fromkeys(("md5_hash",), IndicatorType.MD5),
    **dict.fromkeys(("sha1_hash",), IndicatorType.SHA1),
    **dict.fromkeys(("sha256_hash",), IndicatorType.SHA256),
    **dict.fromkeys(("ja3_md5", "ja3_fingerprint_md5"), IndicatorType.JA3),
    **dict.fromkeys(("email_address", "e_mail", "email_src"), IndicatorType.EMAIL),
    **dict.fromkeys(
        ("fingerprint", "certificate_sha1", "x509_fingerprint_sha1", "ssl_sha1"),
        IndicatorType.CERTIFICATE,
    ),
}
_NAMES: dict[str, str] = {
    **dict.fromkeys(("value", "indicator", "ioc", "ioc_value", "observable"), "value"),
    **dict.fromkeys(("type", "ioc_type", "indicator_type", "kind"), "type"),
    **dict.fromkeys(
        ("context", "comment", "description", "malware", "malware_printable", "family", "threat",
         "threat_type", "tags", "info", "category", "title"),
        "context",
    ),
    **dict.fromkeys(("reference", "link", "source_url", "report"), "reference"),
    **dict.fromkeys(("confidence", "confidence_level"), "confidence"),
    **dict.fromkeys(("tlp",), "tlp"),
    **dict.fromkeys(("pap",), "pap"),
    **dict.fromkeys(("expires", "expires_at", "expiry", "valid_until"), "expires"),
}  # fmt: skip


def read(lines: Iterable[Line], mapping: Mapping[str, str] | None = None) -> Iterator[Entry]:
    """The entries of a table.

    ``mapping``: column name -> value, type, context, ... for columns whose own names do not say
    it; a type's name (``ip``) makes the values of the column that type.

    Raises ``NotAFeed`` where no column holds a value.
    """
    source = iter(lines)
    head = [line for _, line in zip(range(_LOOKED_AT), source, strict=False)]
    delimiter = _delimiter(head)
    columns, first = _header(head, delimiter, mapping or {})
    for line in chain(head[first:], source):
        if line.reason:
            yield Entry(line.number, line.text, reason=line.reason)
        elif line.text.strip() and not line.text.startswith("#"):
            yield from _entries(line, delimiter, columns)


def looks_like_table(head: list[Line]) -> bool:
    """Whether the first lines are a table: they have a delimiter, every one as often."""
    texts = [line.text for line in head if line.text.strip() and not line.text.startswith("#")]
    if not texts:
        return False
    delimiter = _delimiter(head)
    counts = {len(_loosely(text, delimiter)) for text in texts}
    return counts != {1} and len(counts) == 1


def _delimiter(head: list[Line]) -> str:
    texts = [line.text for line in head if line.text.strip() and not line.text.startswith("#")]
    sample = texts[0] if texts else ""
    return max(_DELIMITERS, key=lambda sign: (sample.count(sign) > 0, sample.count(sign)))


def _header(head: list[Line], delimiter: str, mapping: Mapping[str, str]) -> tuple[list[str], int]:
    """What each column holds (a key of ``Entry``, a type, or empty), and the first data line.

    Many feeds hide the header in the last comment: ``# IP<TAB>number of lists``.
    """
    first = next(
        (at for at, line in enumerate(head) if line.text.strip() and line.text[0] != "#"), len(head)
    )
    if first == len(head):
        return ["value"], first
    width = len(_loosely(head[first].text, delimiter))
    columns = _meanings(_loosely(head[first].text, delimiter), mapping)
    if _names_a_value(columns):
        return columns, first + 1
    if mapping:
        raise NotAFeed("no_value_column", ", ".join(mapping))
    for line in reversed(head[:first]):
        cells = _loosely(line.text.lstrip("# "), delimiter)
        columns = _meanings(cells, {})
        if len(cells) == width and _names_a_value(columns):
            return columns, first
    return ["value", *["context"] * (width - 1)], first


def _names_a_value(columns: list[str]) -> bool:
    return any(column == "value" or column in _TYPES for column in columns)


def _meanings(cells: list[str], mapping: Mapping[str, str]) -> list[str]:
    names = [re.sub(r"[^a-z0-9]+", "_", cell.lower()).strip("_") for cell in cells]
    own = {name.lower(): meaning for name, meaning in mapping.items()}
    found = []
    for cell, name in zip(cells, names, strict=True):
        given = own.get(cell.strip().lower())
        found.append(given or _NAMES.get(name) or (name if name in _TYPES else _label(cell)))
    return found


def _label(cell: str) -> str:
    """A column of no known name is context under that name: ``number of lists: 10``."""
    return f"label:{cell.strip()[:40]}"


def _entries(line: Line, delimiter: str, columns: list[str]) -> Iterator[Entry]:
    try:
        cells = _cells(line.text, delimiter)
    except csv.Error:
        yield Entry(line.number, line.text[:200], reason="bad_quotes")
        return
    if len(cells) > MOST_COLUMNS:
        yield Entry(line.number, line.text[:200], reason="too_many_columns")
        return
    values = [
        (_TYPES.get(column), cell)
        for column, cell in zip(columns, cells, strict=False)
        if cell and (column == "value" or column in _TYPES)
    ]
    if not values:
        yield Entry(line.number, line.text[:200], reason="empty")
    facts = _facts(columns, cells)
    for kind, cell in values:
        yield _entry(line.number, kind, cell, facts)


def _facts(columns: list[str], cells: list[str]) -> dict[str, str]:
    facts: dict[str, str] = {}
    context = []
    for column, cell in zip(columns, cells, strict=False):
        if not cell:
            continue
        if column == "context":
            context.append(cell)
        elif column.startswith("label:"):
            context.append(f"{column.removeprefix('label:')}: {cell}")
        elif column not in _TYPES:
            facts.setdefault(column, cell)
    return {**facts, "context": ", ".join(context)}


def _entry(number: int, kind: IndicatorType | None, value: str, facts: dict[str, str]) -> Entry:
    named = re.sub(r"[^a-z0-9]+", "_", facts.get("type", "").lower()).strip("_")
    confidence = facts.get("confidence", "")
    return Entry(
        number,
        value,
        kind or _TYPES.get(named),
        facts["context"],
        facts.get("reference", ""),
        _tlp(facts.get("tlp")),
        _pap(facts.get("pap")),
        min(int(confidence), _FULL) if confidence.isascii() and confidence.isdigit() else None,
        _time(facts.get("expires", "")),
    )


def _tlp(text: str | None) -> TLP | None:
    """A label nobody knows is the strictest: better kept too close than passed on."""
    try:
        return TLP.parse(text) if text else None
    except ValueError:
        return TLP.RED


def _pap(text: str | None) -> PAP | None:
    try:
        return PAP.parse(text) if text else None
    except ValueError:
        return PAP.RED


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _cells(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return [cell.strip() for cell in text.split(delimiter)]
    row = next(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True), [])
    return [cell.strip() for cell in row]


def _loosely(text: str, delimiter: str) -> list[str]:
    """The cells of a line that may be no record: only their number or names matter."""
    try:
        return _cells(text, delimiter)
    except csv.Error:
        return text.split(delimiter)
