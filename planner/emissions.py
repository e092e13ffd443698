"""Grams of CO2 equivalent that one person's journey causes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from planner.model import FlexLeg, Leg, Mode, RentalLeg, StreetLeg, TaxiLeg, TransitLeg
from planner.sharing import FormFactor, Propulsion

ELECTRIC_MINIBUS_G_KM = 43.0
"""Small autonomous electric bus, for `EmissionFactors.routes`.

Our estimate, not published by anyone: 0.4 kWh a km, 4 people on board on average, 0.43 kg CO2 a kWh (Japanese grid,
about 2022).
"""


@dataclass(frozen=True, slots=True)
class EmissionFactors:
    """Grams of CO2 equivalent a person and kilometre, in operation: making vehicles and roads is not counted.

    Attributes
    ----------
    rail, bus, car, air : float
        Averages of Japan in the fiscal year 2022, published [1]_: rail 20, bus 71, private car 128, domestic flight
        101 g. The page shows them in a picture; they are restated here and were not compared with it.
    ferry, cable : float
        Not published anywhere we know, our estimates: a ferry by the order of magnitude of short sea crossings, a cable
        like rail.
    taxi : float
        Our choice: a private car's; the empty way to the rider is not counted, nor that of who has dropped one off.
    flex : float
        Our estimate: a demand bus carries few, so it lies between a bus and a taxi.
    electric_bicycle, electric_scooter : float
        Our estimates: 0.01 and 0.02 kWh a km at 0.43 kg a kWh; vans that collect and spread the vehicles not counted.
    routes : dict
        Routes with a value of their own, by route id.

    References
    ----------
    .. [1] Ministry of Land, Infrastructure, Transport and Tourism (国土交通省), 運輸部門における二酸化炭素排出量,
       section 2, 輸送量当たりの二酸化炭素の排出量 (旅客),
       https://www.mlit.go.jp/sogoseisaku/environment/sosei_environment_tk_000007.html
    """

    rail: float = 20.0
    bus: float = 71.0
    car: float = 128.0
    air: float = 101.0
    ferry: float = 120.0
    cable: float = 20.0
    taxi: float = 128.0
    flex: float = 100.0
    electric_bicycle: float = 4.3
    electric_scooter: float = 8.6
    routes: dict[str, float] = field(default_factory=dict)


def co2_g(legs: Sequence[Leg], factors: EmissionFactors | None = None) -> float:
    """Grams of CO2 equivalent of all legs for one person; walking and a bicycle without a motor cause none."""
    factors = factors or EmissionFactors()
    return sum(leg.distance_m / 1000 * _factor(leg, factors) for leg in legs)


def _factor(leg: Leg, factors: EmissionFactors) -> float:
    match leg:
        case StreetLeg():
            return {Mode.CAR_DROPOFF: factors.car, Mode.E_BIKE: factors.electric_bicycle}.get(leg.mode, 0.0)
        case RentalLeg():
            return _rental_factor(leg, factors)
        case TaxiLeg():
            return factors.taxi
        case FlexLeg():
            return factors.routes.get(leg.route_id, factors.flex)
        case TransitLeg():
            return factors.routes.get(leg.route_id, transit_factor(leg.mode, factors))
        case _:
            assert_never(leg)


def _rental_factor(leg: RentalLeg, factors: EmissionFactors) -> float:
    if leg.form_factor is FormFactor.CAR:
        return factors.car
    match leg.propulsion:
        case Propulsion.HUMAN:
            return 0.0
        case Propulsion.ELECTRIC_ASSIST:
            return factors.electric_bicycle
        case Propulsion.ELECTRIC | Propulsion.HYDROGEN_FUEL_CELL:
            return factors.electric_scooter
        case _:
            return factors.car


def transit_factor(mode: Mode, factors: EmissionFactors) -> float:
    """Grams a kilometre in scheduled vehicles of a mode."""
    match mode:
        case Mode.RAIL | Mode.SUBWAY | Mode.TRAM | Mode.MONORAIL:
            return factors.rail
        case Mode.CABLE_CAR | Mode.AERIAL_LIFT | Mode.FUNICULAR:
            return factors.cable
        case Mode.FERRY:
            return factors.ferry
        case Mode.AIRPLANE:
            return factors.air
        case _:
            return factors.bus
