"""What every test may lean on. The home is set before Django reads its settings."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HOME = tempfile.mkdtemp(prefix="varde-tests-")
os.environ["VARDE_HOME"] = HOME
os.environ.setdefault("VARDE_SECRET_KEY", "a key for tests only, fifty characters long or more")

import hypothesis
import pytest
from django.utils import translation

from tests.accounts.sessions import force_login_is_whole
from tests.base.append_only import flush_allowed
from tests.people import *  # noqa: F403 - the cast are fixtures
from tools.compile_messages import compile_messages

if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_messages()  # before Django reads them, and once

# No deadline: neighbours on the machine are no fault. By chance at a desk, the same in CI.
hypothesis.settings.register_profile("varde", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("varde")

SHARED = Path(__file__).parents[2] / "shared" / "data"
DATABASE = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that touch the database: the rest says the same on every database",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(DATABASE & fixtures) or item.get_closest_marker("django_db") is not None


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _forget_the_language() -> Iterator[None]:
    """A command or a page leaves its language behind in the thread; the next test has none."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real third-party data; it lies beside the checkout, never in it."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data beside the checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _flush() -> Iterator[None]:
    """The audit chain refuses to be emptied, also by tests with real transactions."""
    with flush_allowed():
        yield


@pytest.fixture(autouse=True)
def _forget_ownership() -> Iterator[None]:
    """The register of one test answers no question of the next: both count from revision 0."""
    yield
    if ownership := sys.modules.get("varde.monitoring.queries.ownership"):
        ownership.forget_ownership()


@pytest.fixture(scope="session", autouse=True)
def _logins() -> Iterator[None]:
    """Whoever a test logs in has proved their second factor."""
    with force_login_is_whole():
        yield
