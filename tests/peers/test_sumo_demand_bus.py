"""The demand bus of a small day, its bookings dispatched by Eclipse SUMO."""

import re
from pathlib import Path

import pytest

from api.cli import main
from feeds.sumo_taxis import SumoTaxis
from scenarios.city_scenario import read_city_scenario
from scenarios.city_setups import city_setup_of
from scenarios.export_demand_bus import demand_bus_case
from scenarios.run import find_scenario, read_run, run_scenario
from tests.peers.sumo_runs import played

FEWER = 8


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bus")
    text = find_scenario("demand-bus-2020").read_text(encoding="utf-8")
    text = re.sub(r"persons = (\d+)", lambda found: f"persons = {int(found[1]) // FEWER}", text)
    (folder / "bus.toml").write_text(text, encoding="utf-8")
    run_scenario(folder / "bus.toml", folder / "run", 1, 3)
    return folder / "run"


@pytest.fixture(scope="module")
def case(run: Path) -> SumoTaxis:
    return demand_bus_case(city_setup_of(*read_city_scenario(run / "scenario.toml")), run)


def test_every_ride_that_was_given_is_booked(run: Path, case: SumoTaxis) -> None:
    booked = read_run(run)[1]["booked"][0]
    assert 0 < len(case.bookings) <= booked
    assert all(booking.origin != booking.destination for booking in case.bookings)
    assert len(case.names) == 24
    assert len(case.starts) == 2


def test_sumo_serves_them_all(run: Path, case: SumoTaxis, tmp_path: Path) -> None:
    from scenarios.export import export_sumo

    export_sumo(run, tmp_path, 3)
    rides = played(tmp_path)
    assert sorted(rides) == sorted(booking.id for booking in case.bookings)
    for booking in case.bookings:
        assert rides[booking.id][1] > 0.9 * case.metres[booking.origin, booking.destination] / case.vehicle.speed_ms - 5


def test_a_city_without_demand_bus_is_refused_before_it_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["simulate", "shared-bicycles-2018", "-o", str(tmp_path / "run"), "--sumo", str(tmp_path / "sumo")])
    assert exited.value.code == 2
    sentence = "--sumo writes lines, loops and demand buses; this city has no demand bus."
    assert capsys.readouterr().err == f"kaiteki: {sentence}\n"
    assert list(tmp_path.iterdir()) == []
