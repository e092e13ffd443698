"""Rides without a change, overtaken ones too: every vehicle tried by enumeration, and a slow bus beside a quick one."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings

from planner.day import segments_of
from planner.errors import RequestError
from planner.journeys import Options
from planner.model import Itinerary, TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, Preferred
from planner.slow_direct import every_ride
from tests.cities import City, small_city
from tests.planner import oracle
from tests.planner.questions import Question, questions

Ride = tuple[int, int]
Vehicle = tuple[oracle.Run, ...]


def tried(question: Question) -> dict[Vehicle, set[Ride]]:
    """Begin and end of every journey in one vehicle, by the runs ridden in."""
    world, found = question.world(), defaultdict[Vehicle, set[Ride]](set)
    for stop, boardings in world.boardings.items():
        for departure, run, position in boardings:
            for ridden, alighted, arrival in ways_to_alight(world, (run,), position):
                for begin in begins(question.access, stop, departure):
                    for end in ends(question.egress, alighted, arrival):
                        found[ridden].add((begin, end))
    return found


def ways_to_alight(world: oracle.World, ridden: Vehicle, position: int) -> list[tuple[Vehicle, int, int]]:
    calls = world.calls[ridden[-1]][position + 1 :]
    found = [(ridden, call.stop, call.arrival) for call in calls if call.can_alight]
    for following in world.goes_on_as.get(ridden[-1], []):
        if following not in ridden:
            found += ways_to_alight(world, (*ridden, following), 0)
    return found


def begins(ways: Options, stop: int, departure: int) -> list[int]:
    rows = zip(ways.stop.tolist(), ways.seconds.tolist(), ways.opens.tolist(), ways.closes.tolist(), strict=True)
    leaves = [(min(departure - took, closes), opens) for at, took, opens, closes in rows if at == stop]
    return [begin for begin, opens in leaves if begin >= opens]


def ends(ways: Options, stop: int, arrival: int) -> list[int]:
    rows = zip(ways.stop.tolist(), ways.seconds.tolist(), ways.opens.tolist(), ways.closes.tolist(), strict=True)
    return [
        max(arrival, opens) + took for at, took, opens, closes in rows if at == stop and max(arrival, opens) <= closes
    ]


def best(rides: set[Ride]) -> Ride:
    return min(rides, key=lambda ride: (ride[1] - ride[0], -ride[0]))


@settings(max_examples=300, deadline=None)
@given(questions())
def test_the_quickest_ride_of_every_vehicle_is_found(question: Question) -> None:
    day = question.transit().day
    found = every_ride(day, question.access, question.egress)
    by_vehicle = tried(question)
    given = defaultdict[Vehicle, set[Ride]](set)
    for row in range(len(found)):
        ((lane, board, alight),) = found.rides(row)
        ridden = tuple((part.trip, part.day_offset) for part in segments_of(day, lane, board, alight))
        given[ridden].add((int(found.departure[row]), int(found.arrival[row])))
    for vehicle, rides in given.items():
        assert rides <= by_vehicle[vehicle]
    if not len(question.table.in_seat.from_trip):
        assert {vehicle: {best(rides)} for vehicle, rides in by_vehicle.items()} == given
    for vehicle, rides in by_vehicle.items():
        quickest = best(rides)
        others = [best(told) for runs, told in given.items() if set(runs) & set(vehicle)]
        assert any(end - begin <= quickest[1] - quickest[0] for begin, end in others)


LINES = {"quick": "A E\n8:20 8:23\n8:50 8:53", "slow": "A C E\n8:10 8:18 8:27\n8:19 8:26 8:34\n8:15 8:40 9:05"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, Network]:
    city = City(lines=LINES)
    return city, small_city(tmp_path_factory.mktemp("slow"), city)


def rides_of(city: City, network: Network, **more: object) -> list[str]:
    time = datetime(2026, 11, 25, 8, 0, tzinfo=network.zone)
    near = {"max_access_s": 60, "max_egress_s": 60, "direct_modes": frozenset()}
    request = PlanRequest(city.at("A"), city.at("E"), time, window_s=3600, **near)  # type: ignore[arg-type]
    return [written(one) for one in plan(network, replace(request, **more)).itineraries]  # type: ignore[arg-type]


def written(one: Itinerary) -> str:
    return ", ".join(f"{leg.start:%H:%M} {leg.route_id}" for leg in one.legs if isinstance(leg, TransitLeg))


def test_overtaken_buses_are_told_up_to_so_many_times_the_shortest(town: tuple[City, Network]) -> None:
    undominated = ["08:20 quick", "08:50 quick"]
    assert rides_of(*town) == undominated
    # 3 min the quick ones, 15 and 17 the slow ones, 50 the slowest.
    assert rides_of(*town, slow_direct=1.0) == undominated
    assert rides_of(*town, slow_direct=5.1) == ["08:10 slow", "08:19 slow", *undominated][1:]
    assert rides_of(*town, slow_direct=6.0) == ["08:10 slow", "08:19 slow", *undominated]
    every = ["08:10 slow", "08:15 slow", "08:19 slow", *undominated]
    assert rides_of(*town, slow_direct=0.5) == every
    until_nine = datetime(2026, 11, 25, 9, 0, tzinfo=town[1].zone)
    assert rides_of(*town, slow_direct=0.5, arrive_by=True, time=until_nine) == [
        one for one in every if "15" not in one
    ]


def test_they_are_told_beside_the_quickest_only(town: tuple[City, Network]) -> None:
    for more in ({"timetable_view": False}, {"prefer": Preferred.WALKING}, {"through": (frozenset({"C"}),)}):
        with pytest.raises(RequestError, match="rides that others overtake are told beside"):
            rides_of(*town, slow_direct=3.0, **more)
