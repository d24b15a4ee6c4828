"""A value into its declared shape: what does not fit becomes null, and its place is named."""

from varde.engine.parsers.eve import Shape

_BITS = {"INTEGER": 31, "BIGINT": 63}
_DIGITS = 19  # of the largest number of 63 bits


def fitted(value: object, shape: Shape, path: str, flags: list[str]) -> object:
    """``value`` with every part that DuckDB would refuse taken out; its path goes to ``flags``."""
    if value is None:
        return None
    if isinstance(shape, dict):
        return _object(value, shape, path, flags)
    if isinstance(shape, list):
        return _list(value, shape[0], path, flags)
    if shape in _BITS and not _is_integer(value, _BITS[shape]):
        flags.append(f"bad_type:{path}")
        return None
    return value


def _object(value: object, shape: dict[str, Shape], path: str, flags: list[str]) -> object:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        flags.append(f"bad_type:{path}")  # an array where one object belongs: take the first
        value = value[0]
    if not isinstance(value, dict):
        flags.append(f"bad_type:{path}")
        return None
    return {
        key: fitted(inner, shape[key], f"{path}.{key}" if path else key, flags)
        for key, inner in value.items()
        if key in shape
    }


def _list(value: object, shape: Shape, path: str, flags: list[str]) -> object:
    if not isinstance(value, list):
        flags.append(f"bad_type:{path}")  # one value where a list belongs: a list of one
        value = [value]
    return [fitted(inner, shape, path, flags) for inner in value]


def _is_integer(value: object, bits: int) -> bool:
    """Whether DuckDB would cast it: it takes 1.6 for 2 and "7" for 7."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS
        return is_number and int(digits) < 2**bits
    return isinstance(value, int | float) and abs(value) < 2**bits
