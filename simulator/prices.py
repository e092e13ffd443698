"""What chains cost a traveller, by the network's own fares; each price is worked out once and kept."""

from dataclasses import dataclass, field
from datetime import timedelta

from planner.day import segments_of
from planner.fares import price_legs
from planner.rides import Ride
from planner.service_day import moment_on
from planner.sharing import PricingPlan, ride_price
from planner.taxi import taxi_price
from simulator.answers import Leg
from simulator.town import Town


@dataclass(slots=True)
class Prices:
    """Prices in yen of one town.

    Attributes
    ----------
    town : Town
    bus_yen : float
        Of a ride in the demand bus.
    unpriced_yen : float or None
        Taken for a journey in scheduled vehicles whose price the feeds do not tell; None: nobody makes it.
    """

    town: Town
    bus_yen: float
    unpriced_yen: float | None = None
    _rides: dict[tuple[tuple[int, int, int, int], ...], float | None] = field(default_factory=dict)

    def rides(self, legs: tuple[Leg, ...]) -> float | None:
        """An adult's price by IC card of a journey in scheduled vehicles; None if nobody knows it.

        Trips of one pattern and route cost the same: fares depend on routes and stops.
        """
        key = tuple((leg.route, leg.pattern, leg.board, leg.alight) for leg in legs)
        if key not in self._rides:
            self._rides[key] = self._priced(legs)
        return self._rides[key]

    def _priced(self, legs: tuple[Leg, ...]) -> float | None:
        network, day = self.town.network, self.town.day
        written = [
            network.rides.leg(
                Ride(one.trip, day + timedelta(days=one.day_offset), one.board, one.alight, stays_seated=part > 0), ()
            )
            for leg in legs
            for part, one in enumerate(segments_of(self.town.transit.day, leg.lane_trip, leg.board, leg.alight))
        ]
        parts = price_legs(network.snapshot.fares, written)
        if parts is None:
            return self.unpriced_yen
        total = 0.0
        for part in parts:
            own = [price for price in part.prices if price.rider in ("adult", "")] or list(part.prices)
            total += next((price for price in own if price.medium == "ic"), own[0]).amount
        return total

    def rental(self, rental: int, seconds: float, metres: float) -> float:
        """A ride with a shared vehicle."""
        plan = self._plan(rental)
        return 0.0 if plan is None else ride_price(plan, seconds, metres)

    def _plan(self, rental: int) -> PricingPlan | None:
        network = self.town.network
        kind = network.rentals[rental]
        plans = network.snapshot.sharing[kind.system].pricing_plans
        named = (plan for plan in plans if plan.id == kind.vehicle_type.pricing_plan_id)
        return next(named, None) or next(iter(plans), None)

    def taxi(self, metres: float, time_s: float) -> float | None:
        """A ride in a taxi; None where there is no tariff."""
        meter = self.town.network.snapshot.taxi
        start = moment_on(int(time_s), self.town.day, self.town.network.zone)
        return None if meter is None else taxi_price(meter, metres, start).amount
