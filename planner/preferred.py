"""Itineraries for who would rather walk less, emit less or be surer to arrive, or can only walk so far.

Such journeys are often not among the quickest ones: they are searched for (`planner.criteria`), among all journeys that
arrive no later and change no more often than a stated slack beyond the quickest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from planner.approach import approaches_on
from planner.asked import WIDER_S, Asked, transit_of
from planner.criteria import Criterion, Side, Slack, Travel, nothing, search_weighed_within
from planner.criteria_costs import emissions, risk_of_missing, seconds_on_foot, walking
from planner.cursors import Page
from planner.delays import USUAL, Delays
from planner.emissions import EmissionFactors, transit_factor
from planner.geo import great_circle_m
from planner.journey_search import Approach, Pair
from planner.model import Answer, Itinerary, Mode, StreetLeg, TransitLeg, mode_of
from planner.network import Network
from planner.plan import Found, both_sides, plan, plan_with
from planner.ranking import cost_of
from planner.raptor import Transit
from planner.reasons import Reason, RoutingError
from planner.reliability import chance_made
from planner.request import PlanRequest, StreetMode
from planner.ruled_changes import named_by, with_copies
from planner.service_day import seconds_on


class Preferred(StrEnum):
    """What there should be little of: seconds on foot, grams of CO2 equivalent, chances to miss a connection."""

    WALKING = "walking"
    CO2 = "co2"
    RELIABILITY = "reliability"


FELT_S = {Preferred.WALKING: 3.0, Preferred.CO2: 2.0, Preferred.RELIABILITY: 3600.0}
"""Seconds of travel that a second on foot, a gram and a journey with a missed connection are worth more: choices."""

STREET_G_S = {
    StreetMode.RENTAL_BICYCLE: 4.3 * 4.2 / 1000,
    StreetMode.RENTAL_SCOOTER_STANDING: 8.6 * 5.6 / 1000,
    StreetMode.RENTAL_SCOOTER_SEATED: 8.6 * 1.7 / 1000,
    StreetMode.FLEX: 100 * 6.0 / 1000,
    StreetMode.TAXI: 128 * 6.0 / 1000,
}
"""Grams a second on the way to and from stops: factors of `EmissionFactors` at usual speeds, for the search alone."""


QUICKEST = Slack()


@dataclass(frozen=True, slots=True)
class Preference:
    """What decides, how far beyond the quickest, and how long one can walk in all.

    Attributes
    ----------
    by : Preferred or None
        None: arrival and changes, among what `longest_walk_s` allows.
    longest_walk_s : int or None
    """

    by: Preferred | None = None
    slack: Slack = QUICKEST
    longest_walk_s: int | None = None


def plan_preferred(
    network: Network, request: PlanRequest, preference: Preference, delays: Mapping[Mode, Delays] = USUAL
) -> Answer:
    """Find the bounded Pareto set in (departure, arrival, transfers, what is preferred), and show the best of it.

    The first window with any journey is searched: that of the request, or of one hour, three, eight, a day.

    Returns
    -------
    Answer
        At most `request.count` itineraries, in order of departure, with the best by what is preferred among them. None
        is longer on foot than allowed, and neither are direct ways, which are those of `plan`.

    Raises
    ------
    RequestError
        If the request is impossible.
    """

    def search(asked: Asked, page: Page, day: date) -> Found:
        return _search(asked, page, day, preference, delays)

    answer = plan_with(network, request, search, on_foot=False)
    direct = plan(network, replace(request, count=0)).direct
    direct = tuple(one for one in direct if _fits(one, preference))
    on_foot = [one.duration_s for one in direct if {type(leg) for leg in one.legs} == {StreetLeg}]
    is_walk_better = preference.by in {Preferred.CO2, Preferred.RELIABILITY} and on_foot
    found = [
        one
        for one in answer.itineraries
        if _fits(one, preference) and not (is_walk_better and one.duration_s >= min(on_foot))
    ]
    best = best_first(without_beaten(found, preference, delays), request, preference, delays)
    if preference.by is not None:
        amounts = [amount_of(one, preference.by, delays) for one in best]
        best = [best[row] for row in sorted(range(len(best)), key=lambda row: (amounts[row] > min(amounts), row))]
    kept = tuple(sorted(best[: request.count], key=lambda one: (one.start, one.end, one.transfers)))
    reason = answer.reason
    if found == [] and reason is None:
        reason = RoutingError(Reason.WALKING_BETTER_THAN_TRANSIT if direct else Reason.NO_TRANSIT_CONNECTION)
    return replace(answer, itineraries=kept, direct=direct, reason=reason)


def best_first(
    itineraries: Sequence[Itinerary],
    request: PlanRequest,
    preference: Preference,
    delays: Mapping[Mode, Delays] = USUAL,
) -> list[Itinerary]:
    """In order of generalised cost, in which what is preferred weighs more."""

    def felt(one: Itinerary) -> float:
        more = 0.0 if preference.by is None else FELT_S[preference.by] * amount_of(one, preference.by, delays)
        return cost_of(one, request.time, request.arrive_by) + more

    return sorted(itineraries, key=felt)


def amount_of(itinerary: Itinerary, by: Preferred, delays: Mapping[Mode, Delays] = USUAL) -> float:
    """Seconds on foot, grams, or the chance that a connection is missed."""
    match by:
        case Preferred.WALKING:
            return float(walk_s(itinerary))
        case Preferred.CO2:
            return itinerary.co2_g
        case Preferred.RELIABILITY:
            return 1.0 - chance_made(itinerary, delays)


def walk_s(itinerary: Itinerary) -> int:
    """Seconds on foot, those to and from rented vehicles included."""
    walks = [leg for leg in itinerary.legs if isinstance(leg, StreetLeg) and leg.mode is Mode.WALK]
    return round(sum((leg.end - leg.start).total_seconds() for leg in walks))


def without_beaten(
    itineraries: Sequence[Itinerary], preference: Preference, delays: Mapping[Mode, Delays] = USUAL
) -> list[Itinerary]:
    """Less those that one with no other kinds of vehicle beats or equals in every respect."""
    kept: list[tuple[Itinerary, frozenset[str], tuple[float, ...]]] = []
    for one in itineraries:
        amount = 0.0 if preference.by is None else amount_of(one, preference.by, delays)
        worth = -one.start.timestamp(), one.end.timestamp(), float(one.transfers), round(amount, 6)
        kinds = frozenset(mode_of(leg).value for leg in one.legs if not isinstance(leg, StreetLeg | TransitLeg))
        if any(other <= kinds and _is_no_worse(known, worth) for _, other, known in kept):
            continue
        kept = [row for row in kept if not (kinds <= row[1] and _is_no_worse(worth, row[2]))]
        kept.append((one, kinds, worth))
    return [one for one, _, _ in kept]


def _is_no_worse(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


def _fits(itinerary: Itinerary, preference: Preference) -> bool:
    return preference.longest_walk_s is None or walk_s(itinerary) <= preference.longest_walk_s


def _search(asked: Asked, page: Page, day: date, preference: Preference, delays: Mapping[Mode, Delays]) -> Found:
    """The first window with any journeys: of every pair of first and last modes."""
    network, request = asked.network, asked.request
    transit = transit_of(asked, day, backwards=request.arrive_by)
    travel = Travel(
        transit,
        transit_of(asked, day, backwards=not request.arrive_by),
        _criterion(network, transit, preference.by, delays),
        seconds_on_foot(transit.day, transit.footpaths),
        request.max_transfers,
        preference.longest_walk_s,
        None if preference.by is None else preference.slack,
    )
    sides_during = approaches_on(network, asked.ground, request, asked.ends, day)
    nothing_found = RoutingError(Reason.NO_TRANSIT_CONNECTION)
    for seconds in WIDER_S if request.window_s is None else (request.window_s,):
        wide = timedelta(seconds=seconds)
        begin, end = (page.start - wide, page.end) if request.arrive_by else (page.start, page.end + wide)
        sides = both_sides(sides_during(Page(begin, end, is_fixed=True)))
        if isinstance(sides, RoutingError):
            nothing_found = sides
            continue
        span = seconds_on(begin, day, network.zone), seconds_on(end, day, network.zone)
        pairs = [_pair(travel, ends, preference.by, span) for ends in product(*sides)]
        found = [(pair, row) for pair in pairs for row in range(len(pair.journeys))]
        if found:
            return found
    return nothing_found


def _pair(travel: Travel, ends: tuple[Approach, Approach], by: Preferred | None, span: tuple[int, int]) -> Pair:
    sides, rows = [], []
    for approach in ends:
        options, of = with_copies(travel.transit.day, approach.options)
        sides.append(Side(options, _cost(approach, by)[of], approach.walk_s[of]))
        rows.append(of)
    found = search_weighed_within(travel, sides[0], sides[1], span)
    return Pair(ends[0], ends[1], named_by(found.journeys, rows[0], rows[1]))


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
        case None:
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
