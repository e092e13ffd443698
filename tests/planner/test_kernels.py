"""Kernels where nothing may be written."""

import pytest
from numba.core.caching import CacheImpl

from planner.kernels import kernel


def test_a_kernel_that_cannot_be_kept_on_disk_still_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    assert kernel(lambda x: x + 1)(1) == 2
