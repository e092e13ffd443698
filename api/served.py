"""The network that is served now: live reports replace it while requests go on with the one they began with."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import quote

from api.cli_network import attributions
from api.errors import UnknownPlaceError
from planner.flex import Quote
from planner.geocoding import PlaceIndex, coordinate_of, place_index
from planner.network import Network
from planner.request import Coordinate, Location, StopId
from scenarios.realtime import Polled

LONGEST_THANKS = 2000
"""Octets of thanks in every answer's head; `/kaiteki/v1/feeds` has all of them."""


@dataclass(frozen=True)
class City:
    """A network with what its requests look up, and how well its operation is known."""

    network: Network
    built: datetime
    sources: tuple[Polled, ...] = ()

    @cached_property
    def index(self) -> PlaceIndex:
        """Names of places."""
        return place_index(self.network.snapshot.places)

    @cached_property
    def credits(self) -> list[str]:
        """What the sources' licences ask to be said."""
        return attributions(self.network.manifest)

    @cached_property
    def thanks(self) -> bytes:
        """The same as percent-encoded UTF-8 for a header."""
        said = quote("; ".join(self.credits), safe=" ();,.:/-")
        return (said if len(said) <= LONGEST_THANKS else f"{said[:LONGEST_THANKS].rpartition(';')[0]}; ...").encode()

    @cached_property
    def _place_rows(self) -> dict[str, int]:
        return {place_id: row for row, place_id in enumerate(self.network.snapshot.places.ids)}

    @cached_property
    def _vehicles(self) -> dict[str, Coordinate]:
        systems = self.network.snapshot.sharing
        return {one.id: Coordinate(one.lat, one.lon) for system in systems for one in system.vehicles}

    def locate(self, text: str, field: str) -> Location:
        """Place of a ``lat,lon[,level]``, a stop id, or an id that geocoding or `/rentals` gave.

        Raises
        ------
        UnknownPlaceError
            It is none of these.
        """
        point = coordinate_of(text)
        if point is not None:
            return point
        if text in self.network.stop_index:
            return StopId(text)
        if text in self._place_rows:
            places, row = self.network.snapshot.places, self._place_rows[text]
            return Coordinate(float(places.lat[row]), float(places.lon[row]), None, places.names[row])
        if text in self._vehicles:
            return self._vehicles[text]
        raise UnknownPlaceError(field, f"{field}={text}: there is no such stop in this network.")


class Served:
    """Holds the city as it is now; to serve another state of it is one assignment.

    `quote` asks operators of demand buses that answer at once, if there are any.
    """

    def __init__(self, network: Network, built: datetime | None = None, quote: Quote | None = None) -> None:
        self.city = City(network, built or datetime.now(UTC))
        self.quote = quote

    @property
    def network(self) -> Network:
        """The network now; whoever answers with it keeps it for the whole answer."""
        return self.city.network

    def follow(self, network: Network, sources: tuple[Polled, ...]) -> None:
        """Serve the network as live sources tell it is."""
        before = self.city
        now = City(network, before.built, sources)
        if "index" in before.__dict__:
            now.__dict__["index"] = before.index
        self.city = now
