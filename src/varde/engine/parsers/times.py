"""Times as sensors write them. What cannot be read becomes null and says why; no event is lost."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MICROSECONDS = pa.timestamp("us", tz="UTC")
_EARLY = timedelta(days=1)  # a clock this far ahead of ours is wrong
_FEW = 128  # times that are read one by one if one of them is odd
_PARTS = 8
_ZERO = pa.scalar(0, pa.int64())  # made once: scalars are dear
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MICROSECOND = 253_402_300_799_999_999  # of the year 9999
_ISO = re.compile(
    r"(?P<second>\d{4}-\d\d-\d\dT\d\d:\d\d:)(?P<count>\d\d)(?:\.(?P<fraction>\d+))?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_LONG_YEAR = re.compile(r"[+-]?\d{5,}-\d\d-\d\dT", re.ASCII)
_LEAP_SECOND = "60"
_FRACTION_DIGITS = 6
_MILLISECONDS = 100_000_000_000  # a number of seconds this large is one of milliseconds


class Times(NamedTuple):
    time: pa.Array  # timestamp[us, UTC]; null where it cannot be read
    flag: pa.Array  # text; null where nothing is wrong


class _Time(NamedTuple):
    time: datetime | None
    flag: str | None


class _Way(NamedTuple):
    """How a log writes times: what reads a column of them, and how a plain number is flagged."""

    column_of: Callable[[pa.Array], pa.Array]
    number_flag: str | None


def parse_iso(texts: pa.Array, received_at: datetime) -> Times:
    """Times like ``2018-03-20T12:00:00.123456+0100``, and whatever else stands there instead."""
    return _parse(texts, received_at, _Way(lambda part: pc.cast(part, MICROSECONDS), "number"))


def parse_epoch(texts: pa.Array, received_at: datetime) -> Times:
    """Times like ``1521547203.123456``: seconds since 1970."""
    return _parse(texts, received_at, _Way(_seconds, None))


def _parse(texts: pa.Array, received_at: datetime, way: _Way) -> Times:
    return _checked(_read(texts, way), received_at)


def _read(texts: pa.Array, way: _Way) -> Times:
    """All at once where all can be read, else by parts, so that few are read one by one."""
    try:
        return Times(way.column_of(texts), pa.nulls(len(texts), pa.string()))
    except pa.ArrowInvalid:
        pass
    if len(texts) <= _FEW:
        read = [_parse_one(text, way.number_flag) for text in texts.to_pylist()]
        return Times(
            pa.array([time for time, _ in read], MICROSECONDS),
            pa.array([flag for _, flag in read], pa.string()),
        )
    step = -(-len(texts) // _PARTS)
    parts = [_read(texts.slice(start, step), way) for start in range(0, len(texts), step)]
    return Times(*(pa.concat_arrays(column) for column in zip(*parts, strict=True)))


def _checked(times: Times, received_at: datetime) -> Times:
    """Null what lies before 1970 or after 9999; flag what is missing or in the future."""
    time, flag = times
    value = pc.fill_null(time.cast(pa.int64()), _ZERO).to_numpy()
    latest = (received_at + _EARLY - _EPOCH) // timedelta(microseconds=1)
    if time.null_count == 0 and value.min(initial=0) >= 0 and value.max(initial=0) <= latest:
        return times
    outside = pa.array((value < 0) | (value > _LAST_MICROSECOND))
    future = pa.array(value > latest)
    time = pc.if_else(outside, pa.scalar(None, MICROSECONDS), time)
    flag = pc.if_else(outside, "out_of_range", flag)
    flag = pc.coalesce(flag, pc.if_else(future, "future", pa.scalar(None, pa.string())))
    missing = pc.and_(time.is_null(), flag.is_null())
    return Times(time, pc.if_else(missing, "missing", flag))


def _seconds(texts: pa.Array) -> pa.Array:
    seconds = pc.cast(texts, pa.float64())
    value = pc.fill_null(seconds, 0.0).to_numpy()
    if not np.all(np.abs(value) < _MILLISECONDS):  # also where one is no number at all
        raise pa.ArrowInvalid("not seconds")
    micros = pa.array(np.rint(value * 1_000_000).astype(np.int64), mask=_nulls(seconds))
    return micros.cast(MICROSECONDS)


def _nulls(column: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(column.is_null().to_numpy(zero_copy_only=False))


def _parse_one(text: str | None, number_flag: str | None) -> _Time:
    if text is None or text == "":
        return _Time(None, None)
    if _LONG_YEAR.match(text):
        return _Time(None, "out_of_range")
    if match := _ISO.fullmatch(text):
        return _from_iso(match)
    if _NUMBER.fullmatch(text):
        return _from_number(float(text), number_flag)
    return _Time(None, "unreadable")


def _from_iso(match: re.Match[str]) -> _Time:
    """A leap second is the first of the next minute; a time without zone is taken for UTC."""
    is_leap = match["count"] == _LEAP_SECOND
    seconds = "59" if is_leap else match["count"]
    fraction = (match["fraction"] or "0")[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, "0")
    try:
        time = datetime.fromisoformat(
            f"{match['second']}{seconds}.{fraction}{match['zone'] or 'Z'}"
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return _Time(None, "unreadable")
    if is_leap:
        return _Time(time.replace(microsecond=0) + timedelta(seconds=1), "leap_second")
    if match["zone"] is None:
        return _Time(time, "no_zone")
    is_long = len(match["fraction"] or "") > _FRACTION_DIGITS
    return _Time(time, "long_fraction" if is_long else None)


def _from_number(number: float, flag: str | None) -> _Time:
    seconds = number
    if abs(number) >= _MILLISECONDS:
        seconds, flag = number / 1000, "milliseconds"
    try:
        return _Time(_EPOCH + timedelta(seconds=seconds), flag)
    except OverflowError:
        return _Time(None, "out_of_range")
