"""`/api/mcp`: an assistant plans trips through the Model Context Protocol.

References
----------
Model Context Protocol specification, streamable HTTP transport.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings

from api.cli_wishes import in_order
from api.crowd_words import advice_lines, crowd_lines
from api.messages import catalogue
from api.motis_answer import utc
from api.served import City, Served
from api.times import moment_of
from planner.board import Wanted, next_calls, stops_around
from planner.crowd_plan import with_crowds
from planner.delays import USUAL
from planner.errors import KaitekiError, RequestError
from planner.geocoding import Ambiguous, Resolved, resolve, search
from planner.model import Itinerary, Leg, TransitLeg, mode_of
from planner.plan import plan
from planner.request import Coordinate, Location, PlanRequest, Preferred, StreetMode
from planner.rides import Ride

MOST_FOUND = 10
SHARED = frozenset({StreetMode.WALK, StreetMode.RENTAL_BICYCLE, StreetMode.FLEX})
SAID = (
    "Plans journeys from door to door in one city. Times are local unless they carry an offset. "
    "Every answer names the sources whose licence asks for it; repeat that to the user."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one would rather: what decides, the longest walk in all, the highest price."""

    prefer: Preferred | None = None
    max_walk_minutes: int | None = None
    max_price: float | None = None


NO_WISH = Wish()


def assistant(served: Served) -> MCPServer[Any]:
    """A server of tools over what is served."""
    server: MCPServer[Any] = MCPServer(
        "kaiteki", instructions=SAID, version=served.network.manifest.program, log_level="ERROR"
    )

    @server.tool()
    def find_place(text: str, language: str = "ja") -> list[dict[str, Any]]:
        """Places and stops whose name is like the text, best first."""
        found = search(served.city.index, text, limit=MOST_FOUND, language=language)
        return [{"id": one.id, "name": one.name, "lat": one.lat, "lon": one.lon, "kind": one.kind} for one in found]

    @server.tool()
    def plan_trip(
        origin: str, destination: str, time: str = "", arrive_by: bool = False, wheelchair: bool = False,
        language: str = "ja", wish: Wish = NO_WISH,
    ) -> dict[str, Any]:  # fmt: skip
        """Journeys between two places (name, id or `lat,lon`), departing at or arriving by `time` (default: now).

        A `wish` names what decides, and how long one walks or how much one pays at most.
        """
        with _plainly():
            return planned(served, (origin, destination), time, arrive_by, wheelchair, language, wish)

    @server.tool()
    def departures(stop: str, time: str = "", language: str = "ja") -> list[dict[str, Any]]:
        """What leaves from a stop (name or id) next, from `time` on (default: now)."""
        city, now = served.city, datetime.now(UTC)
        with _plainly():
            moment = moment_of(time, city.network.zone, now, "time") if time else now
            return _departures(city, located(city, stop, "stop"), moment, language)

    return server


def planned(
    served: Served, names: tuple[str, str], time: str, arrive_by: bool, wheelchair: bool, language: str, wish: Wish
) -> dict[str, Any]:
    """What `plan_trip` answers."""
    city, now = served.city, datetime.now(UTC)
    moment = moment_of(time, city.network.zone, now, "time") if time else now.astimezone(city.network.zone)
    ends = located(city, names[0], "origin"), located(city, names[1], "destination")
    request = PlanRequest(
        *ends, moment, arrive_by=arrive_by, wheelchair=wheelchair, direct_modes=SHARED, languages=(language,),
        now=min(now, moment), prefer=wish.prefer, max_price=wish.max_price,
        max_walk_s=None if wish.max_walk_minutes is None else 60 * wish.max_walk_minutes,
    )  # fmt: skip
    network, words = city.network, catalogue(language)
    answer = with_crowds(network, request, plan(network, request, served.quote), network.snapshot.crowds)
    every = (*answer.itineraries, *answer.direct)
    found = in_order(answer, request, USUAL) if request.has_wish else sorted(every, key=lambda one: one.end)
    return {
        "journeys": [_told(one) | {"crowds": crowd_lines(words, one)} for one in found[:MOST_FOUND]],
        "advice": advice_lines(words, answer),
        "reason": None if answer.reason is None else answer.reason.code,
        "sources": city.credits,
        "remark": city.network.manifest.remark,
    }


@contextmanager
def _plainly() -> Iterator[None]:
    """Tell the assistant what is wrong with its question in the words a person gets."""
    try:
        yield
    except KaitekiError as error:
        raise ToolError(str(error)) from error


def mounted(server: MCPServer[Any]) -> Any:
    """The tools as an application; sessions are not kept, so that any process can answer."""
    # What is told here is open to everyone who reaches the port: a page made to look local learns nothing more.
    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server.streamable_http_app(
        streamable_http_path="/api/mcp", json_response=True, stateless_http=True, transport_security=security
    )


def located(city: City, text: str, field: str) -> Location:
    """The one place a text means.

    Raises
    ------
    RequestError
        It means none, or several.
    """
    found = resolve(city.index, text, city.network.snapshot.timetable.stops.ids)
    match found:
        case Resolved():
            return found.location
        case Ambiguous():
            names = ", ".join(one.id for one in found.candidates[:MOST_FOUND])
            raise RequestError(field, f"{field}: several places bear the name {text[:60]}; ids are {names}.")
        case _:
            raise RequestError(field, f"{field}: there is no place {text[:60]}; find_place looks for one.")


def _told(itinerary: Itinerary) -> dict[str, Any]:
    prices = {
        f"{p.rider or 'anyone'}, {p.medium or 'any'}": p.amount for part in itinerary.fare or () for p in part.prices
    }
    price = itinerary.price()
    return {
        "departure": itinerary.start.isoformat(),
        "arrival": itinerary.end.isoformat(),
        "changes": itinerary.transfers,
        "walk_m": round(itinerary.walk_m),
        "co2_g": round(itinerary.co2_g),
        "adult_ic_price": None if price is None else price.amount,
        "prices": prices if len(itinerary.fare or ()) == 1 else None,
        "id": itinerary.id,
        "legs": [_leg(leg) for leg in itinerary.legs],
    }


def _leg(leg: Leg) -> dict[str, Any]:
    told = {
        "mode": str(mode_of(leg)),
        "from": leg.origin.name,
        "to": leg.destination.name,
        "departure": leg.start.isoformat(),
        "arrival": leg.end.isoformat(),
    }
    if isinstance(leg, TransitLeg):
        told |= {"line": leg.route_short_name or leg.route_long_name, "headsign": leg.headsign}
    return told


def _departures(city: City, place: Location, moment: datetime, language: str) -> list[dict[str, Any]]:
    network = city.network
    timetable = network.snapshot.timetable
    if isinstance(place, Coordinate):
        raise RequestError("stop", "stop: this is a place, not a stop; find_place with kind station or stop names one.")
    row = network.stop_index[place.id]
    at = float(timetable.stops.lat[row]), float(timetable.stops.lon[row])
    board = next_calls(timetable, Wanted(stops_around(timetable, row, at)), int(moment.timestamp()), MOST_FOUND)
    found = []
    for call in board.calls:
        leg = network.rides.leg(Ride(call.trip, call.service_date, call.position, call.position + 1), (language,))
        name = leg.route_short_name or leg.route_long_name
        found.append(
            {"departure": utc(leg.start).isoformat(), "line": name, "headsign": leg.headsign, "from": leg.origin.name}
        )
    return found
