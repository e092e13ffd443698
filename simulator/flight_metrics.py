"""Numbers about days of drone flights: on time, reserve at landing, aborts, energy a parcel; pure functions."""

from collections.abc import Sequence
from math import nan

import numpy as np

from drones.aircraft import Aircraft
from simulator.events import Events, Kind, Reason
from simulator.metrics import J_PER_KWH, State, balance

GRID_G_PER_KWH = 430.0
"""CO2 equivalent of Japanese electricity, as in `planner.emissions`."""

MISHAPS = (
    Reason.GUST,
    Reason.LOST_LINK,
    Reason.ZONE_CLOSED,
    Reason.LOW_BATTERY,
    Reason.PAD_TAKEN,
    Reason.NO_ALTERNATE,
    Reason.MISSED,
)


def flight_metrics(events: Events, due_s: Sequence[float], aircraft: Sequence[Aircraft]) -> dict[str, float]:
    """Numbers of one day.

    Parameters
    ----------
    due_s : sequence of float
        By number of parcel.
    aircraft : sequence of Aircraft
        By drone.
    """
    states = balance(events)
    reached = events.of(Kind.REACHED)
    on_time = float((events.time_s[reached] <= np.asarray(due_s)[events.traveller[reached]]).sum())
    landed, drawn = events.of(Kind.SWAPPED), events.of(Kind.ARRIVED, Kind.DEPARTED)
    full = np.array([craft.energy_j for craft in aircraft])
    reserves = events.energy_j[landed] / full[events.vehicle[landed]]
    kwh, served = float(events.energy_j[drawn].sum()) / J_PER_KWH, float(states[State.SERVED])
    aborts, left = events.of(Kind.WITHDRAWN), events.of(Kind.GAVE_UP)
    parcels = float(sum(states.values()))
    boarded, arrived = events.of(Kind.BOARDED), events.of(Kind.ARRIVED)
    is_air, is_flown = (events.vehicle[rows] < len(aircraft) for rows in (boarded, arrived))
    numbers = {
        "parcels": parcels,
        "served": served,
        "on_time_share": on_time / parcels if parcels else nan,
        "refused": float(states[State.REJECTED]),
        "not_delivered": float(states[State.GAVE_UP]),
        "reserve_mean": float(reserves.mean()) if len(reserves) else nan,
        "reserve_least": float(reserves.min()) if len(reserves) else nan,
        "waits": float(len(events.of(Kind.HELD))),
        "flights": float(is_air.sum()),
        "rides": float(len(boarded) - is_air.sum()),
        "aborts": float(len(aborts)),
        "flown_km": float(events.distance_m[arrived[is_flown]].sum()) / 1000,
        "ridden_km": float(events.distance_m[arrived[~is_flown]].sum()) / 1000,
        "kwh": kwh,
        "kwh_parcel": kwh / served if served else nan,
        "g_co2e_parcel": kwh * GRID_G_PER_KWH / served if served else nan,
    }
    for reason in MISHAPS:
        name = reason.name.lower()
        numbers[f"abort_{name}"] = float((events.reason[aborts] == reason).sum())
        numbers[f"not_delivered_{name}"] = float((events.reason[left] == reason).sum())
    return numbers
