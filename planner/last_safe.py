"""The last departure after which one still arrives when something goes wrong on the way: 終電 with a margin."""

from dataclasses import replace
from datetime import datetime, timedelta

from planner.errors import RequestError
from planner.model import Answer, Itinerary, TransitLeg
from planner.network import Network
from planner.onward import onward
from planner.plan import plan, plan_at
from planner.reasons import Reason, RoutingError
from planner.request import Coordinate, PlanRequest, StopId

STEP = timedelta(hours=1)
FARTHEST = timedelta(hours=24)
"""How much of the day before the deadline is looked at, an hour at a time."""

NOWHERE = frozenset({Reason.LOCATION_NOT_FOUND, Reason.OUTSIDE_BOUNDS})
NOTHING = RoutingError(Reason.NO_TRANSIT_CONNECTION)

EVERY = 100
"""Journeys looked at in one hour."""


def last_safe(network: Network, request: PlanRequest, margin_s: int) -> Answer:
    """The latest journey that bears a delay, of those worth taking.

    Parameters
    ----------
    request : PlanRequest
        By arrival; its time is the deadline. Who is late still walks no longer in all than `max_walk_s`, but pays what
        it takes to arrive: `max_price` is what the journey as planned costs.
    margin_s : int
        Who leaves so many seconds late, or stands so many seconds late where any of the vehicles is boarded, still
        arrives by the deadline with another one.

    Returns
    -------
    Answer
        One itinerary, none if no journey of the day before the deadline is safe.

    Raises
    ------
    RequestError
        If something else decides too, or places with a stay lie on the way: which are still owed is not known.
    """
    if request.prefer is not None:
        raise RequestError("lastSafe", "the last safe departure is the latest: preferences do not decide")
    if request.via:
        raise RequestError("lastSafe", "a last safe departure by places with a stay is not told: ask its parts")
    late = deadline = request.time
    while True:
        late -= STEP
        seconds = round(STEP.total_seconds()) - 1
        hour = replace(request, time=late, arrive_by=False, window_s=seconds, timetable_view=True, count=EVERY)
        answer = plan(network, hour)
        in_time = [one for one in answer.itineraries if one.end <= deadline and _has_price(one, request)]
        for one in sorted(in_time, key=_preferred, reverse=True):
            if is_safe(network, request, one, margin_s):
                return replace(answer, itineraries=(one,), direct=())
        is_nowhere = answer.reason is not None and answer.reason.code in NOWHERE
        if is_nowhere or late <= deadline - FARTHEST:
            return replace(answer, itineraries=(), direct=(), reason=answer.reason or NOTHING)


def is_safe(network: Network, request: PlanRequest, itinerary: Itinerary, margin_s: int) -> bool:
    """Whether who is `margin_s` late, at the start or at any boarding, still arrives by `request.time`.

    Who leaves late is late at the first boarding, since one leaves no earlier than one must.
    """
    late = timedelta(seconds=margin_s)
    asked = []
    for position, leg in enumerate(itinerary.legs):
        if isinstance(leg, TransitLeg) and not leg.stays_seated:
            place = leg.origin
            at = StopId(place.stop_id) if place.stop_id else Coordinate(place.lat, place.lon)
            asked.append(onward(request, at, leg.start + late, itinerary.legs[:position]))
    return all(any(one.end <= request.time for one in plan_at(network, late_by).itineraries) for late_by in asked)


def _has_price(itinerary: Itinerary, request: PlanRequest) -> bool:
    """Whether it is known to keep the highest price, if there is one; what a plan shows costs no more or is unknown."""
    return request.max_price is None or itinerary.price() is not None


def _preferred(itinerary: Itinerary) -> tuple[datetime, float, int]:
    return itinerary.start, -itinerary.end.timestamp(), -itinerary.transfers
