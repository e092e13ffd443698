"""The cheapest journeys within stated bounds: so much later than the soonest, so many more changes than the fewest.

Fares run through changes and do not add up over rides, so the cheapest journey is not among the quickest ones with
their prices: it is searched for (`planner.price_search`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from planner.amounts import amount_of
from planner.answering import Found, Itineraries, answer_of, both_sides, scheduled
from planner.approach import approaches_on
from planner.asked import Asked, transit_of
from planner.csr import offsets
from planner.cursors import Page
from planner.fare_rides import rides_on
from planner.fare_states import FareStates
from planner.fares import price_legs
from planner.journey_search import Pair
from planner.journeys import Journeys, Options
from planner.model import Answer, Itinerary
from planner.price_search import Bound, Priced, PriceSearch, cheapest_between, left_late
from planner.raptor import Transit, Workspace, search_at
from planner.reasons import Reason, RoutingError
from planner.request import PlanRequest, Preferred, StreetMode
from planner.ruled_changes import named_by, with_copies
from planner.service_day import seconds_on


def cheapest(asked: Asked, page: Page, direct: Itineraries) -> Answer:
    """Find the Pareto set in (arrival, transfers, price) of who leaves at `request.time` or later, within its slack.

    By arrival it is that in (departure, transfers, price). The fewest changes are those of any journey in time. Stops
    are reached and left on foot.

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
    if request.rider:
        found, direct = (
            tuple(replace(one, fare=price_legs(fares, one.legs, request.rider)) for one in of) for of in (found, direct)
        )
    if request.max_price is None:
        return answer_of(asked, by_price(found), by_price(direct), reason, page)
    kept, kept_direct = (tuple(one for one in of if _is_affordable(one, request.max_price)) for of in (found, direct))
    least = next((one.price() for one in by_price((*found, *direct))), None)
    if least is not None and least.amount > request.max_price:
        details = {"most": f"{request.max_price:g}", "least": f"{least.amount:g}", "currency": least.currency}
        reason = RoutingError(Reason.NOTHING_AFFORDABLE, details=details)
    return answer_of(asked, by_price(kept), by_price(kept_direct), reason, page)


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
    transits = tuple(transit_of(asked, day, backwards=turned) for turned in (False, True))
    (access, of_access), (egress, of_egress) = (with_copies(transits[0].day, side[0].options) for side in sides)
    moment = seconds_on(page.start, day, network.zone)
    workspace = network.workspace(transits[0], request.max_transfers)
    bound = _bound(request, (transits[0], transits[1]), (access, egress), moment, workspace)
    if bound is None:
        return RoutingError(Reason.NO_TRANSIT_CONNECTION)
    timetable = network.snapshot.timetable
    states = FareStates(network.snapshot.fares, request.rider)
    rides = rides_on(timetable, transits[0].day, day, network.zone, with_calls=states.counts_calls)
    search = PriceSearch(transits[0], timetable.trips.route, access, egress, bound, states, rides, request.is_given_up)
    found = [left_late(search, one) for one in cheapest_between(search, transits[1])]
    pair = Pair(sides[0][0], sides[1][0], named_by(_as_journeys(found), of_access, of_egress))
    return [(pair, row) for row in range(len(found))]


def _bound(
    request: PlanRequest,
    transits: tuple[Transit, Transit],
    ends: tuple[Options, Options],
    moment: int,
    workspace: Workspace,
) -> Bound | None:
    """What the exact search for the soonest arrival (latest departure) allows; None if there is no journey."""
    slack = request.slack
    found = search_at(transits[request.arrive_by], *ends, moment, request.max_transfers, workspace)
    if not len(found):
        return None
    if request.arrive_by:
        start, deadline = int(found.departure.max()) - slack.seconds, moment
        in_time = found.departure >= start
    else:
        start, deadline = moment, int(found.arrival.min()) + slack.seconds
        in_time = found.arrival <= deadline
    fewest = int(found.transfers[in_time].min())
    return Bound(start, deadline, min(request.max_transfers, fewest + slack.transfers) + 1, request.arrive_by)


def _as_journeys(found: Sequence[Priced]) -> Journeys:
    rides = np.array([ride for one in found for ride in one.rides], np.int32).reshape(-1, 3)
    n_rides = np.array([len(one.rides) for one in found], np.int32)
    columns = np.array([(one.departure, one.arrival, one.access, one.egress) for one in found], np.int32).reshape(-1, 4)
    departure, arrival, access, egress = columns.T
    return Journeys(departure, arrival, n_rides - 1, access, egress, offsets(n_rides), *rides.T)
