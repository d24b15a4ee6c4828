"""Entries of a member file become rows: what a line states, checked and in canonical form.

A row of an organisation states its fields and, as lists, what it owns *now*: what stands in the
register and not in the list has ended. A cell that is empty states nothing; ``-`` states "none".
A row whose ``kind`` is ``network``, ``domain``, ``asn`` or ``contact`` states single facts with
their period and says nothing about any others.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from django.utils.translation import gettext as _

from varde.accounts.enums import Language
from varde.base.errors import Refused
from varde.constituency import canonical
from varde.constituency.enums import ContactRole, County, Criticality, OrganisationKind
from varde.constituency.memberfile.entries import Entry

NONE = "-"
_MOST_FACTS = 20_000


class Unstated(Enum):
    """Says of a field that the row does not state it (None would state "no end")."""

    UNSTATED = "unstated"


UNSTATED: Final = Unstated.UNSTATED
Stateable = datetime | None | Unstated


@dataclass(frozen=True, slots=True)
class Fact:
    """One network, domain, AS number or contact as a row states it.

    ``value`` identifies it within its organisation; ``fields`` are what else is said of it.
    """

    kind: str
    value: str
    valid_from: datetime | Unstated = UNSTATED
    valid_to: Stateable = UNSTATED
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """What one line states. ``lists`` holds only the kinds that the line states."""

    number: int
    handle: str
    is_organisation: bool
    fields: Mapping[str, object]
    lists: Mapping[str, list[Fact]]
    facts: list[Fact]


FACT_COLUMNS: Final = {
    "network": "networks",
    "domain": "domains",
    "asn": "asns",
    "contact": "contacts",
}


def member_row(entry: Entry) -> MemberRow:
    """What ``entry`` states. Raises ``Refused`` with the reason where any of it is wrong."""
    if entry.problem:
        raise Refused(entry.problem)
    cells = entry.cells
    handle = canonical.handle(_text(cells, "handle"))
    kind = _text(cells, "kind").lower()
    if kind in FACT_COLUMNS:
        facts = _facts_of_row(kind, cells)
        return MemberRow(entry.number, handle, False, {}, {}, facts)  # noqa: FBT003 - is_organisation
    lists = {
        kind: _facts(kind, cells[column])
        for kind, column in FACT_COLUMNS.items()
        if column in cells
    }
    return MemberRow(entry.number, handle, True, _fields(cells), lists, [])  # noqa: FBT003 - is_organisation


def _text(cells: Mapping[str, object], name: str) -> str:
    value = cells.get(name, "")
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Refused(_("“%(name)s” must be text.") % {"name": name})
    return str(value).strip()


def _fields(cells: Mapping[str, object]) -> dict[str, object]:
    """The fields of the organisation itself that the row states."""
    return {
        name: read(_text(cells, name))
        for name, read in _FIELDS.items()
        if cells.get(name) is not None and _text(cells, name)
    }


def _clearable(read: Callable[[str], object], nothing: object) -> Callable[[str], object]:
    return lambda text: nothing if text == NONE else read(text)


def _choice(names: Mapping[str, object]) -> Callable[[str], object]:
    def read(text: str) -> object:
        try:
            return names[text.casefold()]
        except KeyError:
            raise Refused(
                _("“%(value)s” is not one of: %(choices)s.")
                % {
                    "value": text[:40],
                    "choices": ", ".join(dict.fromkeys(map(str, names.values()))),
                }
            ) from None

    return read


# A file may use the value or, for counties and languages, the name that people write.
_ROLES = tuple(ContactRole.values)
_KINDS = {value: value for value in OrganisationKind.values}
_COUNTIES = {name.casefold(): county.value for county in County for name in (county, county.label)}
_LANGUAGES = {name.casefold(): lang.value for lang in Language for name in (lang, lang.label)}
_CRITICALITIES = {
    name: level.value for level in Criticality for name in (str(level.value), level.name.lower())
}

_FIELDS: dict[str, Callable[[str], object]] = {
    "name": lambda text: canonical.line(text, longest=200),
    "kind": _choice(_KINDS),
    "number": _clearable(lambda text: canonical.line(text.replace(" ", ""), longest=20), ""),
    "parent": _clearable(canonical.handle, None),
    "it_supplier": _clearable(canonical.handle, None),
    "county": _clearable(_choice(_COUNTIES), ""),
    "language": _choice(_LANGUAGES | {"no": "nb"}),
    "criticality": _choice(_CRITICALITIES),
    "valid_from": canonical.moment,
    "valid_to": _clearable(canonical.moment, None),
}


def _facts_of_row(kind: str, cells: Mapping[str, object]) -> list[Fact]:
    """The facts of a row that states only them, with the row's own period."""
    column = FACT_COLUMNS[kind]
    facts = _facts(kind, cells.get(column, ""))
    if not facts:
        raise Refused(
            _("A row of kind “%(kind)s” states what in the column “%(column)s”.")
            % {"kind": kind, "column": column}
        )
    start, end = _period(cells)
    return [
        Fact(
            fact.kind,
            fact.value,
            start if fact.valid_from is UNSTATED else fact.valid_from,
            end if fact.valid_to is UNSTATED else fact.valid_to,
            fact.fields,
        )
        for fact in facts
    ]


def _facts(kind: str, cell: object) -> list[Fact]:
    """The facts in a cell: text with ``;`` between them, or a JSON list of texts and objects."""
    if isinstance(cell, str):
        cell = (
            []
            if cell.strip() == NONE
            else [part for part in re.split("[;\n]", cell) if part.strip()]
        )
    elif isinstance(cell, int | dict):
        cell = [cell]
    if not isinstance(cell, list):
        raise Refused(_("“%(name)s” must be a list.") % {"name": FACT_COLUMNS[kind]})
    if len(cell) > _MOST_FACTS:
        raise Refused(_("More than %(most)s in one cell.") % {"most": _MOST_FACTS})
    facts = [_fact(kind, part) for part in cell]
    return list({(fact.value, fact.valid_from): fact for fact in facts}.values())


def _fact(kind: str, part: object) -> Fact:
    given = part if isinstance(part, dict) else {"": str(part) if isinstance(part, int) else part}
    start, end = _period(given)
    value, fields = _READERS[kind](given)
    return Fact(kind, value, start, end, fields)


def _period(cells: Mapping[str, object]) -> tuple[datetime | Unstated, Stateable]:
    start, end = _text(cells, "valid_from"), _text(cells, "valid_to")
    begins = canonical.moment(start) if start else UNSTATED
    ends: Stateable = UNSTATED if not end else None if end == NONE else canonical.moment(end)
    if isinstance(begins, datetime) and isinstance(ends, datetime) and ends <= begins:
        raise Refused(_("It must end after it begins."))
    return begins, ends


def _network(given: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    cidr = canonical.network(_text(given, "") or _text(given, "cidr"))
    return cidr, {
        "label": canonical.line(_text(given, "label"), longest=100)
    } if "label" in given else {}


def _domain(given: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    return canonical.domain(_text(given, "") or _text(given, "name")), {}


def _as_number(given: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    return str(canonical.as_number(_text(given, "") or _text(given, "number"))), {}


def _contact(given: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """``role: name | mail | telephone | hours``, all but one of mail and telephone optional."""
    fields = (
        _contact_in_text(_text(given, ""))
        if "" in given
        else {name: _text(given, name) for name in _CONTACT_FIELDS if name in given}
    )
    role = fields.get("role") or ContactRole.TECHNICAL.value
    if role not in _ROLES:
        raise Refused(
            _("“%(value)s” is not one of: %(choices)s.")
            % {"value": role[:40], "choices": ", ".join(_ROLES)}
        )
    cleaned = {name: _CONTACT_FIELDS[name](text) for name, text in fields.items() if text}
    reached_at = cleaned.get("email") or cleaned.get("phone")
    if not reached_at:
        raise Refused(_("A contact needs an e-mail address or a telephone number."))
    return f"{role}:{reached_at.lower()}", {**cleaned, "role": role}


def _contact_in_text(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    role, colon, rest = text.partition(":")
    if colon and "@" not in role:
        fields["role"], text = role.strip().lower(), rest
    for part in filter(None, (part.strip() for part in text.split("|"))):
        if "@" in part:
            fields["email"] = part
        elif re.fullmatch(r"\+?[0-9 ]{5,}", part):
            fields["phone"] = part
        else:
            fields["hours" if "name" in fields else "name"] = part
    return fields


_CONTACT_FIELDS: dict[str, Callable[[str], str]] = {
    "role": str,
    "name": lambda text: canonical.line(text, longest=200),
    "email": canonical.email,
    "phone": canonical.phone,
    "hours": lambda text: canonical.line(text, longest=100),
    "pgp_key": canonical.pgp_key,
}
_READERS: dict[str, Callable[[Mapping[str, object]], tuple[str, dict[str, str]]]] = {
    "network": _network,
    "domain": _domain,
    "asn": _as_number,
    "contact": _contact,
}
