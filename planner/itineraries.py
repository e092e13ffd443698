"""From a journey in arrays to an itinerary: legs, price, walking, emissions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from planner.access import End, row_of
from planner.day import segments_of
from planner.emissions import EmissionFactors, co2_g
from planner.fares import price_legs
from planner.flex import Rejection
from planner.footpaths import DAY_S, Footpaths, begins_at
from planner.journey_search import Pair
from planner.model import FlexLeg, Itinerary, Leg, Mode, RentalLeg, StreetLeg, TransitLeg, mode_of
from planner.network import Network
from planner.raptor import Transit
from planner.rides import Ride
from planner.service_day import moment_on
from planner.street_legs import StreetLegs


def itinerary_of(
    network: Network, writer: StreetLegs, transit: Transit, found: tuple[Pair, int], ends: tuple[End, End], day: date
) -> Itinerary | Rejection:
    """Write a journey, a row of a pair's journeys, found on the clock of service day `day`."""
    (pair, row), journeys = found, found[0].journeys
    legs: list[Leg] = []
    access, access_row = row_of(pair.access.ways, int(journeys.access[row]))
    egress, egress_row = row_of(pair.egress.ways, int(journeys.egress[row]))
    ridden = [writer.ride(ride) for ride in rides_of(transit, journeys.rides(row), day)]
    first = writer.stop(int(access.options.stop[access_row]))
    leave = _moment(network, int(journeys.departure[row]), day)
    before = writer.legs(access, access_row, (writer.end(ends[0]), first), leave, day)
    last = writer.stop(int(egress.options.stop[egress_row]))
    leave = _moment(network, int(journeys.arrival[row]) - int(egress.options.seconds[egress_row]), day)
    if network.reported is not None and network.reported.annotates:
        leave += ridden[-1].end - (ridden[-1].scheduled_end or ridden[-1].end)
    after = writer.legs(egress, egress_row, (last, writer.end(ends[1])), leave, day)
    if isinstance(before, Rejection):
        return before
    if isinstance(after, Rejection):
        return after
    legs += before
    for previous, leg in zip([None, *ridden], ridden, strict=False):
        if previous is not None and previous.destination.stop_id != leg.origin.stop_id and not leg.stays_seated:
            legs.append(_change(network, writer, transit.footpaths, previous, leg, day))
        legs.append(leg)
    return complete(network, [*legs, *after], int(journeys.transfers[row]))


def complete(network: Network, legs: Sequence[Leg], transfers: int) -> Itinerary:
    """Add up what a person wants to know of `legs`."""
    walk_m = sum(leg.distance_m for leg in legs if isinstance(leg, StreetLeg) and leg.mode is Mode.WALK)
    fare = price_legs(network.snapshot.fares, legs)
    return Itinerary(
        tuple(legs),
        transfers,
        fare,
        round(walk_m, 1),
        round(co2_g(legs, EmissionFactors(routes=network.manifest.emissions)), 1),
        _id(legs),
    )


def rides_of(transit: Transit, ridden: list[tuple[int, int, int]], day: date) -> list[Ride]:
    """Rides in trips of service days, from lane trips on the clock of `day` and positions boarded and alighted at."""
    rides = []
    for lane_trip, board, alight in ridden:
        for part, segment in enumerate(segments_of(transit.day, lane_trip, board, alight)):
            service_date = day + timedelta(days=segment.day_offset)
            rides.append(Ride(segment.trip, service_date, segment.board, segment.alight, stays_seated=part > 0))
    return rides


def _change(
    network: Network, writer: StreetLegs, footpaths: Footpaths, previous: TransitLeg, leg: TransitLeg, day: date
) -> StreetLeg:
    """The walk between two rides, begun as soon as it is open after alighting."""
    a, b = (network.stop_index[stop or ""] for stop in (previous.destination.stop_id, leg.origin.stop_id))
    alighted = round((previous.end - _moment(network, 0, day)).total_seconds())
    is_ruled = len(network.snapshot.timetable.specific.seconds) > 0
    left = round((leg.start - previous.end).total_seconds()) if is_ruled else None
    start, seconds = walk_between(footpaths, a, b, alighted, left)
    spots = writer.stop(a), writer.stop(b)
    return writer.walk_between(spots, _moment(network, start, day), seconds, start % DAY_S)


def walk_between(footpaths: Footpaths, a: int, b: int, time: int, left: int | None = None) -> tuple[int, int]:
    """Begin and length of the footpath from stop `a` to stop `b` that ends soonest for who is at `a` at `time`.

    Parameters
    ----------
    left : int or None
        Seconds the change takes where a rule of just these two rides may allow less than any footpath takes.
    """
    ways = [] if left is None else [(time + max(left, 0), time)]
    first = int(footpaths.first[a])
    for row in (first + np.flatnonzero(footpaths.to[first : int(footpaths.first[a + 1])] == b)).tolist():
        start = begins_at(time, int(footpaths.opens[row]), int(footpaths.closes[row]))
        ways.append((start + int(footpaths.seconds[row]), start))
    end, start = min(ways)
    return start, end - start


def _moment(network: Network, seconds: int, day: date) -> datetime:
    return moment_on(seconds, day, network.zone)


def _id(legs: Sequence[Leg]) -> str:
    """Start and vehicles in order of travel: tells itineraries of one snapshot apart, and one can be found again."""
    return "|".join([str(int(legs[0].start.timestamp())), *(_ride_id(leg) for leg in legs)])


def _ride_id(leg: Leg) -> str:
    match leg:
        case TransitLeg():
            return f"{leg.trip_id}@{leg.service_date:%Y%m%d}:{leg.origin.stop_id}>{leg.destination.stop_id}"
        case RentalLeg():
            return f"{leg.form_factor}@{leg.system_id}:{leg.origin.station_id}>{leg.destination.station_id}"
        case FlexLeg():
            return f"{leg.trip_id}:{leg.origin.stop_id}>{leg.destination.stop_id}"
        case _:
            return mode_of(leg).value
