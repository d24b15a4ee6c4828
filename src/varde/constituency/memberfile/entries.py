"""Member files become entries: numbered rows of named cells, still as text.

Pure functions from bytes. CSV and JSON are both understood, whichever the file is called; what a
cell means is for ``rows``. Real files come from spreadsheets: with a byte-order mark, in Latin-1,
with semicolons for commas. One damaged line never takes others with it.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from varde.base.errors import Refused

LARGEST_FILE = 64 * 1024 * 1024
COLUMNS = (
    "handle",
    "name",
    "kind",
    "number",
    "parent",
    "it_supplier",
    "county",
    "language",
    "criticality",
    "networks",
    "domains",
    "asns",
    "contacts",
    "valid_from",
    "valid_to",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file: its number (of the line in CSV, of the object in JSON) and its cells.

    ``problem`` says why it could not be read at all.
    """

    number: int
    cells: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MemberFile:
    """The entries of a file, and the names of columns that mean nothing to us."""

    entries: list[Entry]
    unknown: list[str]


def read_members(content: bytes) -> MemberFile:
    """The entries of a CSV or JSON file. Raises ``Refused`` where the whole file is unusable."""
    if len(content) > LARGEST_FILE:
        raise Refused(_("The file is larger than 64 MiB."))
    text = _decoded(content)
    if not text.strip():
        raise Refused(_("The file is empty."))
    entries = _from_json(text) if text.lstrip()[0] in "[{" else _from_csv(text)
    known = set(COLUMNS)
    unknown = {str(name): None for entry in entries for name in entry.cells if name not in known}
    return MemberFile(entries, list(unknown)[:20])


def _decoded(content: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16 with a mark, else in what Norwegian Excel writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _from_csv(text: str) -> list[Entry]:
    # A line at a time: a quote that is never closed must not swallow the lines after it.
    lines = [(number, line) for number, line in _lines(text) if line.strip()]
    if lines[0][1].lower().startswith("sep="):
        lines = lines[1:]
    header, delimiter = _header(lines[0][1] if lines else "")
    return [_csv_entry(number, line, header, delimiter) for number, line in lines[1:]]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines by CR and LF only: ``splitlines`` also breaks at characters that stand in names."""
    return enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1)


def _header(line: str) -> tuple[list[str], str]:
    """The column names, and the delimiter under which most of them are known."""
    readings = [([name.strip().lower() for name in _cells(line, d)], d) for d in ",;\t"]
    header, delimiter = max(readings, key=lambda reading: len(set(reading[0]) & set(COLUMNS)))
    if "handle" not in header:
        raise Refused(
            _("The first line must name the columns, among them “handle”; they are: %(columns)s.")
            % {"columns": ", ".join(COLUMNS)}
        )
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise Refused(_("The first line names a column twice."))
    return header, delimiter


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _csv_entry(number: int, line: str, header: list[str], delimiter: str) -> Entry:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return Entry(number, problem=_("The line is no CSV: %(error)s.") % {"error": error})
    if any(cell.strip() for cell in cells[len(header) :]):
        return Entry(
            number,
            problem=_(
                "The line has %(count)s cells, more than the %(columns)s columns; "
                "put a cell that holds the separator in quotes."
            )
            % {"count": len(cells), "columns": len(header)},
        )
    return Entry(
        number, {n: c.strip() for n, c in zip(header, cells, strict=False) if n and c.strip()}
    )


def _from_json(text: str) -> list[Entry]:
    """The objects of a JSON list, of the list in ``organisations``, or of JSON lines."""
    try:
        whole = _json(text)
    except ValueError as error:
        lines = [(number, line) for number, line in _lines(text) if line.strip()]
        if len(lines) < 2 or not _is_json(lines[0][1]):  # noqa: PLR2004 - one line is no list of lines
            raise Refused(_("The file is no JSON: %(error)s.") % {"error": error}) from error
        return [_json_line(number, line) for number, line in lines]
    if isinstance(whole, dict):
        whole = whole.get("organisations", [whole])
    if not isinstance(whole, list):
        raise Refused(_("The file must hold a list of organisations."))
    return [_json_entry(number, item) for number, item in enumerate(whole, start=1)]


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(_("it nests too deeply")) from None


def _is_json(line: str) -> bool:
    try:
        return isinstance(_json(line), dict)
    except ValueError:
        return False


def _json_line(number: int, line: str) -> Entry:
    try:
        return _json_entry(number, _json(line))
    except ValueError as error:
        return Entry(number, problem=_("The line is no JSON: %(error)s.") % {"error": error})


def _json_entry(number: int, item: object) -> Entry:
    if not isinstance(item, dict):
        return Entry(number, problem=_("It is no object with named fields."))
    return Entry(number, stated_cells(item))


def stated_cells(item: Mapping[str, object]) -> dict[str, object]:
    """The cells that state something: nothing and the empty text do not."""
    return {key: value for key, value in item.items() if value is not None and value != ""}
