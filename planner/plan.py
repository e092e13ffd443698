"""Plan a journey from door to door: every combination of modes, exactly, and of each the best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from planner.answering import (
    Found,
    Itineraries,
    already_there,
    answer_of,
    asked_of,
    both_sides,
    page_asked,
    scheduled,
    why_none,
)
from planner.approach import Sides, approaches_on
from planner.asked import Asked, is_one_place, transit_of, windows_from
from planner.cheapest import cheapest
from planner.checks import checked
from planner.cursors import Page
from planner.delays import USUAL, Delays
from planner.direct import direct_itineraries
from planner.errors import go_on
from planner.flex import Quote
from planner.floors import Floors
from planner.journey_search import Candidates, Span, is_any, journeys_at, journeys_between, nothing_found
from planner.model import Answer, Itinerary, Mode, StreetLeg
from planner.network import Network
from planner.preferred import preferred
from planner.ranking import DEFAULT_WEIGHTS, best_rows, without_worse, worth_searching
from planner.reasons import Reason, RoutingError
from planner.request import PlanRequest, StreetMode
from planner.service_day import seconds_on
from planner.slow_direct import with_overtaken
from planner.via import course_of, itineraries_by

LONG_S, LOOKED_AHEAD = 3 * 3600, timedelta(hours=8)
"""A journey that takes longer may be one that waits for the morning: what leaves so much later is looked at too."""

WALK = frozenset({StreetMode.WALK})


def plan(
    network: Network, request: PlanRequest, quote: Quote | None = None, delays: Mapping[Mode, Delays] = USUAL
) -> Answer:
    """Find itineraries from `request.origin` to `request.destination`.

    Parameters
    ----------
    quote : callable or None
        Asks the operator of a demand bus for an offer; without it the feed's windows and durations hold.
    delays : mapping of Mode to Delays
        How late vehicles run, where sure connections are preferred.

    Returns
    -------
    Answer
        With a reason where there is no itinerary by scheduled transport. In order of departure; where prices decide,
        the cheapest first and those of unknown price last.

    Raises
    ------
    RequestError
        If the request is impossible.
    GivenUpError
        If `request.is_given_up` says so.
    """
    request = checked(request)
    network = network.in_mode(request.realtime, request.now).avoiding(request.avoid)
    page = page_asked(request)
    asked = asked_of(network, request, page, quote)
    if isinstance(asked, Answer):
        return asked
    if request.via:
        return _by_way_of(asked, page)
    if is_one_place(asked.ends):
        return already_there(asked, page)
    direct, direct_costs = direct_itineraries(network, asked.ground, asked.writer, request, asked.ends, page)
    if request.is_by_price:
        return cheapest(asked, page, direct)
    if request.has_wish:
        return preferred(asked, page, direct, delays)
    if request.is_one_departure:
        return _for_one_departure(asked, page, direct)
    return _quickest(asked, page, direct, direct_costs)


def plan_at(network: Network, request: PlanRequest) -> Answer:
    """Find every itinerary worth taking for who leaves at `request.time` or later, or must arrive by it.

    Stops are reached and left on foot, and direct ways are not looked for; otherwise the same as `plan` of a request
    without `timetable_view`. No itinerary leaves later (arrives earlier, if the request is by arrival) with the same
    arrival (departure) and as few transfers.

    Raises
    ------
    RequestError
        If the request is impossible.
    """
    nothing = frozenset[StreetMode]()
    return plan(
        network,
        replace(request, access_modes=WALK, egress_modes=WALK, direct_modes=nothing, timetable_view=False),
    )


def _quickest(asked: Asked, page: Page, direct: Itineraries, direct_costs: Mapping[int, float]) -> Answer:
    """The best of every combination of modes, of the page's window or as wide a one as it takes."""

    def search(day: date) -> tuple[Found, Page]:
        found, searched = _search(asked, page, day, direct_costs)
        return found if asked.request.slow_direct is None else with_overtaken(asked, day, found, searched), searched

    itineraries, page, reason = scheduled(asked, page, search)
    worthwhile = tuple(one for one in itineraries if not _is_beaten_by_walk(one, direct))
    worthwhile = without_worse(worthwhile, direct)
    if itineraries and not worthwhile:
        reason = RoutingError(Reason.WALKING_BETTER_THAN_TRANSIT)
    elif reason is None and not (itineraries or direct) and asked.request.direct_modes:
        reason = RoutingError(Reason.NO_DIRECT_CONNECTION)
    return answer_of(asked, worthwhile, direct, reason, page)


def _for_one_departure(asked: Asked, page: Page, direct: Itineraries) -> Answer:
    """The exact Pareto set in (arrival, transfers), of (departure, transfers) by arrival."""
    walking = replace(asked, request=replace(asked.request, access_modes=WALK, egress_modes=WALK))
    found, page, reason = scheduled(walking, page, lambda day: (_search_at(walking, page, day), page))
    in_order = tuple(sorted(found, key=lambda one: (one.start, one.end, one.transfers)))
    return answer_of(asked, in_order, direct, reason, page)


def _by_way_of(asked: Asked, page: Page) -> Answer:
    """The answer to a request with places on the way."""
    course = course_of(asked)
    if isinstance(course, RoutingError):
        return answer_of(asked, (), (), course, page)
    found, page = itineraries_by(asked, course, page)
    transit = tuple(one for one in found if not one.is_direct)
    direct = tuple(one for one in found if one.is_direct)
    reason = None if transit else RoutingError(why_none(page, is_beaten=bool(direct)))
    return answer_of(asked, transit, direct, reason, page)


def _search(asked: Asked, page: Page, day: date, direct: Mapping[int, float]) -> tuple[Found, Page]:
    """Search the page's window, or wider and wider ones until there is enough.

    Where nothing beats the walk, nothing later will that is waited for as long as the walk takes.
    """
    network, request = asked.network, asked.request
    transit = transit_of(asked, day, backwards=request.arrive_by)
    workspace, timetable = network.workspace(transit, request.max_transfers), network.snapshot.timetable
    found, rows = nothing_found(), list[int]()
    sides: Sides | RoutingError = RoutingError(Reason.NO_TRANSIT_CONNECTION)
    sides_during, floors = approaches_on(network, asked.ground, request, asked.ends, day), Floors(transit)
    for whole, part in windows_from(page, request.arrive_by):
        page = whole
        go_on(request.is_given_up)
        sides = both_sides(sides_during(part))
        if isinstance(sides, RoutingError) and not _has_hours(network):
            break
        if isinstance(sides, RoutingError):
            continue
        pairs = floors.possible(worth_searching(sides, direct, request.max_duration_s))
        span = _span(network, part, day, request.arrive_by)
        found = found.and_then(journeys_between(timetable, transit, pairs, span, request.max_transfers, workspace))
        rows = best_rows(found, _span(network, page, day, request.arrive_by), request.count, direct)
        if _is_enough(found, rows, page, (request.count, direct)):
            break
    if rows:
        return [(found.pairs[int(found.pair[row])], int(found.row[row])) for row in rows], page
    if isinstance(sides, RoutingError):
        return sides, page
    widest = page if page.is_fixed else list(windows_from(page, request.arrive_by))[-1][0]
    span = _span(network, widest, day, request.arrive_by)
    is_beaten = len(found) > 0 or is_any(transit, sides, span, request.max_transfers, workspace)
    return RoutingError(why_none(page, is_beaten=is_beaten)), page


def _span(network: Network, page: Page, day: date, arrive_by: bool) -> Span:
    earliest, latest = (seconds_on(moment, day, network.zone) for moment in (page.start, page.end))
    return Span(earliest, latest, arrive_by)


def _is_enough(found: Candidates, rows: Sequence[int], page: Page, wanted: tuple[int, Mapping[int, float]]) -> bool:
    """Whether what a wider page would add is not worth waiting for."""
    (count, direct), length = wanted, page.end - page.start
    if not rows:
        return direct.get(0, math.inf) <= DEFAULT_WEIGHTS.wait_to_leave * length.total_seconds()
    is_long = any(found.arrival[row] - found.departure[row] > LONG_S for row in rows)
    return len(rows) >= count and not (is_long and length < LOOKED_AHEAD)


def _search_at(asked: Asked, page: Page, day: date) -> Found:
    """Search for one departure, or one arrival."""
    network, request = asked.network, asked.request
    sides = both_sides(approaches_on(network, asked.ground, request, asked.ends, day)(page))
    if isinstance(sides, RoutingError):
        return sides
    forward, mirrored = (transit_of(asked, day, backwards=turned) for turned in (False, True))
    transits = (mirrored, forward) if request.arrive_by else (forward, mirrored)
    workspace = network.workspace(forward, request.max_transfers)
    moment = seconds_on(page.start, day, network.zone)
    (access,), (egress,) = sides
    found = journeys_at(transits, (access, egress), moment, request.max_transfers, workspace)
    return found or RoutingError(Reason.NO_TRANSIT_CONNECTION)


def _has_hours(network: Network) -> bool:
    """Whether a stop that is out of reach now may be within reach later."""
    side = network.snapshot.street_side
    return bool(network.snapshot.flex) or (side is not None and bool(side.streets.opening))


def _is_beaten_by_walk(itinerary: Itinerary, direct: Itineraries) -> bool:
    walks = [one for one in direct if all(isinstance(leg, StreetLeg) and leg.mode is Mode.WALK for leg in one.legs)]
    return any(walk.duration_s <= itinerary.duration_s for walk in walks)
