"""The embedded city is kept once a version of the program; what nobody uses any more goes."""

import os
import time
from pathlib import Path

import pytest

from scenarios import embedded
from scenarios.embedded import KEPT_UNUSED_S, embedded_network


def test_networks_of_other_versions_are_kept_while_they_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The city itself is built by other tests; here only the folders beside it matter.
    monkeypatch.setattr(embedded, "build_embedded", lambda folder, _: folder.mkdir())
    used, unused = tmp_path / "makuhari-used", tmp_path / "makuhari-unused"
    for folder, days in ((used, -1), (unused, 1)):
        folder.mkdir()
        at = time.time() - KEPT_UNUSED_S - days * 86400
        os.utime(folder, (at, at))
    ours = embedded_network(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([ours, used])


def test_asking_for_the_network_counts_as_using_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "build_embedded", lambda folder, _: folder.mkdir())
    ours = embedded_network(tmp_path)
    (ours / "manifest.json").touch()
    os.utime(ours, (0, 0))
    assert embedded_network(tmp_path) == ours
    assert ours.stat().st_mtime > time.time() - 60
