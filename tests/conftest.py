"""What every test may lean on. The home is set before Django reads its settings."""

import os
import tempfile
from pathlib import Path

os.environ["VARDE_HOME"] = tempfile.mkdtemp(prefix="varde-tests-")
os.environ.setdefault("VARDE_SECRET_KEY", "a key for tests only, fifty characters long or more")

import pytest

from tests.people import *  # noqa: F403 - the cast are fixtures

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real third-party data; it lies beside the checkout, never in it."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data beside the checkout")
    return SHARED
