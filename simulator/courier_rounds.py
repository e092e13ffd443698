"""What the same parcels would take by van or by bicycle courier: energy, emissions and how many vehicles.

Rounds are reckoned by the continuous approximation: twice the mean distance to the stops of a round, and between its
stops 0.57 times the root of area per stop (Daganzo), over streets longer than straight lines.

References
----------
Daganzo 1984, The length of tours in zones of different shapes, doi:10.1016/0191-2615(84)90027-4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, hypot, nan, sqrt

from shapely import MultiPoint

TOUR_CONSTANT = 0.57
STREET_FACTOR = 1.3
"""Streets over straight lines; an assumption, usual in cities of blocks."""


@dataclass(frozen=True, slots=True)
class Courier:
    """A courier; every figure is an assumption but the emission factors, which are those of `planner.emissions`.

    Attributes
    ----------
    stops : int
        Parcels a round.
    """

    name: str
    stops: int
    speed_ms: float
    stop_s: float
    kwh_km: float
    g_km: float


VAN = Courier("van", 60, 20 / 3.6, 180.0, 0.8, 128.0)
"""A small van at 0.09 litres of petrol a km (8.9 kWh a litre), emissions as of a private car."""

E_VAN = Courier("electric van", 60, 20 / 3.6, 180.0, 0.2, 86.0)
"""0.2 kWh and 0.43 kg a kWh."""

BICYCLE = Courier("bicycle courier", 8, 15 / 3.6, 120.0, 0.01, 4.3)


def round_metrics(
    courier: Courier, places_m: Sequence[tuple[float, float]], base_m: tuple[float, float], hours: float
) -> dict[str, float]:
    """Kilometres, couriers, energy and emissions of bringing parcels to places (east, north) within some hours."""
    count = len(places_m)
    if not count:
        return {"km": 0.0, "couriers": 0.0, "kwh_parcel": nan, "g_co2e_parcel": nan}
    mean = sum(hypot(x - base_m[0], y - base_m[1]) for x, y in places_m) / count
    area = MultiPoint(places_m).convex_hull.area
    metres = STREET_FACTOR * (2 * mean * ceil(count / courier.stops) + TOUR_CONSTANT * sqrt(count * area))
    km, seconds = metres / 1000, metres / courier.speed_ms + count * courier.stop_s
    return {
        "km": km,
        "couriers": float(ceil(seconds / (3600 * hours))),
        "kwh_parcel": km * courier.kwh_km / count,
        "g_co2e_parcel": km * courier.g_km / count,
    }
