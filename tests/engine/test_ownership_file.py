from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest

from varde.engine.enrich.ownership import Ownership, compile_ownership
from varde.engine.enrich.ownership_file import microseconds
from varde.engine.errors import UnreadableInputError

START = datetime(2026, 1, 1, tzinfo=UTC)


class Fact(NamedTuple):
    kind: str
    value: str
    organisation_id: int
    valid_from: datetime = START
    valid_to: datetime | None = None


def test_a_file_that_is_no_artefact_is_refused(tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other"
    text.write_bytes(b"ARROW1 not really")
    with pa.ipc.new_file(str(other), pa.schema([("x", pa.int8())])) as writer:
        writer.write_table(pa.table({"x": pa.array([1], pa.int8())}))

    for path in (text, other):
        with pytest.raises(UnreadableInputError):
            Ownership.open(path)


def test_a_refused_fact_leaves_the_old_artefact_in_place(tmp_path: Path) -> None:
    path = compile_ownership([Fact("network", "192.0.2.0/24", 1)], tmp_path / "o.arrow", 1)

    with pytest.raises(ValueError, match="host bits"):
        compile_ownership([Fact("network", "192.0.2.1/24", 1)], path, 2)

    assert Ownership.open(path).revision == 1
    assert list(tmp_path.iterdir()) == [path]


def test_the_order_of_facts_makes_no_difference_to_the_file(tmp_path: Path) -> None:
    facts = [
        Fact("network", "10.0.0.0/8", 1),
        Fact("network", "10.1.0.0/16", 2),
        Fact("network", "10.1.0.0/16", 3, START - timedelta(days=1), START),
        Fact("domain", "region.example", 1),
        Fact("domain", "lab.region.example", 2),
        Fact("sensor", "fjord-1", 2),
    ]

    one = compile_ownership(facts, tmp_path / "one", 1)
    two = compile_ownership(facts[::-1], tmp_path / "two", 1)

    assert one.read_bytes() == two.read_bytes()


def test_the_file_stays_linear_in_the_facts_however_deep_they_nest(tmp_path: Path) -> None:
    # Each of 2,000 networks lies within a network with 500 owners, one after another.
    wide = [
        Fact("network", "10.0.0.0/8", n, START + timedelta(days=n), START + timedelta(days=n + 1))
        for n in range(500)
    ]
    narrow = [Fact("network", f"10.{n >> 8}.{n & 255}.0/24", 1_000) for n in range(2_000)]

    path = compile_ownership(wide + narrow, tmp_path / "o.arrow", 1)

    assert path.stat().st_size < 300 * (len(wide) + len(narrow))


def test_times_are_exact_to_the_microsecond_in_every_zone() -> None:
    time = datetime(2026, 3, 29, 2, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))

    assert microseconds(time) == 1_774_744_200_999_999
    assert microseconds(datetime(1900, 1, 1, tzinfo=UTC)) == -2_208_988_800_000_000
