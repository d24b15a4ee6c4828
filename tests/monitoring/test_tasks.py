from pathlib import Path

import pytest

from varde.base.jobs import schedules
from varde.monitoring.tasks import forget, tend


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_the_jobs_run_on_an_empty_installation() -> None:
    tend.func()
    forget.func()


def test_they_are_run_by_the_clock(home: Path) -> None:
    assert {"varde.monitoring.tasks.tend", "varde.monitoring.tasks.forget"} <= set(schedules())
    assert not home.exists()
