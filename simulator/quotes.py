"""Offers of a running demand bus to the planner: what `plan(quote=…)` asks before it shows a ride."""

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from planner.flex import Offer, Rejection, TripRequest
from planner.geo import great_circle_m
from planner.service_day import moment_on, seconds_on
from simulator.chains import Call
from simulator.demand_bus import DemandBus
from simulator.events import NOBODY, Reason

AT_STOP_M = 30.0
"""A point so near a stop of the bus means that stop."""


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """Where and when a demand bus calls: its stops in their order, the service day, and the zone of its clock."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    day: date
    zone: ZoneInfo

    def stop_at(self, point: tuple[float, float]) -> int | None:
        """Row of the stop at a place."""
        metres = great_circle_m(point[0], point[1], self.lat, self.lon)
        nearest = int(np.argmin(metres))
        return nearest if metres[nearest] <= AT_STOP_M else None


def offer_of(bus: DemandBus, calls: Calls, request: TripRequest) -> Offer | Rejection:
    """Answer of a demand bus as it runs now; nothing is booked.

    An offer holds for the next who books the same, as long as nobody books before.
    """
    origin, destination = (calls.stop_at(point) for point in (request.origin, request.destination))
    if origin is None or destination is None:
        return Rejection("the demand bus has no stop there")
    stage = Call(int(bus.points[origin]), int(bus.points[destination]), 0.0)
    earliest_s = max(bus.env.now, seconds_on(request.earliest, calls.day, calls.zone))
    wish = bus.wish(stage, earliest_s, NOBODY, request.wheelchair, request.passengers)
    # Whoever asks reckons with one person's time to board: who takes longer has to be met so much sooner.
    longer_s = wish.service_s - bus.rules.board_s
    wish = replace(wish, latest_s=wish.latest_s - longer_s, drop_by_s=wish.drop_by_s - longer_s)
    found = bus.placed(wish)
    if isinstance(found, Reason):
        return Rejection(found.name)
    (_, dispatch), row = found, len(bus.bookings)
    begin_s = float(dispatch.begin[np.flatnonzero(dispatch.plan.visit == row)[0]])
    begin, latest, drop_by = (
        moment_on(round(time_s), calls.day, calls.zone) for time_s in (begin_s, wish.latest_s, wish.drop_by_s)
    )
    return Offer((begin, latest), drop_by)
