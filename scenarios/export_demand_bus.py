"""The demand bus of a city's run and its bookings as input of Eclipse SUMO, whose own dispatcher then answers them."""

from pathlib import Path

import numpy as np

from feeds.sumo import write_sumo_taxis
from feeds.sumo_taxis import SumoBooking, SumoTaxis
from feeds.sumo_words import SumoVehicle
from scenarios.city_scenario import read_city_scenario
from scenarios.city_setups import city_setup_of
from scenarios.run_tables import read_columns
from simulator.city import CitySetup, bus_points, facts_of, town

ACCELERATION_MS2 = 1.0
SPARE_S = 3600.0
"""Vehicles answer so long after the end of service, for who still waits then."""


def export_demand_bus(run: Path, folder: Path) -> None:
    """Write the demand bus of a run's first replication, and every ride it gave, from when it was booked."""
    setup = city_setup_of(*read_city_scenario(run / "scenario.toml"))
    case = demand_bus_case(setup, run)
    write_sumo_taxis(case, folder, case.end_s)


def demand_bus_case(setup: CitySetup, run: Path) -> SumoTaxis:
    """Stops, driving, vehicles and bookings; a way is as long as it takes at the mean speed of all ways."""
    rules, around = setup.supply.bus, town(setup.place)
    assert rules is not None
    points = bus_points(setup.supply, around).astype(np.int64)
    seconds, metres = (
        matrix[np.ix_(points, points)].astype(np.float64) for matrix in (around.drive.seconds, around.drive.metres)
    )
    is_way = np.isfinite(seconds) & (seconds > 0)
    speed_ms = float(metres[is_way].sum() / seconds[is_way].sum())
    spread = np.linspace(0, len(points), rules.vehicles, endpoint=False).astype(int).tolist()
    return SumoTaxis(
        names=[around.names[point] for point in points.tolist()],
        metres=seconds * speed_ms,
        vehicle=SumoVehicle("bus", rules.seats, speed_ms, ACCELERATION_MS2, ACCELERATION_MS2, rules.board_s),
        starts=spread,
        start_s=rules.start_s,
        end_s=min(rules.end_s, setup.until_s) + SPARE_S,
        bookings=_bookings(setup, run, points.tolist()),
    )


def _bookings(setup: CitySetup, run: Path, points: list[int]) -> list[SumoBooking]:
    """Each ride by its booking: when it was made, from where, and where the rider got off."""
    fleet = next(kept for kept in facts_of(setup).fleets if kept.name == "demand_bus")
    columns = read_columns(run, "events", 0, ["time_s", "kind", "traveller", "vehicle", "position"])
    booked: dict[int, tuple[float, int]] = {}
    found: list[SumoBooking] = []
    for time_s, kind, traveller, vehicle, position in zip(*columns.values(), strict=True):
        if kind == "BOOKED":
            booked[traveller] = time_s, points.index(position)
        elif kind == "ALIGHTED" and vehicle is not None and fleet.first <= vehicle < fleet.end:
            asked_s, origin = booked.pop(traveller)
            found.append(SumoBooking(f"ride{len(found)}", asked_s, origin, points.index(position)))
    return found
