"""Itineraries for who would rather walk less, emit less or be surer to arrive, or can only walk so far.

Such journeys are often not among the quickest ones: they are searched for (`planner.criteria`), among all journeys that
arrive no later and change no more often than a stated slack beyond the quickest.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from planner.amounts import amount_of, keeps_walk
from planner.answering import Found, Itineraries, answer_of, both_sides, scheduled
from planner.approach import approaches_on
from planner.asked import Asked, transit_of, windows_from
from planner.criteria import Criterion, Side, Travel, Weighed, nothing, search_weighed, search_weighed_within
from planner.criteria_costs import emissions, risk_of_missing, seconds_on_foot, walking
from planner.cursors import Page
from planner.delays import USUAL, Delays
from planner.emissions import EmissionFactors, transit_factor
from planner.errors import go_on
from planner.geo import great_circle_m
from planner.journey_search import Approach, Pair
from planner.journeys import UNREACHED
from planner.model import Answer, Itinerary, Mode, StreetLeg, TransitLeg, mode_of
from planner.network import Network
from planner.ranking import cost_of
from planner.raptor import Transit
from planner.reasons import Reason, RoutingError
from planner.request import PlanRequest, Preferred, StreetMode
from planner.ruled_changes import named_by, with_copies
from planner.service_day import seconds_on

Search = Callable[[Side, Side], Weighed]

FELT_S = {Preferred.WALKING: 3.0, Preferred.CO2: 2.0, Preferred.RELIABILITY: 3600.0}
"""Seconds of travel that a second on foot, a gram and a journey with a missed connection are worth more: choices."""

STREET_G_S = {
    StreetMode.RENTAL_BICYCLE: 4.3 * 4.2 / 1000,
    StreetMode.RENTAL_SCOOTER_STANDING: 8.6 * 5.6 / 1000,
    StreetMode.RENTAL_SCOOTER_SEATED: 8.6 * 1.7 / 1000,
    StreetMode.FLEX: 100 * 6.0 / 1000,
    StreetMode.TAXI: 128 * 6.0 / 1000,
    StreetMode.CAR_DROPOFF: 128 * 6.0 / 1000,
    StreetMode.E_BIKE: 4.3 * 4.7 / 1000,
}
"""Grams a second on the way to and from stops: factors of `EmissionFactors` at usual speeds, for the search alone."""


def preferred(asked: Asked, page: Page, direct: Itineraries, delays: Mapping[Mode, Delays] = USUAL) -> Answer:
    """Find the bounded Pareto set in (departure, arrival, transfers, what is preferred), and show the best of it.

    The first window with any journey is searched: that of the request, or of one hour, two, three, …, a day. For one
    departure (arrival) it is the set in the other three.

    Returns
    -------
    Answer
        At most `request.count` itineraries (of one departure all), in order of departure, with the best by what is
        preferred among them. None is longer on foot than allowed, and neither are those of `direct` that are left.
    """
    request = asked.request
    itineraries, page, reason = scheduled(asked, page, lambda day: _search(asked, page, day, delays))
    direct = tuple(one for one in direct if keeps_walk(one, request.max_walk_s))
    on_foot = [one.duration_s for one in direct if {type(leg) for leg in one.legs} == {StreetLeg}]
    is_walk_better = request.prefer in {Preferred.CO2, Preferred.RELIABILITY} and on_foot
    found = [
        one
        for one in itineraries
        if keeps_walk(one, request.max_walk_s) and not (is_walk_better and one.duration_s >= min(on_foot))
    ]
    best = best_first(without_beaten(found, request, delays), request, delays)
    best = best if request.is_one_departure else best[: request.count]
    kept = tuple(sorted(best, key=lambda one: (one.start, one.end, one.transfers)))
    if itineraries and not found:
        reason = RoutingError(Reason.WALKING_BETTER_THAN_TRANSIT if direct else Reason.NO_TRANSIT_CONNECTION)
    return answer_of(asked, kept, direct, reason, page)


def best_first(
    itineraries: Sequence[Itinerary], request: PlanRequest, delays: Mapping[Mode, Delays] = USUAL
) -> list[Itinerary]:
    """In order of generalised cost, in which what is preferred weighs more; before all what has the least of it."""
    amounts = [0.0 if request.prefer is None else amount_of(one, request.prefer, delays) for one in itineraries]

    def felt(row: int) -> tuple[bool, float]:
        more = 0.0 if request.prefer is None else FELT_S[request.prefer] * amounts[row]
        return amounts[row] > min(amounts), cost_of(itineraries[row], request.time, request.arrive_by) + more

    return [itineraries[row] for row in sorted(range(len(itineraries)), key=felt)]


def without_beaten(
    itineraries: Sequence[Itinerary], request: PlanRequest, delays: Mapping[Mode, Delays] = USUAL
) -> list[Itinerary]:
    """Less those that one with no other kinds of vehicle beats or equals in every respect."""
    kept: list[tuple[Itinerary, frozenset[str], tuple[float, ...]]] = []
    for one in itineraries:
        amount = 0.0 if request.prefer is None else amount_of(one, request.prefer, delays)
        worth = -one.start.timestamp(), one.end.timestamp(), float(one.transfers), round(amount, 6)
        kinds = frozenset(mode_of(leg).value for leg in one.legs if not isinstance(leg, StreetLeg | TransitLeg))
        if any(other <= kinds and _is_no_worse(known, worth) for _, other, known in kept):
            continue
        kept = [row for row in kept if not (kinds <= row[1] and _is_no_worse(worth, row[2]))]
        kept.append((one, kinds, worth))
    return [one for one, _, _ in kept]


def _is_no_worse(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


def _search(asked: Asked, page: Page, day: date, delays: Mapping[Mode, Delays]) -> tuple[Found, Page]:
    """The first window with any journeys, or one departure: of every pair of first and last modes."""
    network, request = asked.network, asked.request
    transit = transit_of(asked, day, backwards=request.arrive_by)
    travel = Travel(
        transit,
        transit_of(asked, day, backwards=not request.arrive_by),
        _criterion(network, transit, request.prefer, delays),
        seconds_on_foot(transit.day, transit.footpaths),
        request.max_transfers,
        request.max_walk_s,
        None if request.prefer is None else request.slack,
    )
    sides_during = approaches_on(network, asked.ground, request, asked.ends, day)
    found: Found = RoutingError(Reason.NO_TRANSIT_CONNECTION)
    for whole, _ in windows_from(page, request.arrive_by):
        page = whole
        go_on(request.is_given_up)
        sides = both_sides(sides_during(page))
        if isinstance(sides, RoutingError):
            found = sides
            continue
        span = seconds_on(page.start, day, network.zone), seconds_on(page.end, day, network.zone)
        search = _for_one_departure(travel, span[0]) if request.is_one_departure else _within(travel, span)
        pairs = [_pair(travel.transit, ends, request.prefer, search) for ends in product(*sides)]
        rows = [(pair, row) for pair in pairs for row in _short_rows(pair, request.max_duration_s)]
        if rows:
            return rows, page
    return found, page


def _short_rows(pair: Pair, longest_s: int | None) -> list[int]:
    """Journeys that take no longer; a longer one beats no shorter one of a window, so nothing is lost."""
    lasts = pair.journeys.arrival - pair.journeys.departure
    return np.flatnonzero(lasts <= (UNREACHED if longest_s is None else longest_s)).tolist()


def _within(travel: Travel, span: tuple[int, int]) -> Search:
    return lambda access, egress: search_weighed_within(travel, access, egress, span)


def _for_one_departure(travel: Travel, moment: int) -> Search:
    return lambda access, egress: search_weighed(travel, access, egress, moment)


def _pair(transit: Transit, ends: tuple[Approach, Approach], by: Preferred | None, search: Search) -> Pair:
    sides, rows = [], []
    for approach in ends:
        options, of = with_copies(transit.day, approach.options)
        sides.append(Side(options, _cost(approach, by)[of], approach.walk_s[of]))
        rows.append(of)
    return Pair(ends[0], ends[1], named_by(search(*sides).journeys, rows[0], rows[1]))


def _cost(approach: Approach, by: Preferred | None) -> NDArray[np.int32]:
    """What the criterion says of each way to or from a stop."""
    ridden_s = approach.options.seconds - approach.walk_s
    match by:
        case Preferred.WALKING:
            return np.asarray(approach.walk_s, np.int32)
        case Preferred.CO2:
            return np.asarray(np.rint(1000 * STREET_G_S.get(approach.mode, 0.0) * ridden_s), np.int32)
        case _:
            return np.zeros_like(approach.walk_s)


def _criterion(network: Network, transit: Transit, by: Preferred | None, delays: Mapping[Mode, Delays]) -> Criterion:
    timetable = network.snapshot.timetable
    match by:
        case Preferred.WALKING:
            return walking(transit)
        case Preferred.CO2:
            return emissions(transit, timetable, _grams_along(network))
        case Preferred.RELIABILITY:
            return risk_of_missing(transit, timetable, delays)
        case _:
            return nothing(transit)


def _grams_along(network: Network) -> Callable[[int], NDArray[np.float64]]:
    """Grams from a trip's first call to each of its calls, along its shape."""
    timetable, rides = network.snapshot.timetable, network.rides
    trips, patterns, stops = timetable.trips, timetable.patterns, timetable.stops
    factors = EmissionFactors(routes=network.manifest.emissions)

    @cache
    def metres(pattern: int, shape: int) -> NDArray[np.float64]:
        called = patterns.stop[patterns.first[pattern] : patterns.first[pattern + 1]]
        line = rides.line_of(shape)
        lat, lon = (stops.lat[called], stops.lon[called]) if line is None else line
        steps = np.append(0.0, np.cumsum(great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:])))
        return steps if line is None else steps[rides.points_of(shape, pattern)]

    def grams(trip: int) -> NDArray[np.float64]:
        route = timetable.routes[int(trips.route[trip])]
        factor = factors.routes.get(route.id, transit_factor(Mode(route.mode), factors))
        return np.asarray(metres(int(trips.pattern[trip]), int(trips.shape[trip])) * factor / 1000)

    return grams
