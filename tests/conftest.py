"""Fixtures every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

# The same cases every time, so that a change answers for its own fault; `make test-long` draws new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("drawn", derandomize=False)
settings.load_profile("same")

pytest_plugins = ["tests.cities"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real feeds beside the checkout; tests that need it are skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("no folder of real feeds (../shared/data) beside the checkout")
    return folder
