"""Facts about shared vehicles: what a ride costs, where it may start and end."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.sharing import (
    FareCap,
    FormFactor,
    GeofencingRule,
    GeofencingZone,
    PriceStep,
    PricingPlan,
    Propulsion,
    RentalStation,
    ReturnConstraint,
    SharingSystem,
    VehicleType,
    rentable_stations,
    returnable_stations,
    ride_price,
    rules_at,
)

OPEN = GeofencingRule((), True, True, True, None, None)
CLOSED = GeofencingRule((), False, False, True, None, None)


def a_station(station_id: str, **changes: Any) -> RentalStation:
    plain = RentalStation(station_id, "A", 35.65, 140.04, 10, 4, 6, {"bike": 4}, True, True, None, {})
    return replace(plain, **changes)


def a_type(type_id: str = "bike", constraint: ReturnConstraint = ReturnConstraint.ANY_STATION) -> VehicleType:
    return VehicleType(type_id, FormFactor.BICYCLE, Propulsion.HUMAN, None, "", None, constraint, None)


def a_system(**changes: Any) -> SharingSystem:
    parts: dict[str, Any] = {
        "id": "s",
        "name": "S",
        "names": {},
        "operator": None,
        "timezone": "Asia/Tokyo",
        "url": None,
        "licence": None,
        "attribution": None,
        "vehicle_types": (a_type(),),
        "stations": (),
        "vehicles": (),
        "zones": (),
        "global_rules": (),
        "pricing_plans": (),
        "last_updated": 1_700_000_000,
        "ttl_s": 60,
    }
    return SharingSystem(**(parts | changes))


def square(south: float, west: float, north: float, east: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    return (((south, west), (south, east), (north, east), (north, west), (south, west)),)


@pytest.mark.parametrize(
    ("minutes", "dollars"), [(0, 2.0), (29.9, 2.0), (30, 5.0), (59.9, 5.0), (60, 5.1), (61, 5.2), (90, 8.1)]
)
def test_spec_example_1_first_half_hour_2_second_3_then_ten_cents_a_minute(minutes: float, dollars: float) -> None:
    plan = PricingPlan("plan2", "One-Way", "USD", 2.0, (PriceStep(30, 3, 0, 60), PriceStep(60, 0.1, 1, None)), ())
    assert ride_price(plan, minutes * 60, 0) == pytest.approx(dollars)


def test_spec_example_2_minutes_and_kilometres_are_charged_side_by_side() -> None:
    plan = PricingPlan(
        "plan3", "Simple Rate", "CAD", 3.0, (PriceStep(0, 0.5, 1, None),), (PriceStep(0, 0.25, 1, None),)
    )
    assert ride_price(plan, 9.5 * 60, 3_400) == pytest.approx(3 + 10 * 0.5 + 4 * 0.25)


def test_a_rate_ends_before_its_end_minute() -> None:
    plan = PricingPlan("p", "", "JPY", 0, (PriceStep(10, 100, 5, 20),), ())
    assert [ride_price(plan, m * 60, 0) for m in (9, 10, 15, 20, 99)] == [0, 100, 200, 200, 200]


def test_a_kilometre_counts_once_1000_metres_are_ridden() -> None:
    plan = PricingPlan("p", "", "JPY", 0, (), (PriceStep(1, 100, 1, None),))
    assert [ride_price(plan, 0, metres) for metres in (999, 1000, 1999, 2000)] == [0, 100, 100, 200]


def test_a_negative_rate_is_a_discount() -> None:
    plan = PricingPlan("p", "", "JPY", 500, (PriceStep(30, -100, 0, None),), ())
    assert ride_price(plan, 31 * 60, 0) == 400


@pytest.mark.parametrize(
    ("hours", "yen"),
    [(0.4, 130), (1, 430), (4.25, 1730), (4.5, 1800), (11.9, 1800), (12, 1900), (12.25, 2000), (24, 3700), (40, 7100)],
)
def test_a_ride_by_the_hour_is_capped_every_twelve_hours(hours: float, yen: float) -> None:
    """HELLO CYCLING's example: 130 yen for the first half hour, 100 for each quarter of an hour, 1,800 in 12 hours."""
    steps = (PriceStep(30, 100, 15, None),)
    plan = PricingPlan("p", "", "JPY", 130, steps, (), FareCap(12 * 3600, 1800))
    assert ride_price(plan, hours * 3600, 0) == yen


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20), st.none() | st.integers(1, 120)), max_size=3),
    st.integers(0, 200),
)
@example([(10, 0, 10)], 20)
@example([(10, 5, 10)], 20)
def test_a_step_is_charged_once_for_every_started_interval(steps: list[tuple[int, int, int | None]], used: int) -> None:
    plan = PricingPlan("p", "", "JPY", 0, tuple(PriceStep(start, 1, every, end) for start, every, end in steps), ())
    charged = 0
    for start, every, end in steps:
        for minute in [start] if every == 0 else range(start, used + 1, every):
            charged += minute <= used and (end is None or minute < end)
    assert ride_price(plan, used * 60, 0) == charged


def test_the_earlier_zone_wins_then_the_global_rule() -> None:
    system = a_system(
        zones=(
            GeofencingZone("inner", (square(1, 1, 2, 2),), (CLOSED,)),
            GeofencingZone("outer", (square(0, 0, 3, 3),), (replace(OPEN, maximum_speed_kmh=6.0),)),
        ),
        global_rules=(replace(CLOSED, ride_through_allowed=False),),
    )
    assert rules_at(system, "bike", 1.5, 1.5) == CLOSED
    assert rules_at(system, "bike", 0.5, 0.5).maximum_speed_kmh == 6
    assert not rules_at(system, "bike", 9.0, 9.0).ride_through_allowed


def test_a_zone_without_a_rule_for_the_vehicle_leaves_the_word_to_the_next() -> None:
    for_mopeds = replace(CLOSED, vehicle_type_ids=("moped",))
    system = a_system(
        zones=(
            GeofencingZone("mopeds", (square(0, 0, 3, 3),), (for_mopeds,)),
            GeofencingZone("all", (square(0, 0, 3, 3),), (OPEN,)),
        ),
    )
    assert rules_at(system, "moped", 1, 1) == for_mopeds
    assert rules_at(system, "bike", 1, 1) == OPEN


def test_within_a_zone_the_earlier_rule_wins() -> None:
    system = a_system(zones=(GeofencingZone("z", (square(0, 0, 3, 3),), (CLOSED, OPEN)),))
    assert rules_at(system, "bike", 1, 1) == CLOSED


def test_a_hole_is_outside_its_zone() -> None:
    ring_road = (square(0, 0, 3, 3)[0], square(1, 1, 2, 2)[0])
    system = a_system(zones=(GeofencingZone("ring", (ring_road,), (CLOSED,)),))
    assert rules_at(system, "bike", 1.5, 1.5) == OPEN
    assert rules_at(system, "bike", 0.5, 1.5) == CLOSED


def test_a_bike_is_taken_where_one_stands_and_the_port_rents() -> None:
    system = a_system(
        stations=(
            a_station("full"),
            a_station("empty", vehicles_by_type={"bike": 0}),
            a_station("closed", is_renting=False),
            a_station("other kind", vehicles_by_type={"scooter": 3}),
            a_station("in a closed zone", lat=1.5, lon=1.5),
        ),
        zones=(GeofencingZone("z", (square(1, 1, 2, 2),), (CLOSED,)),),
    )
    assert [s.id for s in rentable_stations(system, "bike")] == ["full"]


def test_a_bike_is_returned_where_a_dock_is_free_or_docks_are_not_counted() -> None:
    system = a_system(
        stations=(
            a_station("free"),
            a_station("full", docks_available=0),
            a_station("not counted", docks_available=None),
            a_station("closed", is_returning=False),
            a_station("in a closed zone", lat=1.5, lon=1.5),
        ),
        zones=(GeofencingZone("z", (square(1, 1, 2, 2),), (CLOSED,)),),
    )
    assert [s.id for s in returnable_stations(system, "bike")] == ["free", "not counted"]


def test_a_dock_for_other_vehicles_takes_none_of_these() -> None:
    docks = {"both": {"bike": 2, "cargo": 2}, "cargo only": {"cargo": 3}, "taken": {"bike": 0, "cargo": 1}, "any": {}}
    stations = tuple(a_station(name, docks_available=3, docks_by_type=counts) for name, counts in docks.items())
    system = a_system(vehicle_types=(a_type(), a_type("cargo")), stations=stations)
    assert [s.id for s in returnable_stations(system, "bike")] == ["both", "any"]
    assert [s.id for s in returnable_stations(system, "cargo")] == ["both", "cargo only", "taken", "any"]


def test_a_roundtrip_vehicle_comes_home_only() -> None:
    home_only = a_type(constraint=ReturnConstraint.ROUNDTRIP_STATION)
    system = a_system(vehicle_types=(home_only,), stations=(a_station("home", docks_available=0), a_station("away")))
    assert [s.id for s in returnable_stations(system, "bike", "home")] == ["home"]


def test_an_unknown_vehicle_type_is_named() -> None:
    with pytest.raises(ValueError, match="no vehicle type 'rocket'"):
        returnable_stations(a_system(), "rocket")
