"""Numbers from a log of events: what travellers met and what vehicles did; pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import nan

import numpy as np
from numpy.typing import NDArray

from simulator.events import Events, Kind, Reason

PERCENTILES = (50, 90, 95)
J_PER_KWH = 3.6e6
TOLERANCE = 1.25

POSSIBLE_REASONS = {
    Kind.REJECTED: (Reason.SERVICE_ENDED, Reason.NO_WHEELCHAIR_SPACE),
    Kind.GAVE_UP: (Reason.PATIENCE, Reason.SERVICE_ENDED),
}

Floats = NDArray[np.float64]


class State(StrEnum):
    """Where a traveller is when the log ends."""

    SERVED = "served"
    ON_FOOT = "on_foot"
    WALKING = "walking"
    AT_GATE = "at_gate"
    WAITING = "waiting"
    RIDING = "riding"
    GAVE_UP = "gave_up"
    REJECTED = "rejected"


_AFTER = {
    Kind.GENERATED: State.WALKING,
    Kind.REJECTED: State.REJECTED,
    Kind.CHOSE_WALKING: State.WALKING,
    Kind.QUEUED_AT_GATE: State.AT_GATE,
    Kind.PASSED_GATE: State.WALKING,
    Kind.JOINED: State.WAITING,
    Kind.BOARDED: State.RIDING,
    Kind.ALIGHTED: State.WALKING,
    Kind.PUT_DOWN: State.WAITING,
    Kind.GAVE_UP: State.GAVE_UP,
}


@dataclass(frozen=True, slots=True)
class Journeys:
    """Travellers by number: when each stage was first reached (the last time for alighting); nan: never.

    Attributes
    ----------
    departed_s : array of float
        When the vehicle left with the traveller on board, after boarding it first.
    direct_m, ride_m : array of float
        The shorter way along the course between both stops; the way ridden by plan.
    left_behind : array of int
        Vehicles that left without the traveller before the first that took him.
    """

    generated_s: Floats
    joined_s: Floats
    boarded_s: Floats
    departed_s: Floats
    alighted_s: Floats
    reached_s: Floats
    direct_m: Floats
    ride_m: Floats
    left_behind: NDArray[np.int64]


def journeys(events: Events) -> Journeys:
    """What every traveller met."""
    count = 1 + int(events.traveller.max(initial=-1))
    board = _rows_of(events, Kind.BOARDED, count)
    join = _rows_of(events, Kind.JOINED, count)
    generated = _rows_of(events, Kind.GENERATED, count)
    return Journeys(
        generated_s=_at(events.time_s, generated),
        joined_s=_at(events.time_s, join),
        boarded_s=_at(events.time_s, board),
        departed_s=_at(events.time_s, _departure_rows(events, board)),
        alighted_s=_at(events.time_s, _rows_of(events, Kind.ALIGHTED, count, is_last=True)),
        reached_s=_at(events.time_s, _rows_of(events, Kind.REACHED, count)),
        direct_m=_at(events.distance_m, generated),
        ride_m=_at(events.distance_m, board),
        left_behind=_left_behind(events, join, board),
    )


def _rows_of(events: Events, kind: Kind, count: int, is_last: bool = False) -> NDArray[np.int64]:
    """Row of each traveller's first (last) event of a kind; -1: none."""
    rows = events.of(kind)
    found = np.full(count, -1)
    ordered = rows if is_last else rows[::-1]
    found[events.traveller[ordered]] = ordered
    return found


def _at(column: Floats, rows: NDArray[np.int64]) -> Floats:
    values = np.full(len(rows), nan)
    known = rows >= 0
    values[known] = column[rows[known]]
    return values


def _departure_rows(events: Events, board: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row of the departure after each boarding, of the same vehicle; -1: none."""
    departures = events.of(Kind.DEPARTED)
    keys = np.sort(events.vehicle[departures] * np.int64(len(events)) + departures)
    boarded = np.flatnonzero(board >= 0)
    vehicle = events.vehicle[board[boarded]].astype(np.int64)
    place = np.searchsorted(keys, vehicle * len(events) + board[boarded])
    rows = np.full(len(board), -1)
    is_found = place < len(keys)
    key = keys[place[is_found]]
    same = key // max(len(events), 1) == vehicle[is_found]
    rows[boarded[is_found][same]] = key[same] % max(len(events), 1)
    return rows


def _left_behind(events: Events, join: NDArray[np.int64], board: NDArray[np.int64]) -> NDArray[np.int64]:
    """Vehicles that left each traveller behind between joining a queue and boarding or the end of the log."""
    full = events.of(Kind.LEFT_BEHIND)
    keys = np.sort(events.position[full] * np.int64(len(events)) + full)
    counts = np.zeros(len(join), np.int64)
    joined = np.flatnonzero(join >= 0)
    gone = _rows_of(events, Kind.GAVE_UP, len(join))
    until = np.where(board >= 0, board, np.where(gone >= 0, gone, len(events)))[joined]
    first = events.position[join[joined]] * np.int64(len(events))
    counts[joined] = np.searchsorted(keys, first + until) - np.searchsorted(keys, first + join[joined])
    return counts


def states(events: Events) -> list[State | None]:
    """Where each traveller is when the log ends, by number; None for a number the log never names."""
    rows = np.flatnonzero(events.traveller >= 0)
    count = 1 + int(events.traveller.max(initial=-1))
    last = np.full(count, -1)
    last[events.traveller[rows]] = rows
    rode = _rows_of(events, Kind.ALIGHTED, count) >= 0
    return [
        _state(Kind(events.kind[row]), ridden) if row >= 0 else None
        for row, ridden in zip(last.tolist(), rode.tolist(), strict=True)
    ]


def _state(kind: Kind, has_ridden: bool) -> State:
    if kind is Kind.REACHED:
        return State.SERVED if has_ridden else State.ON_FOOT
    return _AFTER[kind]


def balance(events: Events) -> dict[State, int]:
    """How many travellers are where when the log ends; the sum is how many were generated."""
    found = states(events)
    return {state: found.count(state) for state in State}


@dataclass(frozen=True, slots=True)
class CostRates:
    """What a fleet costs and earns, in yen, its grams of CO2 equivalent a megajoule drawn, and the planned interval."""

    places: int
    g_per_mj: float
    yen_vehicle_h: float = 0.0
    yen_km: float = 0.0
    yen_kwh: float = 0.0
    yen_staff_h: float = 0.0
    staff_per_vehicle: float = 0.0
    yen_ride: float = 0.0
    headway_s: float = nan


def traveller_metrics(events: Events, from_s: float = 0.0) -> dict[str, float]:
    """Numbers about travellers generated at `from_s` or later; times in seconds."""
    found = journeys(events)
    counted = found.generated_s >= from_s
    state = np.array([str(state) for state in states(events)])[counted]
    numbers = {"generated": float(counted.sum())} | {name: float((state == name).sum()) for name in State}
    numbers |= _by_reason(events, found, from_s)
    left = found.left_behind[counted]
    numbers |= {"left_behind": float((left > 0).sum()), "left_behind_times": float(left.sum())}
    times = {
        "wait_boarding_s": found.boarded_s - found.joined_s,
        "wait_departure_s": found.departed_s - found.joined_s,
        "ride_s": found.alighted_s - found.boarded_s,
        "door_to_door_s": np.where(np.isnan(found.boarded_s), nan, found.reached_s - found.generated_s),
    }
    for name, values in times.items():
        numbers |= spread(name, values[counted])
    numbers["detour"] = _mean(found.ride_m[counted] / found.direct_m[counted])
    return numbers


def _by_reason(events: Events, found: Journeys, from_s: float) -> dict[str, float]:
    numbers = {}
    for kind, possible in POSSIBLE_REASONS.items():
        rows = events.of(kind)
        rows = rows[found.generated_s[events.traveller[rows]] >= from_s]
        for reason in possible:
            numbers[f"{kind.name}_{reason.name}".lower()] = float((events.reason[rows] == reason).sum())
    return numbers


def spread(name: str, values: Floats) -> dict[str, float]:
    """Mean, percentiles and maximum of what is known, under names that begin with `name`; nan: of nobody."""
    known = values[~np.isnan(values)]
    if not len(known):
        return {f"{name}_{end}": nan for end in ("mean", *(f"p{p}" for p in PERCENTILES), "max")}
    percentiles = np.percentile(known, PERCENTILES)
    numbers = {f"{name}_mean": float(known.mean())}
    numbers |= {f"{name}_p{p}": float(value) for p, value in zip(PERCENTILES, percentiles, strict=True)}
    return numbers | {f"{name}_max": float(known.max())}


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else nan


def fleet_metrics(events: Events, rates: CostRates, from_s: float, until_s: float) -> dict[str, float]:
    """Numbers about vehicles between two times."""
    is_counted = (events.time_s >= from_s) & (events.time_s <= until_s)
    arrived = events.of(Kind.ARRIVED)
    arrived = arrived[is_counted[arrived]]
    drawn = events.of(Kind.ARRIVED, Kind.DEPARTED, Kind.CHARGING_BEGAN)
    km = events.distance_m[arrived] / 1000
    person_km = float((km * events.load[arrived]).sum())
    energy_j = float(events.energy_j[drawn][is_counted[drawn]].sum())
    vehicle_km, hours = float(km.sum()), _vehicle_hours(events, from_s, until_s)
    helped = events.of(Kind.INTERVENTION_ASKED)
    boarded = events.of(Kind.BOARDED)
    boarded = boarded[is_counted[boarded]]
    cost = (
        hours * (rates.yen_vehicle_h + rates.staff_per_vehicle * rates.yen_staff_h)
        + vehicle_km * rates.yen_km
        + energy_j / J_PER_KWH * rates.yen_kwh
    )
    return {
        "vehicle_km": vehicle_km,
        "vehicle_h": hours,
        "person_km": person_km,
        "occupancy": _ratio(person_km, vehicle_km),
        "load_factor": _ratio(person_km, vehicle_km * rates.places),
        "empty_share": _ratio(float(km[events.load[arrived] == 0].sum()), vehicle_km),
        "energy_kwh": energy_j / J_PER_KWH,
        "co2e_kg": energy_j / 1e6 * rates.g_per_mj / 1000,
        "co2e_g_person_km": _ratio(energy_j / 1e6 * rates.g_per_mj, person_km),
        "cost_yen": cost,
        "revenue_yen": rates.yen_ride * float(len(np.unique(events.traveller[boarded]))),
        "boarded_vehicle_h": _ratio(float(len(boarded)), hours),
        "interventions": float(is_counted[helped].sum()),
        "headway_cv": headway_cv(events, from_s, until_s),
        "regular_share": regular_share(events, rates.headway_s, from_s, until_s),
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else nan


def _vehicle_hours(events: Events, from_s: float, until_s: float) -> float:
    """Hours from entering until leaving, or until `until_s`, of all vehicles."""
    entered = np.clip(events.time_s[events.of(Kind.ENTERED)], from_s, until_s)
    left = np.clip(events.time_s[events.of(Kind.LEFT)], from_s, until_s)
    still_there = len(entered) - len(left)
    return float(left.sum() + still_there * until_s - entered.sum()) / 3600


def headway_cv(events: Events, from_s: float, until_s: float) -> float:
    """Coefficient of variation of the intervals between departures, all positions together."""
    values = _intervals_s(events, from_s, until_s)
    return float(values.std() / values.mean()) if len(values) and values.mean() > 0 else nan


def regular_share(events: Events, headway_s: float, from_s: float, until_s: float) -> float:
    """Share of the intervals between departures of at most 1.25 times the planned; nan where none is planned.

    References
    ----------
    Wait assessment of New York City Transit: intervals within the planned one and a quarter of it.
    """
    values = _intervals_s(events, from_s, until_s)
    return float((values <= TOLERANCE * headway_s).mean()) if len(values) and headway_s > 0 else nan


def _intervals_s(events: Events, from_s: float, until_s: float) -> Floats:
    rows = events.of(Kind.DEPARTED)
    rows = rows[(events.time_s[rows] >= from_s) & (events.time_s[rows] <= until_s)]
    intervals = [np.diff(events.time_s[rows][events.position[rows] == p]) for p in np.unique(events.position[rows])]
    return np.concatenate(intervals) if intervals else np.empty(0)


def metrics(events: Events, rates: CostRates, from_s: float, until_s: float) -> dict[str, float]:
    """All numbers about one replication; what was before `from_s` is warm-up and not counted."""
    numbers: Mapping[str, float] = traveller_metrics(events, from_s) | fleet_metrics(events, rates, from_s, until_s)
    served = numbers[State.SERVED]
    return {**numbers, "cost_yen_served": _ratio(numbers["cost_yen"], served)}
