"""The cheapest journeys within stated bounds: so much later than the soonest, so many more changes than the fewest.

Fares run through changes and do not add up over rides, so the cheapest journey is not among the quickest ones with
their prices: it is searched for (`planner.price_search`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

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
from planner.network import Network
from planner.plan import Found, both_sides, plan, plan_with
from planner.price_search import Bound, Priced, PriceSearch, cheapest_between, left_late
from planner.raptor import Transit, Workspace, search_at
from planner.reasons import Reason, RoutingError
from planner.request import PlanRequest
from planner.ruled_changes import named_by, with_copies
from planner.service_day import seconds_on


@dataclass(frozen=True, slots=True)
class Within:
    """How far a search for the cheapest goes: seconds after the soonest arrival, changes more than the fewest.

    By arrival the seconds are those before the latest departure. The fewest changes are those of any journey in time.
    """

    seconds: int = 1800
    transfers: int = 1


def plan_cheapest(network: Network, request: PlanRequest, within: Within = Within(), rider: str = "") -> Answer:
    """Find the Pareto set in (arrival, transfers, price) of who leaves at `request.time` or later, within bounds.

    By arrival it is that in (departure, transfers, price). Stops are reached and left on foot.

    Parameters
    ----------
    rider : str
        Whose prices count, as in `planner.fares.price_legs`.

    Returns
    -------
    Answer
        Itineraries of known price first, the cheapest first, then those of unknown price, which have a Pareto set of
        their own. Direct ways are those of `plan`.

    Raises
    ------
    RequestError
        If the request is impossible.
    """

    def search(asked: Asked, page: Page, day: date) -> Found:
        return _search(asked, page, day, (within, rider))

    answer = plan_with(network, request, search)
    direct = plan(network, replace(request, count=0)).direct

    def paid(itineraries: Sequence[Itinerary]) -> tuple[Itinerary, ...]:
        fares = network.snapshot.fares
        return tuple(replace(one, fare=price_legs(fares, one.legs, rider)) for one in itineraries)

    if rider:
        return replace(answer, itineraries=by_price(paid(answer.itineraries)), direct=paid(direct))
    return replace(answer, itineraries=by_price(answer.itineraries), direct=direct)


def by_price(itineraries: Sequence[Itinerary]) -> tuple[Itinerary, ...]:
    """The cheapest first, those of unknown price last."""

    def key(one: Itinerary) -> tuple[bool, float, float, int]:
        price = one.price()
        return price is None, 0.0 if price is None else price.amount, one.duration_s, one.transfers

    return tuple(sorted(itineraries, key=key))


def affordable(answer: Answer, most: float) -> Answer:
    """The answer without what costs more than `most`; what nobody knows the price of stays."""

    def kept(itineraries: Sequence[Itinerary]) -> tuple[Itinerary, ...]:
        return tuple(one for one in itineraries if (price := one.price()) is None or price.amount <= most)

    return replace(answer, itineraries=kept(answer.itineraries), direct=kept(answer.direct))


def _search(asked: Asked, page: Page, day: date, wish: tuple[Within, str]) -> Found:
    network, request = asked.network, asked.request
    sides = both_sides(approaches_on(network, asked.ground, request, asked.ends, day)(page))
    if isinstance(sides, RoutingError):
        return sides
    transits = tuple(transit_of(asked, day, backwards=turned) for turned in (False, True))
    (access, of_access), (egress, of_egress) = (with_copies(transits[0].day, side[0].options) for side in sides)
    moment = seconds_on(page.start, day, network.zone)
    workspace = network.workspace(transits[0], request.max_transfers)
    bound = _bound(request, (transits[0], transits[1]), (access, egress), (moment, wish[0]), workspace)
    if bound is None:
        return RoutingError(Reason.NO_TRANSIT_CONNECTION)
    timetable = network.snapshot.timetable
    search = PriceSearch(
        transits[0], timetable.trips.route, access, egress, bound, FareStates(network.snapshot.fares, wish[1]),
        rides_on(timetable, transits[0].day, day, network.zone),
    )  # fmt: skip
    found = [left_late(search, one) for one in cheapest_between(search, transits[1])]
    pair = Pair(sides[0][0], sides[1][0], named_by(_as_journeys(found), of_access, of_egress))
    return [(pair, row) for row in range(len(found))]


def _bound(
    request: PlanRequest,
    transits: tuple[Transit, Transit],
    ends: tuple[Options, Options],
    about: tuple[int, Within],
    workspace: Workspace,
) -> Bound | None:
    """What the exact search for the soonest arrival (latest departure) allows; None if there is no journey."""
    moment, within = about
    found = search_at(transits[request.arrive_by], *ends, moment, request.max_transfers, workspace)
    if not len(found):
        return None
    if request.arrive_by:
        start, deadline = int(found.departure.max()) - within.seconds, moment
        in_time = found.departure >= start
    else:
        start, deadline = moment, int(found.arrival.min()) + within.seconds
        in_time = found.arrival <= deadline
    fewest = int(found.transfers[in_time].min())
    return Bound(start, deadline, min(request.max_transfers, fewest + within.transfers) + 1, request.arrive_by)


def _as_journeys(found: Sequence[Priced]) -> Journeys:
    rides = np.array([ride for one in found for ride in one.rides], np.int32).reshape(-1, 3)
    n_rides = np.array([len(one.rides) for one in found], np.int32)
    columns = np.array([(one.departure, one.arrival, one.access, one.egress) for one in found], np.int32).reshape(-1, 4)
    departure, arrival, access, egress = columns.T
    return Journeys(departure, arrival, n_rides - 1, access, egress, offsets(n_rides), *rides.T)
