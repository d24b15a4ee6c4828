"""Who opened the conversation, seen from the members."""

import pyarrow as pa

from varde.engine.enrich.direction import directions


def test_directions_are_seen_from_the_members() -> None:
    source = pa.array([1, None, 1, 1, None], pa.int64())
    destination = pa.array([None, 2, 2, 1, None], pa.int64())

    assert directions(source, destination).to_pylist() == [
        "outbound",
        "inbound",
        "internal",
        "internal",
        "external",
    ]


def test_no_events_have_no_direction() -> None:
    nobody = pa.array([], pa.int64())

    assert directions(nobody, nobody).to_pylist() == []
