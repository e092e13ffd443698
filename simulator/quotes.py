"""Offers of a running demand bus to the planner: what `plan(quote=…)` asks before it shows a ride."""

import numpy as np

from planner.flex import Offer, Quote, Rejection, TripRequest
from planner.geo import great_circle_m
from planner.service_day import moment_on, seconds_on
from simulator.chains import Call
from simulator.demand_bus import DemandBus
from simulator.events import NOBODY, Reason
from simulator.town import Town

AT_STOP_M = 30.0
"""A point so near a stop of the bus means that stop."""


def quote_of(bus: DemandBus, town: Town) -> Quote:
    """Answers of a demand bus as it runs now; nothing is booked.

    An offer holds for the next who books the same, as long as nobody books before.
    """

    def quote(request: TripRequest) -> Offer | Rejection:
        origin, destination = (_stop(bus, town, point) for point in (request.origin, request.destination))
        if origin is None or destination is None:
            return Rejection("the demand bus has no stop there")
        earliest_s = max(bus.env.now, seconds_on(request.earliest, town.day, town.network.zone))
        wish = bus.wish(Call(origin, destination, 0.0), earliest_s, NOBODY, request.wheelchair, request.passengers)
        found = bus.placed(wish)
        if isinstance(found, Reason):
            return Rejection(found.name)
        (_, dispatch), row = found, len(bus.bookings)
        begin_s = float(dispatch.begin[np.flatnonzero(dispatch.plan.visit == row)[0]])
        begin, latest, drop_by = (
            moment_on(round(time_s), town.day, town.network.zone) for time_s in (begin_s, wish.latest_s, wish.drop_by_s)
        )
        return Offer((begin, latest), drop_by)

    return quote


def _stop(bus: DemandBus, town: Town, point: tuple[float, float]) -> int | None:
    """The bus' stop at a place."""
    metres = great_circle_m(point[0], point[1], town.lat[bus.points], town.lon[bus.points])
    nearest = int(np.argmin(metres))
    return int(bus.points[nearest]) if metres[nearest] <= AT_STOP_M else None
