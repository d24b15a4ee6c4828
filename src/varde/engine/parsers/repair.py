"""Lines that cannot be read as they stand: what can be saved of each, and what was wrong.

A bad field never costs the event, for an alert may hang on the rest of it. Every repair is named
in the event's ``flags``, and the line itself stays in the raw segment as it came.
"""

import codecs
import json
import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from varde.engine.parsers.lines import MAX_LINE

MAX_DEPTH = 64
MAX_KEYS = 2_000  # of one object

# A log that was cut by a crash holds runs of NUL; DuckDB passes over the rest as well.
_SPACE = b" \t\r\n\x0b\x0c\0"
_BOM = codecs.BOM_UTF8
_NEXT_EVENT = re.compile(r'\{\s*"(?:timestamp|ts)"\s*:')
_BETWEEN = re.compile(r"[ \t\r\n\0,]*")
_CUT = re.compile(
    r"(?:t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?|-|\\?u?[0-9a-fA-F]{0,4})$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_NOT_A_NUMBER = re.compile(r"([:,\[]\s*)[+-]?(?:nan|inf(?:inity)?)(?=\s*[,}\]])", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_INT64_DIGITS = 18


class Piece(NamedTuple):
    """Part of a line: an object worth reading, or the reason why there is none."""

    value: dict[str, object]
    flags: list[str]
    raw: bytes = b""
    reason: str = ""


class _Refused(Exception):  # noqa: N818 - not an error: it carries a code
    """Valid JSON that is out of bounds."""


def pieces(line: bytes, known_types: frozenset[str] = frozenset()) -> Iterator[Piece]:
    """What a line holds: mostly one object, or one reason; two where two were run together.

    Of an event whose ``event_type`` is among ``known_types`` slips that DuckDB overlooks (a comma
    before a closing bracket, ``nan``) are put right; anything else must be JSON to the letter.
    """
    flags: list[str] = []
    content = line.strip(_SPACE).removeprefix(_BOM)
    if len(content) > MAX_LINE:
        yield Piece({}, [], line, "too_long")
        return
    text = _decoded(content, flags)
    if not text:
        yield Piece({}, [], line, "not_json")
    start = 0
    while start < len(text):
        piece, end = _piece(text, start, flags)
        following = _BETWEEN.match(text, end)
        end = following.end() if following else end
        is_known = _has_type(piece.value, known_types)
        if piece.reason == "not_json" and (lenient := _put_right(text[start:end], known_types)):
            piece = Piece(lenient, [*flags, "bad_json"])
        elif not piece.reason and end < len(text) and text[end] != "{" and not is_known:
            piece, end = _dead(text, start, len(text), "not_json")
        yield piece
        flags, start = [], end


def _decoded(content: bytes, flags: list[str]) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        flags.append("bad_utf8")
        return content.decode(errors="varde-escape")


def _piece(text: str, start: int, flags: list[str]) -> tuple[Piece, int]:
    """The piece at ``start`` and where it ends."""
    found: set[str] = set()
    try:
        value, end = _decoder(found).raw_decode(text, start)
        _check_bounds(value)
    except RecursionError:
        return _dead(text, start, len(text), "too_deep")
    except _Refused as refused:
        return _dead(text, start, end, str(refused))
    except json.JSONDecodeError as error:
        # The rest of a line that broke off may be a whole event.
        following = _NEXT_EVENT.search(text, start + 1)
        end = following.start() if following else len(text)
        is_cut = following or _is_cut(text[start:], error)
        return _dead(text, start, end, "truncated" if is_cut else "not_json")
    if not isinstance(value, dict):
        return _dead(text, start, end, "not_object")
    if "\\u" in text:
        value = _without_surrogates(value, found)
    return Piece(value, [*flags, *sorted(found)]), end


def _put_right(text: str, known_types: frozenset[str]) -> dict[str, object] | None:
    """The event of known type that the text holds once its slips are put right, if any."""
    if not known_types:
        return None
    piece, _ = _piece(_TRAILING_COMMA.sub(r"\1", _NOT_A_NUMBER.sub(r"\1null", text)), 0, [])
    return piece.value if _has_type(piece.value, known_types) else None


def _has_type(value: dict[str, object], known_types: frozenset[str]) -> bool:
    kind = value.get("event_type")
    return isinstance(kind, str) and kind in known_types


def _dead(text: str, start: int, end: int, reason: str) -> tuple[Piece, int]:
    return Piece({}, [], text[start:end].encode(errors="surrogatepass"), reason), end


def _is_cut(text: str, error: json.JSONDecodeError) -> bool:
    """Whether the text is the beginning of an object: nothing is wrong but that it ends."""
    if not text.startswith("{"):
        return False
    at_end = error.pos >= len(error.doc)
    return at_end or error.msg.startswith("Unterminated") or bool(_CUT.match(error.doc, error.pos))


def _decoder(found: set[str]) -> json.JSONDecoder:
    """Takes control characters in texts, which sensors have been seen to write."""

    def object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
        value = dict(pairs)  # the last of two wins, as every common reader has it
        if len(value) != len(pairs):
            found.add("dup_key")
        return value

    def number(text: str) -> float | str:
        value = float(text)
        return value if math.isfinite(value) else text

    def constant(_name: str) -> None:
        found.add("not_a_number")

    return json.JSONDecoder(
        strict=False,
        object_pairs_hook=object_of,
        parse_int=lambda text: int(text) if len(text) <= _INT64_DIGITS else text,
        parse_float=number,
        parse_constant=constant,
    )


def _check_bounds(value: object) -> None:
    depth, level = 0, [value]
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _Refused("too_deep")
        following: list[object] = []
        for inner in level:
            if isinstance(inner, dict):
                if len(inner) > MAX_KEYS:
                    raise _Refused("too_many_keys")
                following.extend(inner.values())
            elif isinstance(inner, list):
                following.extend(inner)
        level = [inner for inner in following if isinstance(inner, dict | list)]


def _without_surrogates(value: dict[str, object], found: set[str]) -> dict[str, object]:
    """Half a surrogate pair has no UTF-8: show it as U+FFFD."""
    text = json.dumps(value, ensure_ascii=False)
    clean = _SURROGATE.sub("\ufffd", text)
    if clean == text:
        return value
    found.add("bad_surrogate")
    repaired: dict[str, object] = json.loads(clean)
    return repaired


def _escape(error: UnicodeError) -> tuple[str, int]:
    r"""Bytes that are no UTF-8 stand in the text as ``\xff``, so that a person sees them."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - only used for decoding
    bad = error.object[error.start : error.end]
    return "".join(rf"\\x{byte:02x}" for byte in bad), error.end


codecs.register_error("varde-escape", _escape)
