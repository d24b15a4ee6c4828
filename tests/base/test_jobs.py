"""What a job and a schedule are."""

from datetime import UTC, datetime, timedelta

import pytest
from cronsim import CronSimError
from hypothesis import given
from hypothesis import strategies as st

from tests.base.sample_jobs import once
from varde.base.jobs import RetryPolicy, Schedule, periodic, policy_of

SECONDS = st.lists(st.floats(0, 1e6), min_size=1, max_size=6)


@given(st.integers(1, 10), SECONDS)
def test_a_policy_waits_once_between_each_two_attempts(attempts: int, backoff: list[float]) -> None:
    policy = RetryPolicy(attempts, tuple(backoff))

    waits = [policy.wait(attempt) for attempt in range(1, attempts + 1)]

    assert None not in waits[:-1]
    assert waits[-1] is None


def test_the_last_wait_repeats() -> None:
    policy = RetryPolicy(5, (1, 60))

    assert [policy.wait(attempt) for attempt in (1, 2, 3, 4)] == [
        timedelta(seconds=seconds) for seconds in (1, 60, 60, 60)
    ]


def test_a_task_of_no_policy_is_tried_once() -> None:
    assert policy_of("somebody.elses.task").wait(1) is None


@pytest.mark.parametrize(
    ("cron", "now", "due"),
    [
        ("*/5 * * * *", "12:00:00", "12:00:00"),
        ("*/5 * * * *", "12:04:59.999999", "12:00:00"),
        ("*/10 * * * * *", "12:04:19", "12:04:10"),
        # Half past one in Oslo is half past twelve in UTC.
        ("30 13 * * *", "12:31:00", "12:30:00"),
    ],
)
def test_the_last_due_time_is_the_one_before_now(cron: str, now: str, due: str) -> None:
    schedule = Schedule(once, cron)

    found = schedule.last_due(datetime.fromisoformat(f"2026-11-24T{now}+00:00"))

    assert found == datetime.fromisoformat(f"2026-11-24T{due}+00:00")


@given(st.integers(1_735_689_600, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC)))
def test_a_due_time_is_never_ahead_and_never_far_behind(now: datetime) -> None:
    due = Schedule(once, "*/7 * * * *").last_due(now)

    assert timedelta(0) <= now - due < timedelta(minutes=8)


def test_a_wrong_expression_fails_at_once() -> None:
    with pytest.raises(CronSimError):
        periodic(cron="99 * * * *")
