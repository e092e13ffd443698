"""Fixtures every test may use."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.cities"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real feeds beside the checkout; tests that need it are skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("no folder of real feeds (../shared/data) beside the checkout")
    return folder
