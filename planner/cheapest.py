"""The cheapest journeys within stated bounds: so much later than the soonest, so many more changes than the fewest.

Fares run through changes and do not add up over rides, so the cheapest journey is not among the quickest ones with
their prices: it is searched for (`planner.price_search`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from planner.amounts import amount_of, keeps_walk
from planner.answering import Found, Itineraries, answer_of, both_sides, scheduled, why_none
from planner.approach import approaches_on
from planner.asked import Asked, transit_of
from planner.criteria import Side, Travel, nothing, search_weighed
from planner.criteria_costs import seconds_on_foot
from planner.csr import offsets
from planner.cursors import Page
from planner.day import DayTimetable
from planner.fare_rides import rides_on
from planner.fare_states import FareStates
from planner.fares import Fares
from planner.fares_passes import price_with_passes
from planner.journey_search import Approach, Pair
from planner.journeys import Journeys
from planner.model import Answer, Itinerary
from planner.pass_states import PassStates
from planner.price_late import left_late
from planner.price_search import Bound, OnFoot, Priced, PriceSearch, cheapest_between
from planner.price_windows import found_within
from planner.raptor import Transit, search_at
from planner.reasons import Reason, RoutingError
from planner.request import PlanRequest, Preferred, StreetMode
from planner.ruled_changes import named_by, with_copies
from planner.service_day import seconds_on
from planner.timetable import Indices


def cheapest(asked: Asked, page: Page, direct: Itineraries) -> Answer:
    """Find the Pareto set in (arrival, transfers, price) of who leaves at `request.time` or later, within its slack.

    By arrival it is that in (departure, transfers, price), in a window that in all four. The fewest changes are those
    of any journey in time. Stops are reached and left on foot.

    Parameters
    ----------
    direct : tuple of Itinerary
        Ways without scheduled transport, shown if they cost no more than `request.max_price`.

    Returns
    -------
    Answer
        Itineraries of known price first, the cheapest first, then those of unknown price, which have a Pareto set of
        their own. Where `request.max_price` leaves none of known price, the reason names the cheapest.
    """
    request, fares = asked.request, asked.network.snapshot.fares
    found, page, reason = scheduled(asked, page, lambda day: (_search(asked, page, day), page))
    if found and not any(keeps_walk(one, request.max_walk_s) for one in found):
        reason = RoutingError(Reason.NO_TRANSIT_CONNECTION)
    found, direct = (tuple(one for one in of if keeps_walk(one, request.max_walk_s)) for of in (found, direct))
    if request.rider or request.passes:
        found, direct = (tuple(_paid_by(one, request, fares) for one in of) for of in (found, direct))
    if request.max_price is None:
        return answer_of(asked, by_price(found), by_price(direct), reason, page)
    kept, kept_direct = (tuple(one for one in of if _is_affordable(one, request.max_price)) for of in (found, direct))
    least = next((one.price() for one in by_price((*found, *direct))), None)
    if least is not None and least.amount > request.max_price:
        details = {"most": f"{request.max_price:g}", "least": f"{least.amount:g}", "currency": least.currency}
        reason = RoutingError(Reason.NOTHING_AFFORDABLE, details=details)
    return answer_of(asked, by_price(kept), by_price(kept_direct), reason, page)


def _paid_by(itinerary: Itinerary, request: PlanRequest, fares: Sequence[Fares]) -> Itinerary:
    return replace(itinerary, fare=price_with_passes(fares, itinerary.legs, request.passes, request.rider))


def by_price(itineraries: Sequence[Itinerary]) -> Itineraries:
    """The cheapest first, those of unknown price last."""
    return tuple(sorted(itineraries, key=lambda one: (amount_of(one, Preferred.PRICE), one.duration_s, one.transfers)))


def _is_affordable(itinerary: Itinerary, most: float) -> bool:
    """Whether it costs no more, or nobody knows what."""
    price = itinerary.price()
    return price is None or price.amount <= most


def _search(asked: Asked, page: Page, day: date) -> Found:
    network, walk = asked.network, frozenset({StreetMode.WALK})
    request = replace(asked.request, access_modes=walk, egress_modes=walk)
    sides = both_sides(approaches_on(network, asked.ground, request, asked.ends, day)(page))
    if isinstance(sides, RoutingError):
        return sides
    forward = transit_of(asked, day, backwards=False)
    (access, of_access), (egress, of_egress) = (_side(forward.day, side[0]) for side in sides)
    found_at = _from_moment(asked, day, (access, egress))
    span = seconds_on(page.start, day, network.zone), seconds_on(page.end, day, network.zone)
    found = found_at(span[0]) if request.is_one_departure else found_within(found_at, span, request.arrive_by)
    longest = math.inf if request.max_duration_s is None else request.max_duration_s
    # In a window what is longer beats nothing that is shorter.
    found = [one for one in found if one.arrival - one.departure <= longest]
    if not found:
        none = Reason.NO_TRANSIT_CONNECTION if request.is_one_departure else why_none(page, is_beaten=False)
        return RoutingError(none)
    pair = Pair(sides[0][0], sides[1][0], named_by(_as_journeys(found), of_access, of_egress))
    return [(pair, row) for row in range(len(found))]


def _side(day: DayTimetable, approach: Approach) -> tuple[Side, Indices]:
    """Ways to or from the stops of the day and their copies, with the rows of the approach they are."""
    options, of = with_copies(day, approach.options)
    return Side(options, np.zeros(len(of), np.int32), approach.walk_s[of]), of


def _from_moment(asked: Asked, day: date, ends: tuple[Side, Side]) -> Callable[[int], list[Priced]]:
    """The search for who leaves at a second of `day` or later, by arrival for who must be there by it."""
    network, request = asked.network, asked.request
    forward, mirrored = (transit_of(asked, day, backwards=turned) for turned in (False, True))
    (access, egress), timetable, fares = ends, network.snapshot.timetable, network.snapshot.fares
    states = PassStates(fares, request.passes, request.rider) if request.passes else FareStates(fares, request.rider)
    rides = rides_on(timetable, forward.day, day, network.zone, with_calls=states.counts_calls)
    quickest, on_foot = _quickest(asked, (forward, mirrored), ends), _on_foot(forward, ends, request.max_walk_s)

    def found_at(moment: int) -> list[Priced]:
        bound = _bound(request, quickest(moment), moment)
        if bound is None:
            return []
        search = PriceSearch(
            forward, timetable.trips.route, access.options, egress.options, bound, states, rides,
            request.is_given_up, on_foot,
        )  # fmt: skip
        return [left_late(search, one) for one in cheapest_between(search, mirrored)]

    return found_at


def _on_foot(forward: Transit, ends: tuple[Side, Side], longest_s: int | None) -> OnFoot | None:
    if longest_s is None:
        return None
    return OnFoot(longest_s, ends[0].walk_s, ends[1].walk_s, seconds_on_foot(forward.day, forward.footpaths))


def _quickest(asked: Asked, transits: tuple[Transit, Transit], ends: tuple[Side, Side]) -> Callable[[int], Journeys]:
    """The exact search for the soonest arrival (latest departure) of those who walk no longer than they can."""
    request = asked.request
    transit, opposite = transits[request.arrive_by], transits[not request.arrive_by]
    (access, egress), most = ends, request.max_transfers
    if request.max_walk_s is None:
        workspace = asked.network.workspace(transits[0], most)
        return lambda moment: search_at(transit, access.options, egress.options, moment, most, workspace)
    on_foot = seconds_on_foot(transit.day, transit.footpaths)
    travel = Travel(transit, opposite, nothing(transit), on_foot, most, request.max_walk_s)
    return lambda moment: search_weighed(travel, access, egress, moment).journeys


def _bound(request: PlanRequest, quickest: Journeys, moment: int) -> Bound | None:
    """What the quickest journeys allow; None if there is none."""
    slack = request.slack
    if not len(quickest):
        return None
    if request.arrive_by:
        start, deadline = int(quickest.departure.max()) - slack.seconds, moment
        in_time = quickest.departure >= start
    else:
        start, deadline = moment, int(quickest.arrival.min()) + slack.seconds
        in_time = quickest.arrival <= deadline
    fewest = int(quickest.transfers[in_time].min())
    return Bound(start, deadline, min(request.max_transfers, fewest + slack.transfers) + 1, request.arrive_by)


def _as_journeys(found: Sequence[Priced]) -> Journeys:
    rides = np.array([ride for one in found for ride in one.rides], np.int32).reshape(-1, 3)
    n_rides = np.array([len(one.rides) for one in found], np.int32)
    columns = np.array([(one.departure, one.arrival, one.access, one.egress) for one in found], np.int32).reshape(-1, 4)
    departure, arrival, access, egress = columns.T
    return Journeys(departure, arrival, n_rides - 1, access, egress, offsets(n_rides), *rides.T)
