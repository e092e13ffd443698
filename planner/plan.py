"""Plan a journey from door to door: every combination of modes, exactly, and of each the best."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from planner.access import End, Ground
from planner.approach import Sides, approaches_on
from planner.asked import Asked, is_one_place, transit_of, walk_ms, windows_from
from planner.cursors import Page, cursors_around, page_of
from planner.direct import direct_itineraries
from planner.ends import end_of
from planner.errors import GivenUpError, RequestError
from planner.flex import Quote, Rejection
from planner.itineraries import itinerary_of
from planner.journey_search import Candidates, Pair, Span, is_any, journeys_at, journeys_between, nothing_found
from planner.model import Answer, Itinerary, Mode, Place, StreetLeg
from planner.network import Network
from planner.profiles import bicycle, foot, wheelchair
from planner.ranking import DEFAULT_WEIGHTS, best_rows, without_worse, worth_searching
from planner.reasons import InputField, Reason, RoutingError
from planner.request import LONGEST_STAY_S, PlanRequest, StreetMode
from planner.service_day import seconds_on
from planner.street_legs import StreetLegs
from planner.via import course_of, itineraries_by

LONG_S, LOOKED_AHEAD = 3 * 3600, timedelta(hours=8)
"""A journey that takes longer may be one that waits for the morning: what leaves so much later is looked at too."""

WHEELCHAIR_MODES = frozenset({StreetMode.WALK, StreetMode.FLEX, StreetMode.TAXI})
"""What a person who cannot leave a wheelchair may use."""


MOST_TRANSFERS = 64
"""Memory for a search grows with the changes allowed."""

MOST_VIAS = 8

FIRST_YEAR, LAST_YEAR = 1900, 2200

Found = list[tuple[Pair, int]] | RoutingError
"""Journeys as rows of a pair's, or why there are none."""


def plan(network: Network, request: PlanRequest, quote: Quote | None = None) -> Answer:
    """Find itineraries from `request.origin` to `request.destination`.

    Parameters
    ----------
    quote : callable or None
        Asks the operator of a demand bus for an offer; without it the feed's windows and durations hold.

    Returns
    -------
    Answer
        With a reason where there is no itinerary by scheduled transport.

    Raises
    ------
    RequestError
        If the request is impossible.
    GivenUpError
        If `request.is_given_up` says so.
    """
    request = _checked(request)
    network = network.in_mode(request.realtime, request.now).avoiding(request.avoid)
    page = page_of(request)
    asked = _asked(network, request, page, quote)
    if isinstance(asked, Answer):
        return asked
    if request.via:
        return _by_way_of(asked, page)
    if is_one_place(asked.ends):
        return _answer(network, _places(asked.ends), ((), ()), _already_there(asked.ends), page)
    direct, direct_costs = direct_itineraries(network, asked.ground, asked.writer, request, asked.ends, page)
    itineraries, page, reason = _scheduled(asked, page, lambda day: _search(asked, page, day, direct_costs))
    worthwhile = tuple(one for one in itineraries if not _is_beaten_by_walk(one, direct))
    worthwhile = without_worse(worthwhile, direct)
    if itineraries and not worthwhile:
        reason = RoutingError(Reason.WALKING_BETTER_THAN_TRANSIT)
    elif reason is None and not (itineraries or direct) and request.direct_modes:
        reason = RoutingError(Reason.NO_DIRECT_CONNECTION)
    return _answer(network, _places(asked.ends), (worthwhile, direct), reason, page)


def plan_at(network: Network, request: PlanRequest) -> Answer:
    """Find every itinerary worth taking for who leaves at `request.time` or later, or must arrive by it.

    Stops are reached and left on foot. No itinerary leaves later (arrives earlier, if the request is by arrival) with
    the same arrival (departure) and as few transfers.

    Returns
    -------
    Answer
        The exact Pareto set in (arrival, transfers), of (departure, transfers) if the request is by arrival, in order
        of departure, arrival and transfers; direct ways are not looked for.

    Raises
    ------
    RequestError
        If the request is impossible.
    """
    return plan_with(network, request, _search_at)


def plan_with(
    network: Network, request: PlanRequest, search: Callable[[Asked, Page, date], Found], *, on_foot: bool = True
) -> Answer:
    """The answer of another search for who leaves at (arrives by) `request.time`, to and from stops `on_foot`.

    Raises
    ------
    RequestError
        If the request is impossible.
    """
    walk = frozenset({StreetMode.WALK})
    request = _checked(replace(request, access_modes=walk, egress_modes=walk) if on_foot else request)
    network = network.in_mode(request.realtime, request.now).avoiding(request.avoid)
    page = Page(request.time, request.time, is_fixed=True)
    asked = _asked(network, request, page, None)
    if isinstance(asked, Answer):
        return asked
    if is_one_place(asked.ends):
        return _answer(network, _places(asked.ends), ((), ()), _already_there(asked.ends), page)
    itineraries, page, reason = _scheduled(asked, page, lambda day: (search(asked, page, day), page))
    in_order = tuple(sorted(itineraries, key=lambda one: (one.start, one.end, one.transfers)))
    return _answer(network, _places(asked.ends), (in_order, ()), reason, page)


def _by_way_of(asked: Asked, page: Page) -> Answer:
    """The answer to a request with places on the way."""
    course = course_of(asked)
    if isinstance(course, RoutingError):
        return _answer(asked.network, _places(asked.ends), ((), ()), course, page)
    found, page = itineraries_by(asked, course, page)
    transit = tuple(one for one in found if not one.is_direct)
    direct = tuple(one for one in found if one.is_direct)
    reason = None if transit else RoutingError(_why_none(page, is_beaten=bool(direct)))
    return _answer(asked.network, _places(asked.ends), (transit, direct), reason, page)


def _checked(request: PlanRequest) -> PlanRequest:
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
    request = _less_direct(request)
    if not request.wheelchair:
        return request
    return replace(
        request,
        access_modes=request.access_modes & WHEELCHAIR_MODES,
        egress_modes=request.egress_modes & WHEELCHAIR_MODES,
        direct_modes=request.direct_modes & WHEELCHAIR_MODES,
    )


def _less_direct(request: PlanRequest) -> PlanRequest:
    """The request with direct ways no longer than the whole may be, and without any where stops are to be passed."""
    if len(request.through) > MOST_VIAS or (request.through and request.via):
        raise RequestError("via", f"at most {MOST_VIAS} stops to pass, and none beside places on the way")
    if request.through:
        request = replace(request, direct_modes=frozenset())
    if request.max_duration_s is None:
        return request
    return replace(request, max_direct_s=min(request.max_direct_s, request.max_duration_s))


def _asked(network: Network, request: PlanRequest, page: Page, quote: Quote | None) -> Asked | Answer:
    """What the steps share, or the answer already where an end is nowhere."""
    origin = end_of(network, request.origin, InputField.FROM, request.languages)
    destination = end_of(network, request.destination, InputField.TO, request.languages)
    for end in (origin, destination):
        if isinstance(end, RoutingError):
            return _answer(network, (_place(origin), _place(destination)), ((), ()), end, page)
    assert isinstance(origin, End)
    assert isinstance(destination, End)
    side = network.snapshot.street_side
    walk = (wheelchair if request.wheelchair else foot)(walk_ms(request))
    bike = bicycle(request.bike_speed_ms)
    ground = Ground(side, walk, bike, cache(network.street_search), cache(network.hops)) if side else None
    return Asked(network, request, (origin, destination), ground, StreetLegs(network, ground, request.languages, quote))


def _scheduled(
    asked: Asked, page: Page, search: Callable[[date], tuple[Found, Page]]
) -> tuple[tuple[Itinerary, ...], Page, RoutingError | None]:
    """Itineraries with scheduled transport, the page they are of, and why there are none."""
    network, request = asked.network, asked.request
    day = (page.end if request.arrive_by else page.start).astimezone(network.zone).date()
    validity = network.snapshot.timetable.validity
    if validity is None or not validity[0] <= day <= validity[1] + timedelta(days=1):
        return (), page, RoutingError(Reason.OUTSIDE_SERVICE_PERIOD, InputField.DATE_TIME, _period(validity))
    if not request.count or not request.transit_modes:
        return (), page, None
    found, page = search(day)
    if isinstance(found, RoutingError):
        return (), page, found
    forward = transit_of(asked, day, backwards=False)
    written = (itinerary_of(network, asked.writer, forward, one, asked.ends, day) for one in found)
    itineraries = tuple(one for one in written if not isinstance(one, Rejection))
    return itineraries, page, None if itineraries else RoutingError(_why_none(page, is_beaten=False))


def _search(asked: Asked, page: Page, day: date, direct: dict[int, float]) -> tuple[Found, Page]:
    """Search the page's window, or wider and wider ones until there is enough.

    Where nothing beats the walk, nothing later will that is waited for as long as the walk takes.
    """
    network, request = asked.network, asked.request
    transit = transit_of(asked, day, backwards=request.arrive_by)
    workspace, timetable = network.workspace(transit, request.max_transfers), network.snapshot.timetable
    found, rows = nothing_found(), list[int]()
    sides: Sides | RoutingError = RoutingError(Reason.NO_TRANSIT_CONNECTION)
    sides_during = approaches_on(network, asked.ground, request, asked.ends, day)
    for whole, part in windows_from(page, request.arrive_by):
        page = whole
        if request.is_given_up is not None and request.is_given_up():
            raise GivenUpError("Nobody waits for this answer any longer.")
        sides = both_sides(sides_during(part))
        if isinstance(sides, RoutingError) and not _has_hours(network):
            break
        if isinstance(sides, RoutingError):
            continue
        pairs = worth_searching(sides, direct, request.max_duration_s)
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
    return RoutingError(_why_none(page, is_beaten=is_beaten)), page


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


def _why_none(page: Page, *, is_beaten: bool) -> Reason:
    if is_beaten:
        return Reason.WALKING_BETTER_THAN_TRANSIT
    return Reason.NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW if page.is_fixed else Reason.NO_TRANSIT_CONNECTION


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


def both_sides(sides: Sides) -> Sides | RoutingError:
    """Both, unless one is empty."""
    for side, field in zip(sides, (InputField.FROM, InputField.TO), strict=True):
        if not side:
            return RoutingError(Reason.NO_STOPS_IN_RANGE, field)
    return sides


def _has_hours(network: Network) -> bool:
    """Whether a stop that is out of reach now may be within reach later."""
    side = network.snapshot.street_side
    return bool(network.snapshot.flex) or (side is not None and bool(side.streets.opening))


def _is_beaten_by_walk(itinerary: Itinerary, direct: tuple[Itinerary, ...]) -> bool:
    walks = [one for one in direct if all(isinstance(leg, StreetLeg) and leg.mode is Mode.WALK for leg in one.legs)]
    return any(walk.duration_s <= itinerary.duration_s for walk in walks)


def _already_there(ends: tuple[End, End]) -> RoutingError:
    return RoutingError(Reason.WALKING_BETTER_THAN_TRANSIT, details={"already_at": ends[0].place.name})


def _period(validity: tuple[date, date] | None) -> dict[str, str]:
    return {} if validity is None else {"first": validity[0].isoformat(), "last": validity[1].isoformat()}


def _places(ends: tuple[End, End]) -> tuple[Place, Place]:
    return ends[0].place, ends[1].place


def _place(end: End | RoutingError) -> Place:
    return end.place if isinstance(end, End) else Place(end.details.get("location", ""), 0.0, 0.0)


def _answer(
    network: Network,
    places: tuple[Place, Place],
    itineraries: tuple[tuple[Itinerary, ...], tuple[Itinerary, ...]],
    reason: RoutingError | None,
    page: Page,
) -> Answer:
    earlier, later = cursors_around(page)
    stale = network.reported.stale if network.reported is not None else ()
    return Answer(*places, *itineraries, reason, earlier, later, network.manifest.snapshot, stale)
