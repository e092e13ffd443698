"""Ids by which an itinerary is computed again: what it is made of, packed into a word.

The timetable decides anew when the rides run; walks and rides along the streets keep their length and move with them.
"""

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np

from api.errors import NotOfferedError, UnknownPlaceError
from planner.access import Means, Ways
from planner.board import trip_on
from planner.ends import end_of
from planner.errors import RequestError
from planner.flex import Rejection
from planner.itineraries import complete
from planner.journeys import Options
from planner.model import FlexLeg, Itinerary, Leg, Mode, Place, RentalLeg, TransitLeg, mode_of
from planner.network import Network
from planner.reasons import InputField, RoutingError
from planner.request import Coordinate, StreetMode
from planner.rides import Ride
from planner.street_legs import Spot, StreetLegs
from planner.timetable import NONE

FIELD = "itineraryId"
LONGEST_ID, LONGEST_TEXT, MOST_LEGS = 6000, 60_000, 64
WINDOW_BITS, MEMORY_LEVEL = 13, 6
"""Of zlib's: as much as some kilobytes of text need; it would else get a quarter of a megabyte ready for every id."""


@dataclass(frozen=True, slots=True)
class KeptLeg:
    """What a leg is computed again from; `vehicle` is (system, form factor) of a rental, times are POSIX."""

    mode: Mode
    start: int
    end: int
    origin: Place
    destination: Place
    trip_id: str = ""
    service_date: date | None = None
    vehicle: tuple[str, str] | None = None
    stays_seated: bool = False


def itinerary_id(itinerary: Itinerary) -> str:
    """Name of `itinerary` that `refreshed` understands."""
    packing = zlib.compressobj(9, wbits=WINDOW_BITS, memLevel=MEMORY_LEVEL)
    packed = packing.compress(msgspec.json.encode([_kept(leg) for leg in itinerary.legs])) + packing.flush()
    return urlsafe_b64encode(packed).decode().rstrip("=")


def kept_legs(text: str) -> list[KeptLeg]:
    """Legs of the itinerary that `text` names.

    Raises
    ------
    RequestError
        It is no id of ours.
    """
    try:
        if len(text) > LONGEST_ID:
            raise ValueError
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        legs = msgspec.json.decode(zlib.decompressobj().decompress(packed, LONGEST_TEXT), type=list[KeptLeg])
    except (ValueError, binascii.Error, zlib.error, msgspec.DecodeError) as error:
        raise RequestError(FIELD, f"{FIELD}={text[:20]}…: this is no itinerary of this server.") from error
    if not 0 < len(legs) <= MOST_LEGS:
        raise RequestError(FIELD, f"{FIELD}={text[:20]}…: this is no itinerary of this server.")
    return legs


def refreshed(network: Network, legs: Sequence[KeptLeg], writer: StreetLegs) -> Itinerary:
    """The same itinerary as it is possible now.

    Raises
    ------
    UnknownPlaceError
        A trip, a stop or a port is no more.
    NotOfferedError
        A connection no longer holds.
    """
    rides = {row: _ride(network, leg, writer.languages) for row, leg in enumerate(legs) if leg.service_date is not None}
    first = next(iter(rides), None)
    late = timedelta(0) if first is None else rides[first].start - _moment(legs[first].start)
    found: list[Leg] = []
    new: Leg
    for row, leg in enumerate(legs):
        new = rides[row] if row in rides else _street_leg(network, leg, late, writer)
        if row in rides:
            late = new.end - _moment(leg.end)
        if found and new.start < found[-1].end:
            missed = f"{new.start:%H:%M} at {new.origin.name} is before the arrival there at {found[-1].end:%H:%M}"
            raise NotOfferedError(FIELD, f"{FIELD}: a connection no longer holds: {missed}.")
        found.append(new)
    seated = sum(ride.stays_seated for ride in rides.values())
    return complete(network, found, max(0, len(rides) - seated - 1))


def _kept(leg: Leg) -> KeptLeg:
    what = mode_of(leg), int(leg.start.timestamp()), int(leg.end.timestamp()), leg.origin, leg.destination
    match leg:
        case TransitLeg():
            return KeptLeg(*what, leg.trip_id, leg.service_date, stays_seated=leg.stays_seated)
        case FlexLeg():
            return KeptLeg(*what, leg.trip_id)
        case RentalLeg():
            return KeptLeg(*what, vehicle=(leg.system_id, leg.form_factor.value))
        case _:
            return KeptLeg(*what)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _ride(network: Network, leg: KeptLeg, languages: tuple[str, ...]) -> TransitLeg:
    """The ride between the same stops at the calls nearest in time to those it was planned with."""
    timetable = network.snapshot.timetable
    day = leg.service_date
    trip = None if day is None else trip_on(timetable, leg.trip_id, day)
    if trip is None or day is None:
        raise UnknownPlaceError(FIELD, f"{FIELD}: the trip {leg.trip_id} does not run on {day} any more.")
    first, last = (int(timetable.patterns.first[timetable.trips.pattern[trip] + end]) for end in (0, 1))
    ids = [timetable.stops.ids[stop] for stop in timetable.patterns.stop[first:last].tolist()]
    boards = [at for at, stop in enumerate(ids) if stop == leg.origin.stop_id]
    pairs = [(a, b) for a in boards for b in range(a + 1, len(ids)) if ids[b] == leg.destination.stop_id]
    if not pairs:
        way = f"from {leg.origin.name} to {leg.destination.name}"
        raise UnknownPlaceError(FIELD, f"{FIELD}: the trip {leg.trip_id} does not go {way} any more.")
    rides = [network.rides.leg(Ride(trip, day, *pair, leg.stays_seated), languages) for pair in pairs]
    start, end = _moment(leg.start), _moment(leg.end)
    ride = min(rides, key=lambda one: abs(one.start - start) + abs(one.end - end))
    planned = ride.scheduled_start or start, ride.scheduled_end or end
    if planned == (ride.start, ride.end):
        return ride
    return replace(ride, scheduled_start=planned[0], scheduled_end=planned[1])


def _street_leg(network: Network, leg: KeptLeg, late: timedelta, writer: StreetLegs) -> Leg:
    start = (_moment(leg.start) + late).astimezone(network.zone)
    spots = _spot(network, leg.origin, writer), _spot(network, leg.destination, writer)
    seconds = leg.end - leg.start
    if leg.mode is Mode.WALK:
        return writer.walk_between(spots, start, seconds, None)
    means, ports = _means(network, leg)
    parts = np.array([[0, seconds, 0]], np.int32)
    pickup, dropoff = (np.array([row], np.int32) for row in ports)
    written = writer.legs(
        Ways(means, Options.of([0], [seconds]), parts, pickup, dropoff), 0, spots, start, start.date()
    )
    if isinstance(written, Rejection):
        raise NotOfferedError(FIELD, f"{FIELD}: the operator does not offer the ride any more.")
    return written[0]


def _spot(network: Network, place: Place, writer: StreetLegs) -> Spot:
    if place.stop_id is not None and place.stop_id in network.stop_index:
        return writer.stop(network.stop_index[place.stop_id])
    end = end_of(network, Coordinate(place.lat, place.lon, place.level, place.name), InputField.FROM, writer.languages)
    if isinstance(end, RoutingError):
        raise UnknownPlaceError(FIELD, f"{FIELD}: {place.name} lies outside of this network.")
    return writer.end(end)._replace(place=place)


def _means(network: Network, leg: KeptLeg) -> tuple[Means, tuple[int, int]]:
    """What is ridden, and the ports between which, as `planner.means` counts them; past them come ends and stops."""
    side, n_stops = network.snapshot.street_side, len(network.snapshot.timetable.stops)
    if side is None:
        raise UnknownPlaceError(FIELD, f"{FIELD}: this network has no streets.")
    if leg.mode is Mode.FLEX:
        flex = next((row for row, trip in enumerate(network.snapshot.flex) if trip.id == leg.trip_id), NONE)
        if flex == NONE:
            raise UnknownPlaceError(FIELD, f"{FIELD}: the demand bus {leg.trip_id} does not run any more.")
        return Means(StreetMode.FLEX, flex=flex, areas=(0, 0)), (n_stops, n_stops)
    if leg.mode is not Mode.RENTAL:
        return Means(StreetMode(leg.mode)), (NONE, NONE)
    n_ports, wanted = len(side.ports["foot"]), leg.vehicle or ("", "")
    pickup = _port(network, wanted[0], leg.origin)
    dropoff = _port(network, wanted[0], leg.destination)
    for row, rental in enumerate(network.rentals):
        system = network.snapshot.sharing[rental.system]
        kind = system.id, rental.vehicle_type.form_factor.value
        ends = dropoff in rental.dropoff or rental.may_end_at(system, leg.destination.lat, leg.destination.lon)
        if kind == wanted and pickup in rental.pickup and ends:
            return Means(rental.mode, rental=row), (pickup, n_ports + n_stops if dropoff == NONE else dropoff)
    told = f"nothing can be taken from {leg.origin.name} to {leg.destination.name} now"
    raise NotOfferedError(FIELD, f"{FIELD}: {told}.")


def _port(network: Network, system_id: str, place: Place) -> int:
    """Row of a port or of a vehicle that stands alone, NONE where the ride ends at no port."""
    base = 0
    for system in network.snapshot.sharing:
        ids = [one.id for one in system.stations] + [one.id for one in system.vehicles]
        if system.id == system_id and place.station_id in ids:
            return base + ids.index(place.station_id)
        base += len(ids)
    return NONE
