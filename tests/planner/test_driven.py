"""One's own e-bike and the car of somebody who drops one off: pace, place, emissions, and who may ask for them."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.model import Itinerary, Mode, StreetLeg, TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.profiles import bicycle, e_bike, edge_seconds
from planner.request import Coordinate, PlanRequest, StreetMode
from tests.cities import City, small_city

LINES = {"r": "E O\n8:10 8:20\n8:40 8:50"}


def asked(city: City, network: Network, *modes: StreetMode, **more: Any) -> PlanRequest:
    time = datetime(2026, 11, 25, 8, tzinfo=network.zone)
    usual: dict[str, Any] = {"access_modes": frozenset(modes), "direct_modes": frozenset(), "window_s": 3600}
    return PlanRequest(city.at("A"), city.at("O"), time, **(usual | more))


def first_leg(itinerary: Itinerary) -> StreetLeg:
    leg = itinerary.legs[0]
    assert isinstance(leg, StreetLeg)
    return leg


@pytest.mark.parametrize(
    ("mode", "speed_ms", "lost_s", "grams_km"),
    [
        (StreetMode.BIKE, 4.2, 0, 0.0),
        (StreetMode.E_BIKE, 17 / 3.6, 0, 4.3),
        (StreetMode.CAR_DROPOFF, 19.5 / 3.6, 60, 128.0),
    ],
)
def test_a_stop_is_reached_at_the_vehicles_pace(
    tmp_path: Path, mode: StreetMode, speed_ms: float, lost_s: int, grams_km: float
) -> None:
    city = City(lines=LINES)
    network = small_city(tmp_path, city)
    one = plan(network, asked(city, network, mode)).itineraries[0]
    leg, ride = first_leg(one), one.legs[1]
    assert (leg.mode, type(ride)) == (Mode(mode), TransitLeg)
    # Four streets from A to E, of 30 km/h, of which a car makes 65 %.
    assert leg.distance_m == pytest.approx(4 * 281.3, abs=2)
    assert (leg.end - leg.start).total_seconds() == pytest.approx(leg.distance_m / speed_ms + lost_s, abs=1.1)
    assert one.walk_m == sum(leg.distance_m for leg in one.legs if isinstance(leg, StreetLeg) and leg.mode is Mode.WALK)
    of_bus = one.co2_g - leg.distance_m / 1000 * grams_km
    assert of_bus == pytest.approx(71.0 * ride.distance_m / 1000, abs=0.2)


def test_own_bicycles_stay_at_the_first_stop_and_cars_wait_at_the_last(tmp_path: Path) -> None:
    city = City(lines={"r": "A E\n8:10 8:20"})
    network = small_city(tmp_path, city)
    for mode, is_found in ((StreetMode.E_BIKE, False), (StreetMode.BIKE, False), (StreetMode.CAR_DROPOFF, True)):
        request = asked(city, network, StreetMode.WALK, egress_modes=frozenset({mode}), max_egress_s=400)
        assert bool(plan(network, request).itineraries) is is_found


def test_a_motor_helps_uphill(makuhari: Network) -> None:
    side = makuhari.snapshot.street_side
    assert side is not None
    edges = side.streets.edges
    steep = replace(side.streets, edges=replace(edges, incline=np.full(len(edges), 0.05, np.float32)))
    plain, helped, level = (
        edge_seconds(streets, profile)
        for streets, profile in ((steep, bicycle(17 / 3.6)), (steep, e_bike()), (side.streets, e_bike()))
    )
    usable = np.isfinite(plain)
    assert usable.any()
    assert (helped[usable] < plain[usable]).all()
    assert (helped == level).all()


def test_who_sits_in_a_wheelchair_may_be_driven(makuhari: Network) -> None:
    ends = Coordinate(35.6483, 140.0418), Coordinate(35.6560, 140.0290)
    time = datetime(2026, 11, 25, 10, tzinfo=makuhari.zone)
    driven = frozenset({StreetMode.CAR_DROPOFF, StreetMode.E_BIKE})
    direct = plan(makuhari, PlanRequest(*ends, time, wheelchair=True, direct_modes=driven, count=0)).direct
    assert [first_leg(one).mode for one in direct] == [Mode.CAR_DROPOFF]
