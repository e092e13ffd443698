"""What takes one from door to door without a change: one's own bicycle, a taxi, the car of who drops one off."""

from planner.profiles import Profile, car, e_bike
from planner.request import StreetMode

CAR, E_BIKE = car(), e_bike()

TAXI_WAIT_S = 300
"""From calling a taxi to being in it: an assumption."""

STOP_S = 60
"""Somebody who drops one off, or picks one up, stops so long: an assumption."""

OWN_BIKES = frozenset({StreetMode.BIKE, StreetMode.E_BIKE})
"""They stay where the first scheduled vehicle is boarded."""

DRIVEN = (StreetMode.BIKE, StreetMode.E_BIKE, StreetMode.TAXI, StreetMode.CAR_DROPOFF)


def vehicle_of(mode: StreetMode, bike: Profile) -> tuple[Profile, int]:
    """How the vehicle of a mode of `DRIVEN` moves, and seconds that are lost before; `bike` is the asker's own."""
    match mode:
        case StreetMode.TAXI:
            return CAR, TAXI_WAIT_S
        case StreetMode.CAR_DROPOFF:
            return CAR, STOP_S
        case StreetMode.E_BIKE:
            return E_BIKE, 0
        case _:
            return bike, 0
