"""Numbers from the log of a city's day: what travellers met, what each means carried, what it cost and emitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from simulator.chains import Means
from simulator.events import Events, Kind, Reason
from simulator.metrics import spread

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

WALKING = (Kind.GENERATED, Kind.SET_OUT, Kind.ALIGHTED, Kind.PUT_DOWN, Kind.LOCKED, Kind.LEFT_QUEUE, Kind.REPLANNED,
           Kind.REFUSED, Kind.FOUND_NONE, Kind.PASSED_GATE)  # fmt: skip
WAITING = (Kind.CHOSE, Kind.JOINED, Kind.QUEUED_AT_GATE)
RIDING = (Kind.BOARDED, Kind.UNLOCKED)
SIDELONG = (Kind.PAID, Kind.BOOKED, Kind.BROKE_PROMISE, Kind.FOUND_FULL, Kind.REWARDED)
"""Events that change nothing about where a traveller is."""

GAVE_UP_FOR = (Reason.NO_WAY, Reason.TOO_OFTEN)
REFUSED_FOR = (Reason.SERVICE_ENDED, Reason.NO_WHEELCHAIR_SPACE, Reason.NO_SEAT, Reason.NO_TIME)
REPLANNED_FOR = (Reason.MISSED, Reason.FULL, Reason.PATIENCE, Reason.LINE_CLOSED, Reason.NO_VEHICLE, Reason.NO_DOCK,
                 Reason.LIFT_OUT, *REFUSED_FOR)  # fmt: skip

SHORT_RIDE_S = 900.0
PUNCTUAL_S = 300.0
"""A vehicle no later than this is on time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Vehicles of one kind: numbers from `first` up to, without, `end`; those of one name are counted together.

    Attributes
    ----------
    places : float
        Of one vehicle.
    g_km, yen_km, kwh_km, yen_h : float
        Of one vehicle a kilometre it drives, and an hour it is out.
    g_person_km : float
        Of one traveller's kilometre, where vehicles run for others too.
    """

    name: str
    first: int
    end: int
    places: float = nan
    g_km: float = 0.0
    g_person_km: float = 0.0
    yen_km: float = 0.0
    yen_h: float = 0.0
    kwh_km: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log does not say of a run.

    Attributes
    ----------
    fleets : sequence of Kept
    port_capacity, port_start : mapping of int to int
        Places and vehicles at the start of the day, by point.
    due_s : mapping of int to array
        Arrivals by plan at the second and every later call, by lane trip.
    taxi_g_km : float
    """

    fleets: Sequence[Kept]
    port_capacity: Mapping[int, int]
    port_start: Mapping[int, int]
    due_s: Mapping[int, Floats]
    taxi_g_km: float = 0.0


def city_metrics(events: Events, facts: Facts, from_s: float, until_s: float) -> dict[str, float]:
    """All numbers about one replication; who set out before `from_s` is not counted, nor what vehicles did before."""
    counted = _counted(events, from_s)
    numbers = balance(events, counted) | _reasons(events, counted) | _times(events, counted)
    numbers |= _split(events, counted) | _money(events, facts, from_s, until_s)
    numbers |= _ports(events, facts, from_s, until_s) | _punctuality(events, facts, from_s)
    numbers |= {
        "persons": float(_persons(events)[counted].sum()),
        "booked": _count(events, counted, Kind.BOOKED),
        "booked_ahead": float(_is_ahead(events)[counted].sum()),
        "broken_promises": _count(events, counted, Kind.BROKE_PROMISE),
        "found_no_vehicle": _count(events, counted, Kind.FOUND_NONE),
        "found_no_dock": _count(events, counted, Kind.FOUND_FULL),
        "rewarded": _count(events, counted, Kind.REWARDED),
    }
    return numbers


def _persons(events: Events) -> NDArray[np.int64]:
    """By traveller: how many go together."""
    persons = np.ones(1 + int(events.traveller.max(initial=-1)), np.int64)
    rows = events.of(Kind.GENERATED)
    persons[events.traveller[rows]] = np.maximum(events.load[rows], 1)
    return persons


def _is_ahead(events: Events) -> NDArray[np.bool_]:
    """By traveller: whether a demand bus was booked before setting out."""
    is_ahead = np.zeros(1 + int(events.traveller.max(initial=-1)), np.bool_)
    rows = events.of(Kind.BOOKED, Kind.GENERATED)
    # The first of both is the booking only where it was made before there was a trip.
    who, first = np.unique(events.traveller[rows], return_index=True)
    is_ahead[who] = events.kind[rows[first]] == Kind.BOOKED
    return is_ahead


def _counted(events: Events, from_s: float) -> NDArray[np.bool_]:
    """By traveller: whether generated at `from_s` or later."""
    rows = events.of(Kind.GENERATED)
    counted = np.zeros(1 + int(events.traveller.max(initial=-1)), np.bool_)
    counted[events.traveller[rows]] = events.time_s[rows] >= from_s
    return counted


def _of(events: Events, counted: NDArray[np.bool_], *kinds: Kind) -> Rows:
    """Rows of some kinds of event of counted travellers."""
    rows = events.of(*kinds)
    return rows[counted[events.traveller[rows]]]


def _count(events: Events, counted: NDArray[np.bool_], kind: Kind) -> float:
    return float(len(_of(events, counted, kind)))


def balance(events: Events, counted: NDArray[np.bool_]) -> dict[str, float]:
    """How many travellers are where when the log ends; all but the first sum up to it."""
    is_own = (events.traveller >= 0) & ~np.isin(events.kind, SIDELONG)
    rows = np.flatnonzero(is_own)
    last = np.full(len(counted), -1)
    last[events.traveller[rows]] = rows
    kinds = events.kind[last[counted]]
    rode = np.zeros(len(counted), np.bool_)
    rode[events.traveller[events.of(*RIDING)]] = True
    reached, rode = kinds == Kind.REACHED, rode[counted]
    return {
        "generated": float(counted.sum()),
        "served": float((reached & rode).sum()),
        "on_foot": float((reached & ~rode).sum()),
        "gave_up": float((kinds == Kind.GAVE_UP).sum()),
        "walking": float(np.isin(kinds, WALKING).sum()),
        "waiting": float(np.isin(kinds, WAITING).sum()),
        "riding": float(np.isin(kinds, RIDING).sum()),
    }


def _reasons(events: Events, counted: NDArray[np.bool_]) -> dict[str, float]:
    numbers = {}
    for kind, reasons in ((Kind.GAVE_UP, GAVE_UP_FOR), (Kind.REFUSED, REFUSED_FOR), (Kind.REPLANNED, REPLANNED_FOR)):
        found = events.reason[_of(events, counted, kind)]
        for reason in reasons:
            numbers[f"{kind.name}_{reason.name}".lower()] = float((found == reason).sum())
    left = _of(events, counted, Kind.LEFT_QUEUE)
    left = left[events.reason[left] == Reason.FULL]
    return numbers | {
        "left_behind": float(len(np.unique(events.traveller[left]))),
        "left_behind_times": float(len(left)),
    }


def _times(events: Events, counted: NDArray[np.bool_]) -> dict[str, float]:
    """Each wait and each ride; from door to door of who arrived by vehicle; ways against the straight line."""
    waits = _between(events, counted, (Kind.JOINED,), (Kind.BOARDED, Kind.LEFT_QUEUE))
    waits = waits[events.kind[waits[:, 1]] == Kind.BOARDED]
    rides = _between(events, counted, RIDING, (Kind.ALIGHTED, Kind.PUT_DOWN, Kind.LOCKED))
    trips = _between(events, counted, (Kind.GENERATED,), (Kind.REACHED,))
    rode = np.zeros(len(counted), np.bool_)
    rode[events.traveller[rides[:, 0]]] = True
    trips = trips[rode[events.traveller[trips[:, 0]]]]
    times = events.time_s
    wait_s, ride_s, door_s = (times[pairs[:, 1]] - times[pairs[:, 0]] for pairs in (waits, rides, trips))
    # Who boards a vehicle of the city does so as it leaves: it is both waits.
    numbers = spread("wait_boarding_s", wait_s) | spread("wait_departure_s", wait_s)
    numbers |= spread("ride_s", ride_s) | spread("door_to_door_s", door_s)
    ridden_m, walked_m = _ridden_m(events, len(counted)), _walked_m(events, len(counted))
    who = events.traveller[trips[:, 0]]
    direct_m = events.distance_m[trips[:, 0]]
    return numbers | {
        "detour": _ratio(float((ridden_m + walked_m)[who].sum()), float(direct_m.sum())),
        "walk_m_mean": float(walked_m[who].mean()) if len(who) else nan,
    }


def _between(events: Events, counted: NDArray[np.bool_], begin: Sequence[Kind], end: Sequence[Kind]) -> Rows:
    """Pairs of rows: what began, and what ended it for the same traveller."""
    rows = _of(events, counted, *begin, *end)
    rows = rows[np.argsort(events.traveller[rows], kind="stable")]
    begins = np.isin(events.kind[rows], begin)
    is_pair = begins[:-1] & ~begins[1:] & (events.traveller[rows[:-1]] == events.traveller[rows[1:]])
    first = np.flatnonzero(is_pair)
    return np.column_stack([rows[first], rows[first + 1]]) if len(first) else np.empty((0, 2), np.int64)


def _ridden_m(events: Events, count: int) -> Floats:
    rows = events.of(Kind.ALIGHTED, Kind.LOCKED)
    return np.bincount(events.traveller[rows], events.distance_m[rows], count).astype(np.float64)


def _walked_m(events: Events, count: int) -> Floats:
    """By the plan last chosen; what was walked for plans given up on the way is not known."""
    rows = events.of(Kind.CHOSE)
    metres = np.zeros(count)
    metres[events.traveller[rows]] = events.distance_m[rows]
    return metres


def _split(events: Events, counted: NDArray[np.bool_]) -> dict[str, float]:
    """Shares of the means last chosen of who arrived, and rides with shared vehicles."""
    chose = events.of(Kind.CHOSE)
    means = np.full(len(counted), -1)
    means[events.traveller[chose]] = events.load[chose]
    reached = means[events.traveller[_of(events, counted, Kind.REACHED)]]
    numbers = {f"share_{one.name.lower()}": _ratio(float((reached == one).sum()), len(reached)) for one in Means}
    rides = _between(events, counted, (Kind.UNLOCKED,), (Kind.LOCKED,))
    rides = rides[events.vehicle[rides[:, 0]] >= 0]
    ride_s = events.time_s[rides[:, 1]] - events.time_s[rides[:, 0]]
    return numbers | {
        "shared_rides": float(len(rides)),
        "shared_ride_s_mean": float(ride_s.mean()) if len(rides) else nan,
        "shared_rides_15_min": _ratio(float((ride_s <= SHORT_RIDE_S).sum()), len(rides)),
    }


def _money(events: Events, facts: Facts, from_s: float, until_s: float) -> dict[str, float]:
    """By fleet: kilometres, people, hours; in all: energy, emissions, cost, revenue (rewards are taken off it).

    Energy and cost are those of the fleets that state what a kilometre or an hour takes; where none does they are
    unknown, not 0.
    """
    done, is_counted = _by_vehicle(events, from_s, until_s), _within(events, from_s, until_s)
    taxi_km = _taxi_km(events, is_counted)
    sums: dict[str, Floats] = {}
    energy_kwh, co2e_g, cost_yen = 0.0, taxi_km * facts.taxi_g_km, 0.0
    for fleet in facts.fleets:
        km, empty_km, rides, ridden_km, hours = done[:, fleet.first : fleet.end].sum(axis=1).tolist()
        # Shared vehicles are driven by their riders alone.
        km = km or ridden_km
        row = np.array([km, empty_km, rides, ridden_km, hours, km * fleet.places])
        sums[fleet.name] = sums.get(fleet.name, np.zeros(len(row))) + row
        energy_kwh += km * fleet.kwh_km
        co2e_g += km * fleet.g_km + ridden_km * fleet.g_person_km
        cost_yen += km * fleet.yen_km + hours * fleet.yen_h
    numbers: dict[str, float] = {}
    for name, row in sums.items():
        numbers |= _fleet(name, row)
    paid, rewarded = events.of(Kind.PAID), events.of(Kind.REWARDED)
    return numbers | {
        "taxi_km": taxi_km,
        "energy_kwh": energy_kwh if any(fleet.kwh_km for fleet in facts.fleets) else nan,
        "co2e_kg": co2e_g / 1000,
        "cost_yen": cost_yen if any(fleet.yen_km or fleet.yen_h for fleet in facts.fleets) else nan,
        "revenue_yen": float(events.yen[paid[is_counted[paid]]].sum()),
        "reward_yen": float(events.yen[rewarded[is_counted[rewarded]]].sum()),
    }


def _fleet(name: str, row: Floats) -> dict[str, float]:
    km, empty_km, rides, ridden_km, hours, place_km = row.tolist()
    return {
        f"{name}_rides": rides,
        f"{name}_vehicle_km": km,
        f"{name}_person_km": ridden_km,
        f"{name}_occupancy": _ratio(ridden_km, km),
        f"{name}_load_factor": _ratio(ridden_km, place_km),
        f"{name}_rides_vehicle_h": _ratio(rides, hours),
        f"{name}_empty_share": _ratio(empty_km, km),
    }


def _within(events: Events, from_s: float, until_s: float) -> NDArray[np.bool_]:
    return np.asarray((events.time_s >= from_s) & (events.time_s <= until_s))


def _taxi_km(events: Events, is_counted: NDArray[np.bool_]) -> float:
    out = events.of(Kind.ALIGHTED)
    out = out[is_counted[out] & (events.vehicle[out] < 0)]
    return float(events.distance_m[out].sum()) / 1000


def _by_vehicle(events: Events, from_s: float, until_s: float) -> Floats:
    """Kilometres, empty ones, persons who got off, their kilometres, and hours out, by the number of the vehicle."""
    count, is_counted = 1 + int(events.vehicle.max(initial=-1)), _within(events, from_s, until_s)
    arrived, out = events.of(Kind.ARRIVED), events.of(Kind.ALIGHTED, Kind.LOCKED, Kind.PUT_DOWN)
    arrived, out = arrived[is_counted[arrived]], out[is_counted[out] & (events.vehicle[out] >= 0)]
    km = events.distance_m[arrived] / 1000
    entered, left = events.of(Kind.ENTERED), events.of(Kind.LEFT)
    hours = np.zeros(count)
    hours[events.vehicle[entered]] = until_s
    hours[events.vehicle[left]] = np.clip(events.time_s[left], from_s, until_s)
    hours[events.vehicle[entered]] -= np.clip(events.time_s[entered], from_s, until_s)
    who, rider, persons = events.vehicle[arrived], events.vehicle[out], _persons(events)[events.traveller[out]]
    return np.array(
        [
            np.bincount(who, km, count),
            np.bincount(who, km * (events.load[arrived] == 0), count),
            np.bincount(rider, persons, count),
            np.bincount(rider, persons * events.distance_m[out] / 1000, count),
            hours / 3600,
        ]
    )


def _ports(events: Events, facts: Facts, from_s: float, until_s: float) -> dict[str, float]:
    """Share of the time in which ports are empty, and full, on average over ports."""
    rows = events.of(Kind.UNLOCKED, Kind.LOCKED, Kind.MOVED)
    rows = rows[np.isin(events.position[rows], list(facts.port_capacity))]
    kinds = events.kind[rows]
    step = np.where(kinds == Kind.MOVED, -events.load[rows], np.where(kinds == Kind.UNLOCKED, -1, 1))
    empty = full = 0.0
    for point, capacity in facts.port_capacity.items():
        own = events.position[rows] == point
        stock = np.concatenate([[0], np.cumsum(step[own])]) + facts.port_start[point]
        lasted = np.diff(np.clip([from_s, *events.time_s[rows[own]].tolist(), until_s], from_s, until_s))
        empty += float(lasted[stock <= 0].sum())
        full += float(lasted[stock >= capacity].sum())
    total = (until_s - from_s) * len(facts.port_capacity)
    return {"ports_empty_share": _ratio(empty, total), "ports_full_share": _ratio(full, total)}


def _punctuality(events: Events, facts: Facts, from_s: float) -> dict[str, float]:
    """Arrivals of scheduled vehicles against their plan."""
    rows = events.of(Kind.ARRIVED)
    rows = rows[np.isin(events.vehicle[rows], list(facts.due_s))]
    rows = rows[np.argsort(events.vehicle[rows], kind="stable")]
    trips, first = np.unique(events.vehicle[rows], return_index=True)
    ends = np.append(first[1:], len(rows))
    due = [facts.due_s[int(trip)][: end - begin] for trip, begin, end in zip(trips, first, ends, strict=True)]
    if not due:
        return {"on_time_share": nan, "late_s_mean": nan}
    late_s = (events.time_s[rows] - np.concatenate(due))[events.time_s[rows] >= from_s]
    return {"on_time_share": float((late_s <= PUNCTUAL_S).mean()), "late_s_mean": float(late_s.mean())}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else nan
