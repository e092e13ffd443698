"""Journeys without scheduled transport: on foot, by bicycle, with a rented vehicle, a demand bus, a taxi."""

from planner.access import End, Ground, Ways, Wish
from planner.cursors import Page
from planner.flex import Rejection
from planner.itineraries import complete
from planner.journey_search import KIND_BIT
from planner.means import Clock, searches_of, ways_of
from planner.model import Itinerary
from planner.network import Network
from planner.request import PlanRequest
from planner.service_day import moment_on, seconds_on
from planner.street_legs import StreetLegs

LONGEST_WAIT_S = 2 * 3600
"""Who would have to wait longer for a direct ride (or be there so much too early) does not want it: a choice."""


def direct_itineraries(
    network: Network,
    ground: Ground | None,
    writer: StreetLegs,
    request: PlanRequest,
    ends: tuple[End, End],
    page: Page,
) -> tuple[tuple[Itinerary, ...], dict[int, float]]:
    """The soonest direct journey of each means, for who leaves at the asked time or arrives by it.

    Returns
    -------
    itineraries, costs
        The second as `planner.ranking.best_rows` compares journeys with.
    """
    if ground is None:
        return (), {}
    moment = (page.end if request.arrive_by else page.start).astimezone(network.zone)
    day = moment.date()
    asked = seconds_on(moment, day, network.zone)
    wish = Wish(ends[0], ends[1].links, request.max_direct_s, False, ends[1], request.direct_rentals)
    clock = Clock(day, (asked, asked), request.now)
    searches = searches_of(network, ground, wish, request.direct_modes)
    found: list[Itinerary] = []
    costs: dict[int, float] = {}
    for mode, every in sorted(ways_of(network, ground, searches, clock).items()):
        timed = [
            (start, ways, row)
            for ways in every
            for row in range(len(ways))
            if (start := _start(ways, row, asked, request.arrive_by)) is not None
        ]
        for means in sorted({ways.means for _, ways, _ in timed}):
            own = [one for one in timed if one[1].means == means]
            start, ways, row = min(own, key=lambda one: _order(one[0], one[1], one[2], request.arrive_by))
            legs = writer.legs(
                ways, row, (writer.end(ends[0]), writer.end(ends[1])), moment_on(start, day, network.zone), day
            )
            if not isinstance(legs, Rejection) and legs:
                found.append(complete(network, legs, transfers=0))
                kind = KIND_BIT[mode]
                cost = found[-1].duration_s + float(ways.parts[row, 0] + ways.parts[row, 2])
                costs[kind] = min(cost, costs.get(kind, cost))
    return tuple(found), costs


def _order(start: int, ways: Ways, row: int, arrive_by: bool) -> int:
    return -start if arrive_by else start + int(ways.options.seconds[row])


def _start(ways: Ways, row: int, asked: int, arrive_by: bool) -> int | None:
    """When to begin, None if that is not possible at the asked time."""
    opens, closes, seconds = (
        int(column[row]) for column in (ways.options.opens, ways.options.closes, ways.options.seconds)
    )
    start = min(asked - seconds, closes) if arrive_by else max(asked, opens)
    wait = asked - seconds - start if arrive_by else start - asked
    return start if opens <= start <= closes and wait <= LONGEST_WAIT_S else None
