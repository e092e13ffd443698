"""P11: what is in reach grows with time and agrees with plan."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from planner.durations import durations, durations_each
from planner.isochrone import Field, areas, field_of, reached_stops
from planner.network import Network
from planner.plan import plan, plan_at
from planner.reasons import InputField, Reason, RoutingError
from planner.request import Coordinate, Location, PlanRequest, StopId
from tests.cities import City, small_city

TOKYO = ZoneInfo("Asia/Tokyo")
EIGHT = datetime(2026, 11, 25, 8, tzinfo=TOKYO)
CITY = City(lines={"bus": "A E O\n8:05 8:08 8:11\n8:35 8:38 8:41", "back": "O K\n8:12 8:16\n8:50 8:54"})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_city(tmp_path_factory.mktemp("city"), CITY)


def asked(place: Location, time: datetime = EIGHT, *, arrive_by: bool = False) -> PlanRequest:
    return PlanRequest(
        place, place, time, arrive_by, max_access_s=900, max_egress_s=900, max_direct_s=7200
    )  # fmt: skip


def field(network: Network, request: PlanRequest, limit_s: int = 7200) -> Field:
    found = field_of(network, request, limit_s, counts_rides=True)
    uncounted = field_of(network, request, limit_s)
    assert isinstance(uncounted, Field)
    assert isinstance(found, Field)
    assert np.array_equal(found.seconds, uncounted.seconds)
    return found


def soonest(network: Network, request: PlanRequest, other: Location) -> int | None:
    """Seconds of the best answer of the planner, direct walks included."""
    request = replace(request, origin=other) if request.arrive_by else replace(request, destination=other)
    found = [*plan_at(network, request).itineraries, *plan(network, replace(request, count=0)).direct]
    if request.arrive_by:
        return min((int((request.time - one.start).total_seconds()) for one in found), default=None)
    return min((int((one.end - request.time).total_seconds()) for one in found), default=None)


def test_stops_are_reached_by_vehicle_and_on_foot(small: Network) -> None:
    stops = {
        small.snapshot.timetable.stops.ids[one.stop]: one for one in reached_stops(field(small, asked(CITY.at("A"))))
    }
    assert (stops["A"].seconds, stops["A"].rides) == (0, 0)
    assert (stops["E"].seconds, stops["E"].rides) == (8 * 60, 1)
    assert (stops["O"].seconds, stops["O"].rides) == (11 * 60, 1)
    assert stops["K"].rides == 0


def test_backwards_it_is_the_time_one_has_to_leave_before(small: Network) -> None:
    request = asked(CITY.at("O"), EIGHT + timedelta(minutes=41), arrive_by=True)
    stops = {small.snapshot.timetable.stops.ids[one.stop]: one for one in reached_stops(field(small, request))}
    assert (stops["A"].seconds, stops["E"].seconds) == (6 * 60, 3 * 60)


@pytest.mark.parametrize("arrive_by", [False, True])
@pytest.mark.parametrize("letter", "AGO")
def test_p11_small_cities_agree_with_plan(small: Network, letter: str, arrive_by: bool) -> None:
    request = asked(CITY.at(letter), EIGHT + timedelta(minutes=30), arrive_by=arrive_by)
    others: list[Location] = [CITY.at(other) for other in "BCEHKMO" if other != letter]
    assert durations(field(small, request), others) == [soonest(small, request, other) for other in others]


@pytest.mark.parametrize("arrive_by", [False, True])
def test_p11_the_embedded_city_agrees_with_plan(makuhari: Network, arrive_by: bool) -> None:
    rng = np.random.default_rng(11)
    places, stops = makuhari.snapshot.places, makuhari.snapshot.timetable.stops
    for _ in range(4):
        chosen = rng.choice(len(places), 4, replace=False)
        points = [Coordinate(float(places.lat[row]), float(places.lon[row])) for row in chosen]
        time = EIGHT + timedelta(minutes=int(rng.integers(0, 900)))
        request = asked(points[0], time, arrive_by=arrive_by)
        everywhere = field(makuhari, request, 6 * 3600)
        for other, seconds in zip(points[1:], durations(everywhere, points[1:]), strict=True):
            assert seconds == soonest(makuhari, request, other)
        for one in reached_stops(field(makuhari, request, 3600))[5::30]:
            far = replace(request, max_access_s=3600) if arrive_by else replace(request, max_egress_s=3600)
            beside = Coordinate(float(stops.lat[one.stop]), float(stops.lon[one.stop]))
            found = [soonest(makuhari, far, other) for other in (StopId(stops.ids[one.stop]), beside)]
            # Walks of no length between platforms above each other are rounded up on one side only.
            assert one.seconds - min(seconds for seconds in found if seconds is not None) in (0, 1)


@pytest.mark.parametrize("arrive_by", [False, True])
def test_fields_one_after_the_other_are_as_far_from_other_places_as_alone(makuhari: Network, arrive_by: bool) -> None:
    rng = np.random.default_rng(12)
    places = makuhari.snapshot.places
    points = [Coordinate(float(places.lat[row]), float(places.lon[row])) for row in rng.choice(len(places), 9)]
    times = [EIGHT + timedelta(minutes=int(minutes)) for minutes in np.sort(rng.integers(-240, 1200, 5))]
    fields = [
        field_of(makuhari, asked(origin, time, arrive_by=arrive_by), 5400) for origin in points[:3] for time in times
    ]
    fields.insert(7, field_of(makuhari, asked(Coordinate(0.0, 0.0)), 5400))
    alone = [durations(one, points) if isinstance(one, Field) else [None] * 9 for one in fields]
    assert list(durations_each(fields, points)) == alone


def test_p11_what_is_in_reach_grows_with_time(makuhari: Network) -> None:
    request = asked(Coordinate(35.6431, 140.0458), EIGHT)
    before: dict[int, int] = {}
    for limit in (300, 900, 1800, 3600):
        now = {one.stop: one.seconds for one in reached_stops(field(makuhari, request, limit))}
        assert before.items() <= now.items()
        assert all(seconds <= limit for seconds in now.values())
        before = now


@pytest.mark.parametrize("arrive_by", [False, True])
def test_p11_areas_hold_their_stops_and_grow(makuhari: Network, arrive_by: bool) -> None:
    request = replace(asked(Coordinate(35.6431, 140.0458), EIGHT, arrive_by=arrive_by), max_access_s=3600)
    found, limits = field(makuhari, request, 2400), (0, 600, 1200, 2400)
    shapes = areas(found, limits)
    stops = makuhari.snapshot.timetable.stops
    for limit, area in zip(limits, shapes, strict=True):
        for one in reached_stops(found):
            point = shapely.Point(stops.lon[one.stop], stops.lat[one.stop])
            assert one.seconds > limit or area.intersects(point)
    for smaller, larger in pairwise(shapes):
        assert smaller.area < larger.area
        assert larger.buffer(1e-9).covers(smaller)


def test_p11_no_area_holds_what_is_far_out_of_reach(small: Network) -> None:
    found = field(small, replace(asked(CITY.at("A")), max_access_s=3600), 240)
    (area,) = areas(found, (240,))
    far = CITY.point("O")
    assert not area.intersects(shapely.Point(far[1], far[0]))
    assert area.intersects(shapely.Point(CITY.point("B")[1], CITY.point("B")[0]))


def test_outside_the_timetable_one_still_walks(small: Network) -> None:
    request = asked(CITY.at("A"), datetime(2027, 5, 1, 8, tzinfo=TOKYO))
    assert {one.rides for one in reached_stops(field(small, request))} == {0}


def test_a_place_elsewhere_is_out_of_bounds(small: Network) -> None:
    found = field_of(small, asked(Coordinate(0.0, 0.0)), 600)
    assert isinstance(found, RoutingError)
    assert (found.code, found.input_field) == (Reason.OUTSIDE_BOUNDS, InputField.FROM)
    assert found.details["location"] == "0.0,0.0"


def test_without_streets_circles_stand_for_the_ground(tmp_path: Path) -> None:
    from tests.api.small_network import small_network

    network = small_network(tmp_path)
    found = field(network, asked(StopId("km"), datetime(2026, 11, 25, 17, 40, tzinfo=TOKYO)), 1200)
    small_area, large_area = areas(found, (600, 1200))
    assert large_area.contains(small_area)
    assert large_area.intersects(shapely.Point(140.0620, 35.6370))
