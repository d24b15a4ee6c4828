from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from varde.notify.schedule import GIVE_UP_AFTER, next_try

QUEUED = datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_pauses_grow_from_a_minute_to_hours_and_end_after_two_days() -> None:
    now, pauses = QUEUED, []
    for attempts in range(1, 20):
        due = next_try(attempts=attempts, queued_at=QUEUED, now=now)
        if due is None:
            break
        pauses.append((due - now) / timedelta(minutes=1))
        now = due

    assert pauses[:4] == [1, 5, 15, 60]
    assert now == QUEUED + timedelta(hours=48)


@given(attempts=st.integers(0, 10_000), late=st.timedeltas(timedelta(0), timedelta(days=5)))
def test_the_next_try_is_never_in_the_past_and_never_after_the_end(
    attempts: int, late: timedelta
) -> None:
    now = QUEUED + late

    due = next_try(attempts=attempts, queued_at=QUEUED, now=now)

    if late >= GIVE_UP_AFTER:
        assert due is None
    else:
        assert due is not None
        assert now <= due <= QUEUED + GIVE_UP_AFTER
