"""The mark of tests that run other people's clients."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "node: runs published clients with node, installed from the package registry")
