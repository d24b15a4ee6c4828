"""UUIDv7: its bits, and that ids sort by age."""

import time
from uuid import RFC_4122

from varde.base.ids import uuid7


def test_version_and_variant_are_as_the_standard_says() -> None:
    for _ in range(1_000):
        value = uuid7()
        assert value.version == 7
        assert value.variant == RFC_4122


def test_the_first_bits_are_the_time() -> None:
    before = time.time_ns() // 1_000_000

    made = uuid7().int >> 80

    assert before <= made <= time.time_ns() // 1_000_000


def test_ids_made_a_moment_apart_sort_by_age() -> None:
    ids = []
    for _ in range(20):
        ids.append(uuid7())
        time.sleep(0.002)

    assert ids == sorted(ids)


def test_no_two_are_alike() -> None:
    assert len({uuid7() for _ in range(20_000)}) == 20_000
