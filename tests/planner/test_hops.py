"""Shortcuts of an answer from door to door change nothing: kept seconds between ports, pairs of modes left out."""

from dataclasses import replace
from datetime import datetime

import pytest

from benchmarks.random_requests import requests as random_requests
from planner.access import End, Ground, Means, Ways, Wish, least_walks, on_foot, walk_to_ports
from planner.approach import approaches
from planner.around import Around
from planner.cursors import page_of
from planner.direct import direct_itineraries
from planner.ends import end_of
from planner.footpaths import AS_THEY_ARE
from planner.journey_search import Candidates, Span, journeys_between
from planner.journeys import UNREACHED
from planner.means import LEAVE_S, TAKE_S
from planner.network import Network
from planner.port_ways import Ports, Walked, by_ports
from planner.profiles import bicycle, foot
from planner.ranking import best_rows, worth_searching
from planner.reasons import InputField
from planner.request import Coordinate, PlanRequest, StreetMode
from planner.service_day import seconds_on
from planner.street_legs import StreetLegs
from planner.timetable import NONE


def end(network: Network, lat: float, lon: float) -> End:
    found = end_of(network, Coordinate(lat, lon), InputField.FROM, ("en",))
    assert isinstance(found, End)
    return found


def ground_of(network: Network) -> Ground:
    """Who walks and rides a bicycle in `network`, with kept seconds."""
    side = network.snapshot.street_side
    assert side is not None
    around = Around(side.ports, side.stops)
    return Ground(side, foot(), bicycle(), network.street_search, network.hops, network.openings, around)


def rode(ground: Ground, network: Network, wish: Wish, base: int, hour: int | None) -> Ways:
    rental = next(one for one in network.rentals if one.mode is StreetMode.RENTAL_BICYCLE)
    ports = ground.side.ports
    near = walk_to_ports(ground, wish, hour, ports)
    on = None
    if wish.other is not None:
        on = walk_to_ports(ground, replace(wish, end=wish.other, backward=not wish.backward), hour, ports)
    walked = least_walks(wish, on_foot(ground, wish, hour))
    pair = Ports(ports, rental.pickup, rental.dropoff, TAKE_S, LEAVE_S, base)
    return by_ports(ground, wish, Means(rental.mode), pair, (rental.profile, 1.5), Walked(hour, near, walked, on))


@pytest.mark.parametrize("hour", [None, 4 * 3600, 12 * 3600])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("limit", [300, 900, 2400])
def test_rides_between_ports_by_kept_seconds_equal_those_by_search(
    makuhari: Network, hour: int | None, backward: bool, limit: int
) -> None:
    ground = ground_of(makuhari)
    side = ground.side
    here, there = end(makuhari, 35.6485, 140.0416), end(makuhari, 35.6555, 140.0265)
    for wish in (Wish(here, side.stops, limit, backward), Wish(here, there.links, limit, False, other=there)):
        kept, searched = (rode(ground, makuhari, wish, base, hour) for base in (0, NONE))
        soonest = [
            dict(zip(one.options.stop.tolist(), one.options.seconds.tolist(), strict=True)) for one in (kept, searched)
        ]
        assert soonest[0].keys() == soonest[1].keys()
        assert all(abs(soonest[0][stop] - seconds) <= 1 for stop, seconds in soonest[1].items())
        assert limit < 2400 or len(searched)


def test_pairs_of_modes_not_worth_searching_would_not_have_been_shown(makuhari: Network) -> None:
    skipped = 0

    def question(request: PlanRequest) -> None:
        nonlocal skipped
        page = page_of(request)
        ends = tuple(end_of(makuhari, place, InputField.FROM, ()) for place in (request.origin, request.destination))
        if not all(isinstance(one, End) for one in ends):
            return
        ground = ground_of(makuhari)
        writer = StreetLegs(makuhari, ground, ("en",), None)
        _, direct = direct_itineraries(makuhari, ground, writer, request, ends, page)
        day = request.time.date()
        sides = approaches(makuhari, ground, request, ends, (day, page))
        transit = makuhari.transit(day, request.transit_modes, False, AS_THEY_ARE, request.arrive_by)
        span = Span(*(seconds_on(moment, day, makuhari.zone) for moment in (page.start, page.end)), request.arrive_by)
        every = [(first, last, UNREACHED) for first in sides[0] for last in sides[1]]
        some = worth_searching(sides, direct)
        skipped += len(every) - len(some)

        def shown(pairs: list) -> list[tuple[int, ...]]:  # type: ignore[type-arg]
            if not pairs:
                return []
            workspace = makuhari.workspace(transit, request.max_transfers)
            timetable = makuhari.snapshot.timetable
            found: Candidates = journeys_between(timetable, transit, pairs, span, request.max_transfers, workspace)
            columns = found.kind, found.departure, found.arrival, found.transfers, found.walk_s
            return [tuple(int(c[row]) for c in columns) for row in best_rows(found, span, request.count, direct)]

        assert shown(some) == shown(every)

    for request in random_requests(makuhari, datetime(2026, 11, 25), 60, frozenset(StreetMode)):
        question(replace(request, window_s=3600))
    assert skipped > 500
