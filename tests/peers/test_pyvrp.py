"""Fleet schedules beside PyVRP, on days that are plain vehicle routing: one parcel a trip, hard windows, prizes."""

import numpy as np
import pytest

from drones.schedule import schedule_fleet
from drones.schedule_problem import (
    Base,
    DroneType,
    FleetDay,
    FleetDrone,
    Pad,
    Parcel,
    Priority,
    Trip,
    Worth,
)

pyvrp = pytest.importorskip("pyvrp", reason="the peer pyvrp is not installed")
pytest.importorskip("ortools", reason="schedules need OR-Tools")

PRIZE, END_S, SWAP_S = 400, 3600, 60


def plain_day(seed: int, parcels: int, drones: int) -> tuple[FleetDay, dict[str, int]]:
    """Nothing is scarce but drones and time; a second of flight costs a point, so both count the same."""
    rng = np.random.default_rng(seed)
    away = {f"p{k}": int(rng.integers(100, 600)) for k in range(parcels)}
    made = []
    for name, seconds in away.items():
        opens = int(rng.integers(seconds, END_S // 2))
        closes = opens + int(rng.integers(300, 1200))
        made.append(Parcel(name, 1.0, Priority.ORDINARY, opens, closes, closes, 30))
    pads = tuple(Pad(f"H{k}", "base", 0, 0) for k in range(drones))
    return FleetDay(
        types=(DroneType("small", 2.0, 1e9, float("inf"), SWAP_S),),
        bases=(Base("base", drones, drones),),
        pads=pads,
        drones=tuple(FleetDrone(f"D{k}", "small", f"H{k}", 2) for k in range(drones)),
        parcels=tuple(made),
        opens_s=0,
        closes_s=END_S,
        worth={Priority.ORDINARY: Worth(PRIZE, 0)},
    ), away


def pyvrp_cost(day: FleetDay, away: dict[str, int], seconds: float) -> int:
    """The same day told to PyVRP: trips of one parcel each with a return to the depot between them."""
    model = pyvrp.Model()
    base = model.add_location(0, 0)
    depot = model.add_depot(base, tw_early=0, tw_late=END_S, service_duration=SWAP_S)
    end = model.add_depot(base, tw_early=0, tw_late=END_S)
    model.add_vehicle_type(
        num_available=len(day.drones), capacity=1, start_depot=end, end_depot=end, reload_depots=[depot]
    )
    places = [base]
    for parcel in day.parcels:
        place = model.add_location(len(places), 0)
        places.append(place)
        model.add_client(
            place,
            delivery=1,
            service_duration=parcel.service_s,
            tw_early=parcel.opens_s,
            tw_late=parcel.closes_s,
            prize=PRIZE,
            required=False,
        )
    seconds_of = [0, *(away[parcel.id] for parcel in day.parcels)]
    for a, first in enumerate(places):
        for b, second in enumerate(places):
            if a != b:
                length = seconds_of[a] + seconds_of[b]
                model.add_edge(first, second, distance=length, duration=length)
    result = model.solve(pyvrp.stop.MaxRuntime(seconds), seed=1, display=False)
    assert result.is_feasible()
    return int(result.cost())


@pytest.mark.parametrize(("seed", "parcels", "drones"), [(1, 8, 1), (2, 10, 2), (3, 14, 2), (4, 14, 3)])
def test_no_schedule_of_pyvrp_is_better(seed: int, parcels: int, drones: int) -> None:
    day, away = plain_day(seed, parcels, drones)

    def trips(kind: DroneType, pad: Pad, parcel: Parcel, hour: int) -> Trip:
        return Trip(away[parcel.id], away[parcel.id], 2000.0 * away[parcel.id])

    ours = schedule_fleet(day, trips, 15.0, workers=1)
    theirs = pyvrp_cost(day, away, 2.0)
    assert ours.bound <= theirs
    assert ours.cost <= theirs
    assert ours.cost == sum(2 * away[f.parcel] for f in ours.flights) + PRIZE * len(ours.refused)
    assert ours.gap > 0 or ours.cost == theirs
    assert ours.gap == 0 or parcels > 10
