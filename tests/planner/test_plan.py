"""Facts about plans, told of small cities."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from planner.errors import GivenUpError, RequestError
from planner.model import Answer, FlexLeg, RentalLeg, TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.reasons import InputField, Reason, RoutingError
from planner.request import Coordinate, PlanRequest, Preferred, Slack, StopId, StreetMode, Via
from tests.cities import City, small_city

LINE = "A C E\n08:00 08:05 08:10\n09:00 09:05 09:10\n24:20 24:25 24:30"
WALK = frozenset({StreetMode.WALK})
Ask = Callable[..., Answer]


def asker(network: Network, city: City) -> Ask:
    """Ask from letter to letter at a time of 25 November 2026; nothing direct unless told."""

    def ask(origin: str, destination: str, clock: str, day: int = 25, **wishes: object) -> Answer:
        time = datetime.fromisoformat(f"2026-11-{day:02}T{clock}").replace(tzinfo=network.zone)
        request = PlanRequest(city.at(origin), city.at(destination), time, direct_modes=frozenset())
        return plan(network, replace(request, **wishes))  # type: ignore[arg-type]

    return ask


def in_city(folder: Path, **facts: object) -> Ask:
    """A small city to ask."""
    city = City(**facts)  # type: ignore[arg-type]
    return asker(small_city(folder, city), city)


def shown(answer: Answer) -> list[str]:
    """Itineraries as `08:00 A E 08:10`: start, stops of each ride, end."""
    lines = []
    for one in answer.itineraries:
        rides = [f"{leg.origin.stop_id} {leg.destination.stop_id}" for leg in one.legs if isinstance(leg, TransitLeg)]
        lines.append(" ".join([f"{one.start:%H:%M}", *rides, f"{one.end:%H:%M}"]))
    return lines


def test_journeys_leave_at_the_asked_time_or_later(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines={"r": LINE})
    assert shown(ask("A", "E", "08:00", window_s=3600)) == ["08:00 A E 08:10", "09:00 A E 09:10"]
    assert shown(ask("A", "E", "08:00:01", window_s=3600)) == ["09:00 A E 09:10"]


def test_journeys_by_arrival_mirror_those_by_departure(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines={"r": LINE})
    assert shown(ask("A", "E", "09:10", arrive_by=True, window_s=3600)) == ["08:00 A E 08:10", "09:00 A E 09:10"]
    assert shown(ask("A", "E", "09:09:59", arrive_by=True, window_s=3600)) == ["08:00 A E 08:10"]


def test_after_midnight_the_buses_of_the_day_before_still_run(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines={"r": LINE})
    answer = ask("A", "E", "00:20", window_s=0)
    assert shown(answer) == ["00:20 A E 00:30"]
    ride = answer.itineraries[0].legs[0]
    assert isinstance(ride, TransitLeg)
    assert ride.service_date.day == 24
    assert shown(ask("A", "E", "00:20", day=1, window_s=0)) == []


def test_max_transfers_is_exact(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines={"r": "A C\n08:00 08:05", "s": "C E\n08:06 08:09", "t": "A E\n08:00 08:30"})
    assert shown(ask("A", "E", "08:00", window_s=60, max_transfers=0, max_egress_s=60)) == ["08:00 A E 08:30"]
    assert shown(ask("A", "E", "08:00", window_s=60, max_transfers=1, max_egress_s=60)) == [
        "08:00 A C C E 08:09",
        "08:00 A E 08:30",
    ]


def test_a_rented_bicycle_is_taken_where_one_stands_and_left_where_room_is_and_parking_allowed(tmp_path: Path) -> None:
    ports = {"A": (0, 9), "F": (3, 9), "E": (3, 0), "J": (3, 9), "O": (3, 9)}
    ask = in_city(tmp_path, lines={"r": LINE}, ports=ports, no_parking="J")
    answer = ask("A", "J", "10:00", count=0, direct_modes=frozenset({StreetMode.RENTAL_BICYCLE}))
    (ride,) = (leg for one in answer.direct for leg in one.legs if isinstance(leg, RentalLeg))
    assert (ride.origin.station_id, ride.destination.station_id) == ("F", "O")


def test_a_demand_bus_comes_in_its_hours_and_when_booked_in_time(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines={"r": LINE}, zone="AO", window=("08:00:00", "10:00:00"), notice_min=30)
    by_bus: dict[str, object] = {"count": 0, "direct_modes": frozenset({StreetMode.FLEX})}

    def ride(clock: str, **wishes: object) -> str:
        (leg,) = (leg for one in ask("A", "O", clock, **by_bus, **wishes).direct for leg in one.legs)
        assert isinstance(leg, FlexLeg)
        assert leg.book_until is not None
        return f"{leg.start:%H:%M} book until {leg.book_until:%H:%M}"

    assert ride("09:00") == "09:00 book until 08:30"
    assert ride("07:00") == "08:00 book until 07:30"
    now = datetime.fromisoformat("2026-11-25T08:45+09:00")
    assert ride("09:00", now=now) == "09:15 book until 08:45"
    assert ask("A", "O", "09:58", **by_bus).direct == ()
    assert ask("A", "O", "09:00", **by_bus, now=now.replace(hour=9, minute=25)).direct == ()


def test_a_wheelchair_uses_accessible_stops_and_vehicles_only(tmp_path: Path) -> None:
    lines = {"low": "A C E\n08:00 08:05 08:10", "high": "A C E\n07:55 07:58 08:01"}
    ask = in_city(tmp_path, lines=lines, high_floor=("high",), steps_only="C")
    wishes: dict[str, object] = {"wheelchair": True, "window_s": 900, "max_egress_s": 300}
    assert shown(ask("A", "E", "07:50", **wishes)) == ["08:00 A E 08:10"]
    assert shown(ask("A", "C", "07:50", **wishes)) == []
    assert shown(ask("A", "C", "07:50", window_s=900, max_egress_s=300)) == ["07:55 A C 07:58", "08:00 A C 08:05"]


def test_a_gate_is_passed_while_it_is_open(tmp_path: Path) -> None:
    ask = in_city(tmp_path, lines={"r": LINE}, streets="A&&&B---C---D---E\n|   |\nF---G")
    direct: dict[str, object] = {"count": 0, "direct_modes": WALK}
    minutes = [ask("A", "B", clock, **direct).direct[0].duration_s // 60 for clock in ("07:30", "08:00", "20:30")]
    assert minutes == [11, 3, 11]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (
            {"origin": StopId("nowhere")},
            RoutingError(Reason.LOCATION_NOT_FOUND, InputField.FROM, {"location": "nowhere"}),
        ),
        (
            {"destination": Coordinate(34.0, 135.0)},
            # 1.63 degrees of latitude and 5.03 of longitude from the south-western corner.
            RoutingError(
                Reason.OUTSIDE_BOUNDS,
                InputField.TO,
                {"location": "34.0,135.0", "km": "494", "area": "35.63,140.03 – 35.64,140.04"},
            ),
        ),
        ({"origin": "L", "max_access_s": 60}, RoutingError(Reason.NO_STOPS_IN_RANGE, InputField.FROM)),
        ({"max_egress_s": 60, "destination": "M"}, RoutingError(Reason.NO_STOPS_IN_RANGE, InputField.TO)),
        ({"origin": "E", "destination": "A", "max_access_s": 60}, RoutingError(Reason.NO_TRANSIT_CONNECTION)),
        ({"window_s": 60}, RoutingError(Reason.NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW)),
        ({"destination": "B", "direct_modes": WALK}, RoutingError(Reason.WALKING_BETTER_THAN_TRANSIT)),
    ],
)
def test_where_nothing_runs_the_reason_is_named(
    tmp_path: Path, question: dict[str, object], reason: RoutingError
) -> None:
    city = City(lines={"r": LINE})
    network = small_city(tmp_path, city)
    asked = {key: city.at(value) if isinstance(value, str) else value for key, value in question.items()}
    time = datetime(2026, 11, 25, 6, tzinfo=network.zone)
    usual = PlanRequest(city.at("A"), city.at("E"), time, direct_modes=frozenset())
    answer = plan(network, replace(usual, **asked))  # type: ignore[arg-type]
    assert answer.itineraries == ()
    assert answer.reason == reason


@pytest.mark.parametrize("year", [2025, 2027])
def test_outside_the_timetable_direct_ways_remain(tmp_path: Path, year: int) -> None:
    city = City(lines={"r": LINE})
    network = small_city(tmp_path, city)
    answer = plan(network, PlanRequest(city.at("A"), city.at("E"), datetime(year, 6, 1, 8, tzinfo=network.zone)))
    assert answer.reason is not None
    assert answer.reason.code is Reason.OUTSIDE_SERVICE_PERIOD
    assert answer.reason.details == {"first": "2026-11-01", "last": "2026-11-30"}
    assert len(answer.direct) == 1


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"time": datetime(2026, 11, 25, 8)}, "time"),
        ({"max_transfers": -1}, "maxTransfers"),
        ({"max_transfers": 10**6}, "maxTransfers"),
        ({"walk_speed_ms": float("nan")}, "pedestrianSpeed"),
        ({"window_s": -1}, "searchWindow"),
        ({"cursor": "LATER|x|1"}, "pageCursor"),
        ({"max_walk_s": -1}, "maxWalk"),
        ({"max_walk_s": 6 * 3600 + 1}, "maxWalk"),
        ({"max_price": -0.5}, "maxPrice"),
        ({"slack": Slack(-1, 0), "prefer": Preferred.PRICE}, "slack"),
        ({"slack": Slack(0, 9), "prefer": Preferred.CO2}, "slack"),
        ({"prefer": Preferred.CO2, "max_price": 500.0}, "maxPrice"),
        ({"prefer": Preferred.PRICE, "max_duration_s": 600}, "maxTravelTime"),
        ({"timetable_view": False, "max_duration_s": 600}, "maxTravelTime"),
        ({"timetable_view": False, "cursor": "LATER|0|1"}, "timetableView"),
        ({"timetable_view": False, "via": (Via(StopId("B")),)}, "timetableView"),
        ({"prefer": Preferred.WALKING, "via": (Via(StopId("B")),)}, "via"),
        ({"max_walk_s": 600, "via": (Via(StopId("B")),)}, "via"),
        ({"through": (frozenset("B"),), "via": (Via(StopId("C")),)}, "via"),
    ],
)
def test_impossible_requests_are_refused_by_the_parameter_at_fault(
    tmp_path: Path, wish: dict[str, object], field: str
) -> None:
    ask = in_city(tmp_path, lines={"r": LINE})
    with pytest.raises(RequestError) as refused:
        ask("A", "E", "08:00", **wish)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "wish",
    [{}, {"prefer": Preferred.PRICE}, {"prefer": Preferred.CO2}, {"max_walk_s": 600}, {"via": (Via(StopId("A")),)}],
)
def test_no_search_goes_on_when_nobody_waits(tmp_path: Path, wish: dict[str, object]) -> None:
    ask = in_city(tmp_path, lines={"r": LINE})
    assert ask("A", "E", "08:00", is_given_up=lambda: False, **wish).itineraries
    with pytest.raises(GivenUpError, match="Nobody waits"):
        ask("A", "E", "08:00", is_given_up=lambda: True, **wish)


def test_where_the_map_has_no_street_one_walks_to_a_stop_nearby(makuhari: Network) -> None:
    stop = makuhari.stop_index["makuhari_bus.takahama-4"]
    stops = makuhari.snapshot.timetable.stops
    here = Coordinate(float(stops.lat[stop]) + 0.001, float(stops.lon[stop]))
    request = PlanRequest(
        here, Coordinate(35.6484, 140.0416), datetime(2026, 11, 25, 10, tzinfo=makuhari.zone), direct_modes=WALK
    )
    first = plan(makuhari, request).itineraries[0].legs[0]
    # 111 m by the straight line, 1.3 times as far on foot, at 1.25 m/s.
    assert (first.destination.stop_id, (first.end - first.start).total_seconds()) == (stops.ids[stop], 116)
    assert not plan(makuhari, replace(request, wheelchair=True)).itineraries
