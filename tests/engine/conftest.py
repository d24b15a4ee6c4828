"""What the engine's tests lean on; nothing of it knows Django."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: neighbours on the machine are no fault. By chance at a desk, the same in CI.
settings.register_profile("varde", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("varde")

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real third-party data; it lies beside the checkout, never in it."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data beside the checkout")
    return SHARED
