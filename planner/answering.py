"""From a question to an answer, whatever is searched for: ends found, journeys written down, all put together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from planner.access import End, Ground
from planner.approach import Sides, radii_of
from planner.around import Around
from planner.asked import Asked, transit_of, walk_ms
from planner.cursors import Page, cursors_around, page_of
from planner.ends import end_of
from planner.flex import Quote, Rejection
from planner.itineraries import itinerary_of
from planner.journey_search import Pair
from planner.model import Answer, Itinerary, Place
from planner.network import Network
from planner.profiles import bicycle, foot, wheelchair
from planner.reasons import InputField, Reason, RoutingError
from planner.request import PlanRequest
from planner.street_legs import StreetLegs

Found = list[tuple[Pair, int]] | RoutingError
"""Journeys as rows of a pair's, or why there are none."""

Itineraries = tuple[Itinerary, ...]


def page_asked(request: PlanRequest) -> Page:
    """The stretch of time asked about, at its narrowest; one moment for one departure, or arrival.

    Raises
    ------
    RequestError
        The cursor or the window is none.
    """
    if request.is_one_departure:
        return Page(request.time, request.time, is_fixed=True)
    return page_of(request)


def asked_of(network: Network, request: PlanRequest, page: Page, quote: Quote | None) -> Asked | Answer:
    """What the steps share, or the answer already where an end is nowhere."""
    origin = end_of(network, request.origin, InputField.FROM, request.languages)
    destination = end_of(network, request.destination, InputField.TO, request.languages)
    for end in (origin, destination):
        if isinstance(end, RoutingError):
            return _answer(network, request, (_place(origin), _place(destination)), end, page)
    assert isinstance(origin, End)
    assert isinstance(destination, End)
    side = network.snapshot.street_side
    walk = (wheelchair if request.wheelchair else foot)(walk_ms(request))
    bike = bicycle(request.bike_speed_ms, request.elevation_costs)
    ground = None
    if side is not None:
        kept = cache(network.street_search), cache(network.hops), network.openings
        ground = Ground(side, walk, bike, *kept, Around(side.ports, side.stops, radii_of(network, request)))
    writer = StreetLegs(network, ground, request.languages, _for_party(quote, request))
    return Asked(network, request, (origin, destination), ground, writer)


def _for_party(quote: Quote | None, request: PlanRequest) -> Quote | None:
    """The operator asked for everybody who travels, and as they do."""
    if quote is None:
        return None
    return lambda wish: quote(replace(wish, passengers=request.passengers, wheelchair=request.wheelchair))


def scheduled(
    asked: Asked, page: Page, search: Callable[[date], tuple[Found, Page]]
) -> tuple[Itineraries, Page, RoutingError | None]:
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
    return itineraries, page, None if itineraries else RoutingError(why_none(page, is_beaten=False))


def both_sides(sides: Sides) -> Sides | RoutingError:
    """Both, unless one is empty."""
    for side, field in zip(sides, (InputField.FROM, InputField.TO), strict=True):
        if not side:
            return RoutingError(Reason.NO_STOPS_IN_RANGE, field)
    return sides


def why_none(page: Page, *, is_beaten: bool) -> Reason:
    """Why a search that found no journey, or none as good as a direct way, found none."""
    if is_beaten:
        return Reason.WALKING_BETTER_THAN_TRANSIT
    return Reason.NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW if page.is_fixed else Reason.NO_TRANSIT_CONNECTION


def answer_of(
    asked: Asked, itineraries: Itineraries, direct: Itineraries, reason: RoutingError | None, page: Page
) -> Answer:
    """What was found, with the pages around it; an answer about one moment has none."""
    places = asked.ends[0].place, asked.ends[1].place
    bare = _answer(asked.network, asked.request, places, reason, page)
    return replace(bare, itineraries=itineraries, direct=direct)


def already_there(asked: Asked, page: Page) -> Answer:
    """The answer where both ends are one place."""
    reason = RoutingError(Reason.WALKING_BETTER_THAN_TRANSIT, details={"already_at": asked.ends[0].place.name})
    return answer_of(asked, (), (), reason, page)


def _period(validity: tuple[date, date] | None) -> dict[str, str]:
    return {} if validity is None else {"first": validity[0].isoformat(), "last": validity[1].isoformat()}


def _place(end: End | RoutingError) -> Place:
    return end.place if isinstance(end, End) else Place(end.details.get("location", ""), 0.0, 0.0)


def _answer(
    network: Network, request: PlanRequest, places: tuple[Place, Place], reason: RoutingError | None, page: Page
) -> Answer:
    earlier, later = ("", "") if request.is_one_departure else cursors_around(page)
    stale = network.reported.stale if network.reported is not None else ()
    return Answer(*places, (), (), reason, earlier, later, network.manifest.snapshot, stale)
