"""Questions that can be asked: what is impossible in one, or contradicts itself, is refused in a sentence."""

from collections.abc import Iterator
from dataclasses import replace

from planner.errors import RequestError
from planner.request import LONGEST_STAY_S, PlanRequest, Preferred, StreetMode

WHEELCHAIR_MODES = frozenset({StreetMode.WALK, StreetMode.FLEX, StreetMode.TAXI, StreetMode.CAR_DROPOFF})
"""What a person who cannot leave a wheelchair may use."""

MOST_TRANSFERS = 64
"""Memory for a search grows with the changes allowed."""

MOST_VIAS, MOST_PASSENGERS, MOST_RADIUS_M = 8, 100, 10_000

MOST_SLACK_S, MOST_SLACK_TRANSFERS = 4 * 3600, 8
"""Searches by what is preferred take longer the farther they look."""

LONGEST_WALK_S = 6 * 3600
"""A longer limit is none."""

FIRST_YEAR, LAST_YEAR = 1900, 2200


def checked(request: PlanRequest) -> PlanRequest:
    """The request with what it asks for in vain left out.

    Raises
    ------
    RequestError
        It cannot be asked.
    """
    if request.time.tzinfo is None:
        raise RequestError("time", f"the time {request.time:%Y-%m-%d %H:%M} names no time zone")
    if not FIRST_YEAR <= request.time.year <= LAST_YEAR:
        raise RequestError("time", f"the year {request.time.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    if not 0 <= request.max_transfers <= MOST_TRANSFERS:
        raise RequestError("maxTransfers", f"{request.max_transfers} transfers are not between 0 and {MOST_TRANSFERS}")
    for field, value in (("pedestrianSpeed", request.walk_speed_ms), ("cyclingSpeed", request.bike_speed_ms)):
        if not 0.2 <= value <= 20:
            raise RequestError(field, f"a speed of {value} m/s is not between 0.2 and 20")
    if len(request.via) > MOST_VIAS or any(not 0 <= via.stay_s <= LONGEST_STAY_S for via in request.via):
        raise RequestError("via", f"at most {MOST_VIAS} places on the way, with stays of 0 to 24 hours")
    _check_limits(request)
    for field, why in _contradictions(request):
        raise RequestError(field, why)
    return _on_wheels(_less_direct(request))


def _check_limits(request: PlanRequest) -> None:
    slack = request.slack
    if not 0 <= slack.seconds <= MOST_SLACK_S or not 0 <= slack.transfers <= MOST_SLACK_TRANSFERS:
        told = f"a slack of {slack.seconds} s and {slack.transfers} changes is not within {MOST_SLACK_S} s and "
        raise RequestError("slack", f"{told}{MOST_SLACK_TRANSFERS} changes")
    if request.max_walk_s is not None and not 0 <= request.max_walk_s <= LONGEST_WALK_S:
        raise RequestError("maxWalk", f"a longest walk of {request.max_walk_s} s is not between 0 and {LONGEST_WALK_S}")
    if not 1 <= request.passengers <= MOST_PASSENGERS:
        raise RequestError("passengers", f"{request.passengers} passengers are not between 1 and {MOST_PASSENGERS}")
    if request.radius_m is not None and not 0 <= request.radius_m <= MOST_RADIUS_M:
        raise RequestError("radius", f"a radius of {request.radius_m} m is not between 0 and {MOST_RADIUS_M}")
    if request.max_price is not None and request.max_price < 0:
        raise RequestError("maxPrice", f"a highest price of {request.max_price:g} is below 0")


def _contradictions(request: PlanRequest) -> Iterator[tuple[str, str]]:
    """What cannot be asked together, and why."""
    if len(request.through) > MOST_VIAS or (request.through and request.via):
        yield "via", f"at most {MOST_VIAS} stops to pass, and none beside places on the way"
    if request.via and request.has_wish:
        yield "via", "a way by places with a stay is put together by arrival and changes: ask its parts one by one"
    if request.max_price is not None and request.prefer not in {None, Preferred.PRICE}:
        told = f"a highest price of {request.max_price:g} does not go with a preference for {request.prefer}"
        yield "maxPrice", told
    if request.slow_direct is not None and (request.via or request.through or _is_one_or_wish(request)):
        yield "slowDirect", "rides that others overtake are told beside the quickest of a window, and of nothing else"
    if request.is_one_departure and request.max_duration_s is not None:
        yield "maxTravelTime", "a longest travel time is kept by searches of a window, not of one departure"
    if not request.timetable_view and (request.via or request.cursor):
        yield "timetableView", "one departure has no pages, and no places with a stay on its way"


def _is_one_or_wish(request: PlanRequest) -> bool:
    return request.is_one_departure or request.has_wish


def _less_direct(request: PlanRequest) -> PlanRequest:
    """The request with direct ways no longer than the whole may be, and without any where stops are to be passed."""
    if request.through:
        request = replace(request, direct_modes=frozenset())
    if request.max_duration_s is None:
        return request
    return replace(request, max_direct_s=min(request.max_direct_s, request.max_duration_s))


def _on_wheels(request: PlanRequest) -> PlanRequest:
    if not request.wheelchair:
        return request
    return replace(
        request,
        access_modes=request.access_modes & WHEELCHAIR_MODES,
        egress_modes=request.egress_modes & WHEELCHAIR_MODES,
        direct_modes=request.direct_modes & WHEELCHAIR_MODES,
    )
