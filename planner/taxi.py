"""What a taxi's meter shows at the end of a ride."""

import math
from dataclasses import dataclass
from datetime import datetime

from planner.prices import Price


@dataclass(frozen=True, slots=True)
class TaxiMeter:
    """A tariff by distance.

    Attributes
    ----------
    flag_fall_m, flag_fall_yen : float, float
        Distance and price of the start.
    unit_m, unit_yen : float, float
        Every further distance begun costs so much.
    night_factor : float
        Between `night_from_h` and `night_until_h` (hours of the local clock) the meter counts so many times the metres.
    call_yen : float
        For coming when called; 0 at a rank.
    """

    flag_fall_m: float
    flag_fall_yen: float
    unit_m: float
    unit_yen: float
    night_factor: float = 1.2
    night_from_h: int = 22
    night_until_h: int = 5
    call_yen: float = 0.0


CHIBA_TAXI = TaxiMeter(flag_fall_m=1155.0, flag_fall_yen=500.0, unit_m=239.0, unit_yen=100.0, call_yen=400.0)
"""Ordinary car, Chiba prefecture area A (Tokatsu, Keiyo, Chiba, Hokuso), from 2023-11-20.

Source: Keisei Taxi Atago, https://keiseitaxi-atago.jp/archives/647 (start, unit, call); the night surcharge of 20 %
between 22:00 and 05:00, which the meter takes by counting 1.2 times the metres, is general knowledge.
"""


def taxi_price(meter: TaxiMeter, metres: float, start: datetime) -> Price:
    """Price of a ride of `metres` that begins at `start` on the local clock, call included.

    The charge for waiting and for driving slower than 10 km/h is not counted, and a ride is night or day by its start.
    """
    is_night = start.hour >= meter.night_from_h or start.hour < meter.night_until_h
    metered = metres * (meter.night_factor if is_night else 1.0)
    units = math.ceil(round(max(0.0, metered - meter.flag_fall_m) / meter.unit_m, 6))
    return Price("", "", meter.flag_fall_yen + units * meter.unit_yen + meter.call_yen, "JPY")
