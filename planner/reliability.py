"""How sure an itinerary is: the chance that every connection is made, arrivals half and nine tenths of the time.

A vehicle runs late by the same time from boarding to alighting, vehicles independently of each other, none early. A
connection is made if the delay of the first vehicle is at most that of the second and what the timetable leaves beyond
the walk. The chances of all connections are not multiplied: a vehicle that is late is caught more easily and left
later, so the delay of the vehicle one sits in is carried along, which is exact for this model. Who misses a connection
goes on as best one can from where it was missed; that other way is taken to be caught and to run on time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from planner.chances import carried, spare_s, vehicles_of
from planner.delays import ON_ROADS, STEP_S, USUAL, Delays
from planner.errors import RequestError
from planner.model import Itinerary, Leg, Mode, mode_of
from planner.network import Network
from planner.onward import onward
from planner.plan import plan_at
from planner.request import PlanRequest, StopId


@dataclass(frozen=True, slots=True)
class Connection:
    """A change between two vehicles.

    Attributes
    ----------
    stop : str
        Name of where the second is boarded.
    missed : float
        Chance that all connections before are made and this one is not.
    fallback : Itinerary or None
        How one goes on then, from where one alighted; None if there is no way any more.
    """

    stop: str
    missed: float
    fallback: Itinerary | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """What may become of an itinerary.

    Attributes
    ----------
    made : float
        Chance that every connection is made.
    connections : tuple of Connection
    half, nine_tenths : datetime or None
        One arrives by then half and nine tenths of the time; None if not so often.
    """

    made: float
    connections: tuple[Connection, ...]
    half: datetime | None
    nine_tenths: datetime | None


def reliability_of(
    network: Network, request: PlanRequest, itinerary: Itinerary, delays: Mapping[Mode, Delays] = USUAL
) -> Reliability:
    """How sure `itinerary`, an answer to `request`, is.

    Parameters
    ----------
    delays : mapping of Mode to Delays
        Modes that are not in it run as `ON_ROADS`.

    Raises
    ------
    RequestError
        The request goes by way of places: which of them a fallback still owes is not known.
    """
    if request.via:
        raise RequestError("reliability", "How sure a journey by way of places is cannot be told yet; ask each part.")
    rides = vehicles_of(itinerary.legs)
    if not rides:
        return Reliability(1.0, (), itinerary.end, itinerary.end)
    slacks = [spare_s(itinerary.legs, a, b) for a, b in pairwise(rides)]
    late, missed = carried([delays.get(mode_of(itinerary.legs[ride[0]]), ON_ROADS) for ride in rides], slacks)
    fallbacks = [_fallback(network, request, itinerary.legs, a, b) for a, b in pairwise(rides)]
    connections = tuple(
        Connection(itinerary.legs[ride[0]].origin.name, chance, fallback)
        for ride, chance, fallback in zip(rides[1:], missed, fallbacks, strict=True)
    )
    arrivals = [(itinerary.end + timedelta(seconds=STEP_S * i), float(p)) for i, p in enumerate(late)]
    arrivals += [(one.fallback.end, one.missed) for one in connections if one.fallback is not None]
    return Reliability(float(late.sum()), connections, arrived_by(arrivals, 0.5), arrived_by(arrivals, 0.9))


def arrived_by(arrivals: Sequence[tuple[datetime, float]], share: float) -> datetime | None:
    """The earliest moment by which one has arrived with a chance of at least `share`, None if none is."""
    total = 0.0
    for moment, chance in sorted(arrivals, key=lambda arrival: arrival[0]):
        total += chance
        if total >= share - 1e-9:
            return moment
    return None


def _fallback(
    network: Network, request: PlanRequest, legs: Sequence[Leg], before: Sequence[int], after: Sequence[int]
) -> Itinerary | None:
    """The soonest way from where one alighted for who has just missed the vehicle one wanted."""
    stop = legs[before[-1]].destination.stop_id
    if stop is None:
        return None
    walk = sum((leg.end - leg.start for leg in legs[before[-1] + 1 : after[0]]), timedelta())
    late = legs[after[0]].start - walk + timedelta(seconds=1)
    asked = onward(request, StopId(stop), late, legs[: before[-1] + 1])
    return min(plan_at(network, asked).itineraries, key=lambda one: one.end, default=None)
