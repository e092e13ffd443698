"""A log counted by traveller, by vehicle and by place: tables of columns of equal lengths."""

import numpy as np
from numpy.typing import NDArray

from simulator.events import Events, Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = dict[str, NDArray[np.generic]]

J_PER_KWH = 3.6e6

STAGE_AFTER = {
    Kind.GENERATED: "on_foot",
    Kind.SET_OUT: "on_foot",
    Kind.CHOSE_WALKING: "on_foot",
    Kind.QUEUED_AT_GATE: "at_gate",
    Kind.PASSED_GATE: "on_foot",
    Kind.JOINED: "waiting",
    Kind.PUT_DOWN: "waiting",
    Kind.LEFT_QUEUE: "on_foot",
    Kind.BOARDED: "riding",
    Kind.UNLOCKED: "riding",
    Kind.ALIGHTED: "on_foot",
    Kind.LOCKED: "on_foot",
    Kind.REJECTED: "over",
    Kind.GAVE_UP: "over",
    Kind.REACHED: "over",
}
"""What a traveller does after an event; other events change nothing about it."""

STAGES = ("at_gate", "waiting", "riding", "on_foot")


def by_traveller(events: Events, until_s: float) -> Columns:
    """One row a traveller: how the trip ended, seconds in each stage, rides, metres ridden, yen paid.

    `end` is the `Kind` of the last event that changed the stage, `end_s` its time, or `until_s` if it was not over
    then; the stages' seconds add up to what lies between `generated_s` and `end_s`.
    """
    rows = events.of(*STAGE_AFTER)
    rows = rows[np.argsort(events.traveller[rows], kind="stable")]
    who = events.traveller[rows]
    first = np.flatnonzero(np.diff(who, prepend=-1) != 0) if len(rows) else np.empty(0, np.int64)
    last = np.append(first[1:], len(rows)) - 1 if len(rows) else first
    kind, count = events.kind[rows], len(first)
    number = np.repeat(np.arange(count), np.diff(np.append(first, len(rows))))
    is_over = np.isin(kind[last], [kind for kind, stage in STAGE_AFTER.items() if stage == "over"])
    end_s = np.where(is_over, events.time_s[rows[last]], until_s)
    following_s = np.append(events.time_s[rows[1:]], 0.0)[: len(rows)]
    following_s[last] = end_s
    lasted_s = following_s - events.time_s[rows]
    columns: Columns = {
        "traveller": who[first],
        "generated_s": events.time_s[rows[first]],
        "end_s": end_s,
        "end": kind[last],
        "reason": events.reason[rows[last]],
    }
    for stage in STAGES:
        in_stage = np.isin(kind, [kind for kind, after in STAGE_AFTER.items() if after == stage])
        columns[f"{stage}_s"] = np.bincount(number, np.where(in_stage, lasted_s, 0.0), count)
    begins_ride = np.isin(kind, [Kind.BOARDED, Kind.UNLOCKED])
    # A ride by vehicle knows its metres when it begins, a shared bicycle when it ends.
    metres = np.where(np.isin(kind, [Kind.BOARDED, Kind.LOCKED]), events.distance_m[rows], 0.0)
    columns["rides"] = np.bincount(number, begins_ride, count).astype(np.int64)
    columns["ridden_m"] = np.bincount(number, metres, count)
    paid = events.of(Kind.PAID)
    columns["paid_yen"] = _sums(columns["traveller"], events.traveller[paid], events.yen[paid])
    return columns


def by_vehicle(events: Events) -> Columns:
    """One row a vehicle: when it was out, calls, people, way, energy, what kept it.

    `energy_kwh` is what it drew, `charged_kwh` what it was given; `left_behind` how often it left somebody standing.
    """
    who = np.unique(events.vehicle[events.of(Kind.ENTERED, Kind.ARRIVED)])
    arrived, drawn = events.of(Kind.ARRIVED), events.of(Kind.ARRIVED, Kind.DEPARTED, Kind.CHARGING_BEGAN)
    charged, seen = events.of(Kind.CHARGED), events.of(Kind.ARRIVED, Kind.DEPARTED)
    km, vehicle = events.distance_m[arrived] / 1000, events.vehicle
    most = np.zeros(len(who), np.int64)
    np.maximum.at(most, np.searchsorted(who, vehicle[seen]), events.load[seen])
    return {
        "vehicle": who,
        "entered_s": _last_time(events, who, Kind.ENTERED),
        "left_s": _last_time(events, who, Kind.LEFT),
        "calls": _counts(who, vehicle[arrived]),
        "boarded": _counts(who, vehicle[events.of(Kind.BOARDED)]),
        "alighted": _counts(who, vehicle[events.of(Kind.ALIGHTED)]),
        "most_on_board": most,
        "km": _sums(who, vehicle[arrived], km),
        "empty_km": _sums(who, vehicle[arrived], km * (events.load[arrived] == 0)),
        "person_km": _sums(who, vehicle[arrived], km * events.load[arrived]),
        "energy_kwh": _sums(who, vehicle[drawn], events.energy_j[drawn]) / J_PER_KWH,
        "charged_kwh": _sums(who, vehicle[charged], events.energy_j[charged]) / J_PER_KWH,
        "left_behind": _counts(who, vehicle[events.of(Kind.LEFT_BEHIND)]),
        "held": _counts(who, vehicle[events.of(Kind.HELD)]),
        "withdrawn": _counts(who, vehicle[events.of(Kind.WITHDRAWN)]),
        "interventions": _counts(who, vehicle[events.of(Kind.INTERVENTION_ASKED)]),
    }


def by_place(events: Events) -> Columns:
    """One row a position that a vehicle called at or somebody waited at: people, calls, the longest queue."""
    into, out = events.of(Kind.JOINED, Kind.PUT_DOWN), events.of(Kind.BOARDED, Kind.GAVE_UP, Kind.LEFT_QUEUE)
    place = events.position
    where = np.unique(place[np.concatenate([into, events.of(Kind.ARRIVED)])])
    return {
        "position": where,
        "calls": _counts(where, place[events.of(Kind.ARRIVED)]),
        "joined": _counts(where, place[events.of(Kind.JOINED)]),
        "boarded": _counts(where, place[events.of(Kind.BOARDED)]),
        "alighted": _counts(where, place[events.of(Kind.ALIGHTED)]),
        "put_down": _counts(where, place[events.of(Kind.PUT_DOWN)]),
        "gave_up": _counts(where, place[events.of(Kind.GAVE_UP)]),
        "left_behind": _counts(where, place[events.of(Kind.LEFT_BEHIND)]),
        "longest_queue": _longest(where, place, into, out),
    }


def _longest(where: NDArray[np.int32], place: NDArray[np.int32], into: Ints, out: Ints) -> Ints:
    rows = np.sort(np.concatenate([into, out]))
    steps = np.where(np.isin(rows, into), 1, -1)
    queues = [np.cumsum(steps[place[rows] == here]) for here in where]
    return np.array([queue.max(initial=0) for queue in queues], np.int64)


def _counts(who: NDArray[np.int32], found: NDArray[np.int32]) -> Ints:
    return _sums(who, found, np.ones(len(found))).astype(np.int64)


def _sums(who: NDArray[np.generic], found: NDArray[np.int32], amounts: Floats) -> Floats:
    """Sum of the amounts by whom they concern; those of nobody in `who` are left out."""
    if len(who) == 0:
        return np.empty(0)
    place = np.minimum(np.searchsorted(who, found), len(who) - 1)
    is_known = who[place] == found
    return np.bincount(place[is_known], amounts[is_known], len(who)).astype(np.float64)


def _last_time(events: Events, who: NDArray[np.int32], kind: Kind) -> Floats:
    """Time of each vehicle's last event of a kind; nan: never."""
    rows = events.of(kind)
    rows = rows[np.isin(events.vehicle[rows], who)]
    times = np.full(len(who), np.nan)
    times[np.searchsorted(who, events.vehicle[rows])] = events.time_s[rows]
    return times
