"""MISP events: JSON as a MISP writes it, whole events only.

A sensor looks for attributes with ``to_ids``; the others are counted as context and named.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from varde.base.marking import PAP, TLP
from varde.intel.enums import IndicatorType
from varde.intel.errors import NotAFeed
from varde.intel.formats.entry import Entry
from varde.intel.formats.lines import BOM

Json = dict[str, Any]
Label = TypeVar("Label", TLP, PAP)

MOST_EVENTS = 100_000

# What each part of a (possibly compound) type is; None: there is nothing to look for in it.
_PARTS: dict[str, IndicatorType | None] = {
    **dict.fromkeys(("ip-src", "ip-dst", "ip"), IndicatorType.IP),
    **dict.fromkeys(("domain", "hostname"), IndicatorType.DOMAIN),
    **dict.fromkeys(("url",), IndicatorType.URL),
    **dict.fromkeys(("md5",), IndicatorType.MD5),
    **dict.fromkeys(("sha1",), IndicatorType.SHA1),
    **dict.fromkeys(("sha256",), IndicatorType.SHA256),
    **dict.fromkeys(("ja3-fingerprint-md5",), IndicatorType.JA3),
    **dict.fromkeys(("ja4-fingerprint", "ja4"), IndicatorType.JA4),
    **dict.fromkeys(
        ("x509-fingerprint-sha1", "x509-fingerprint-sha256", "x509-fingerprint-md5"),
        IndicatorType.CERTIFICATE,
    ),
    **dict.fromkeys(("email", "email-src", "email-dst", "email-reply-to"), IndicatorType.EMAIL),
    **dict.fromkeys(("port", "filename"), None),
}
_WHOLE = {"malware-sample": "filename|md5", "attachment": ""}
_TLP_TAG = re.compile(r"tlp:(?P<label>.*)", re.IGNORECASE | re.DOTALL)
_PAP_TAG = re.compile(r"pap:(?P<label>.*)", re.IGNORECASE | re.DOTALL)
_ONLY_THEM, _SHARING_GROUP = "0", "4"  # distribution


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What an event says about all of its attributes."""

    info: str
    reference: str
    tlp: TLP | None
    pap: PAP | None


def read(raw: bytes, *, everything: bool = False) -> Iterator[Entry]:
    """The entries of a file with one event, a list of events, or a search's ``response``.

    ``everything``: also attributes that are not meant for detection. Raises ``NotAFeed`` at once
    where there is no complete event.
    """
    events = _events(_parse(raw))
    return (entry for event in events for entry in read_event(event, everything=everything))


def read_event(event: Json, *, everything: bool = False, first: int = 1) -> Iterator[Entry]:
    """The entries of one event, numbered by attribute from ``first``."""
    around = _surroundings(event)
    for number, attribute in enumerate(_attributes(event), start=first):
        yield from _entries(number, attribute, around, everything=everything)


def _parse(raw: bytes) -> object:
    if not raw.strip():
        raise NotAFeed("empty")
    try:
        return orjson.loads(raw.removeprefix(BOM))
    except orjson.JSONDecodeError as error:
        raise NotAFeed("not_json", f"line {error.lineno}") from None


def parse_event(raw: bytes) -> Json:
    """The one event in a file of a feed; raises ``NotAFeed``."""
    events = _events(_parse(raw))
    if len(events) != 1:
        raise NotAFeed("not_misp")
    return events[0]


def _events(document: object) -> list[Json]:
    if isinstance(document, dict) and "response" in document:
        document = document["response"]
    items = document if isinstance(document, list) else [document]
    if not items or len(items) > MOST_EVENTS:
        raise NotAFeed("not_misp")
    return [_event(item) for item in items]


def _event(item: object) -> Json:
    """A complete event says what it is about and lists attributes or objects."""
    event = item.get("Event", item) if isinstance(item, dict) else None
    if not isinstance(event, dict):
        raise NotAFeed("not_misp")
    lists = [event[key] for key in ("Attribute", "Object") if key in event]
    if not isinstance(event.get("info"), str) or ("uuid" not in event and "id" not in event):
        raise NotAFeed("fragment", "no info or id")
    if not lists or not all(isinstance(part, list) for part in lists):
        raise NotAFeed("fragment", "no attributes")
    return event


def _surroundings(event: Json) -> _Surroundings:
    identity = str(event.get("uuid") or event.get("id"))[:64]
    tlp = _strictest(TLP, _TLP_TAG, event)
    return _Surroundings(
        info=event["info"],
        reference=f"MISP {identity}",
        tlp=_stricter(tlp, _distribution(event)),
        pap=_strictest(PAP, _PAP_TAG, event),
    )


def _distribution(thing: Json) -> TLP | None:
    """Who may have it at most: a sharing group that nobody is named in is nobody."""
    distribution = str(thing.get("distribution", ""))
    if distribution == _SHARING_GROUP:
        group = thing.get("SharingGroup")
        return TLP.AMBER_STRICT if isinstance(group, dict) and group else TLP.RED
    return TLP.AMBER_STRICT if distribution == _ONLY_THEM else None


def _attributes(event: Json) -> Iterator[object]:
    yield from event.get("Attribute", [])
    for thing in event.get("Object", []):
        within = thing.get("Attribute") if isinstance(thing, dict) else None
        yield from within if isinstance(within, list) else [None]


def _entries(
    number: int, attribute: object, around: _Surroundings, *, everything: bool
) -> Iterator[Entry]:
    if not isinstance(attribute, dict) or not isinstance(attribute.get("value"), str):
        yield Entry(number, str(attribute)[:200], reason="bad_record")
        return
    tlp = _stricter(_strictest(TLP, _TLP_TAG, attribute), _distribution(attribute))
    marking = (
        _stricter(around.tlp, tlp),
        _stricter(around.pap, _strictest(PAP, _PAP_TAG, attribute)),
    )
    reason = _refusal(attribute, everything=everything)
    parts = _parts(str(attribute.get("type")), attribute["value"])
    for kind, value in parts if not reason else [(None, attribute["value"])]:
        yield Entry(
            number,
            value,
            kind,
            _context(around.info, attribute),
            around.reference,
            *marking,
            reason=reason,
        )
    if not parts and not reason:
        incomplete = "|" in str(attribute.get("type"))
        reason = "bad_record" if incomplete else "other_type"
        yield Entry(number, attribute["value"], reason=reason)


def _refusal(attribute: Json, *, everything: bool) -> str:
    if _is_true(attribute.get("deleted")):
        return "deleted"
    return "" if everything or _is_true(attribute.get("to_ids")) else "not_for_detection"


def _is_true(value: object) -> bool:
    """MISP writes a yes as true, 1 or "1"."""
    return value in (True, 1, "1", "true")


def _parts(kind: str, value: str) -> list[tuple[IndicatorType, str]]:
    """The things to look for in a value: ``filename|md5`` with ``a.exe|d41d...`` holds one."""
    kind = _WHOLE.get(kind, kind)
    if "|" not in kind:
        found = _PARTS.get(kind)
        return [(found, value)] if found else []
    kinds = kind.split("|")
    # A file name may hold a bar itself, so the last one counts; MISP has written ip:port as well.
    values = value.rsplit("|", len(kinds) - 1)
    known = [
        (_PARTS.get(part), text.strip())
        for part, text in zip(kinds, values if len(values) == len(kinds) else [value], strict=False)
    ]
    return [(part, text) for part, text in known if part]


def _context(info: str, attribute: Json) -> str:
    said = [info, attribute.get("category"), attribute.get("comment")]
    return " - ".join(part.strip() for part in said if isinstance(part, str) and part.strip())


def _strictest(kind: type[Label], pattern: re.Pattern[str], thing: Json) -> Label | None:
    """The strictest label among the tags; one that nobody knows counts as the strictest of all."""
    labels = [
        _label(kind, match["label"])
        for name in _tag_names(thing.get("Tag"))
        if (match := pattern.match(name))
    ]
    return max(labels, default=None)


def _tag_names(tags: object) -> Iterable[str]:
    for tag in tags if isinstance(tags, list) else ():
        name = tag.get("name") if isinstance(tag, dict) else None
        if isinstance(name, str):
            yield name.strip()


def _label(kind: type[Label], text: str) -> Label:
    try:
        return kind.parse(text)
    except ValueError:
        return kind.RED


def _stricter(one: Label | None, other: Label | None) -> Label | None:
    return max((label for label in (one, other) if label is not None), default=None)
