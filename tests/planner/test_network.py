"""A network is replaced whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.network import open_network
from scenarios.build import build_network
from tests.cities import City, small_city, sources_of, write_city


def test_an_interrupted_build_leaves_the_old_network_whole(tmp_path: Path) -> None:
    old = City(lines={"r": "A C\n08:00 08:05"})
    before = small_city(tmp_path, old)
    new = City(lines={"r": "A C E\n08:00 08:05 08:10"})
    write_city(tmp_path / "new", new)
    for reports in range(1, 20):
        left = iter(range(reports))

        def interrupt(stage: str, share: float, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        try:
            build_network(tmp_path / "network", sources_of(tmp_path / "new", new), interrupt)
        except KeyboardInterrupt:
            after = open_network(tmp_path / "network")
            assert after.manifest == before.manifest
            assert list(after.snapshot.timetable.stops.ids) == ["A", "C"]
            assert sorted(p.name for p in tmp_path.iterdir()) == ["feeds", "network", "new"]
        else:
            break
    else:
        pytest.fail("the build told of no end")
    assert list(open_network(tmp_path / "network").snapshot.timetable.stops.ids) == ["A", "C", "E"]
