"""Which declared flights meet in space and time, and how a new one keeps clear: later, higher, lower or around.

Volumes are sorted into slots of time; within a slot an R-tree over their outlines gives the pairs that are looked at.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from drones.aircraft import Aircraft
from drones.airspace import Altitude, Applicability, Datum, Geozone, Polygon, ZoneKind, ZoneVolume
from drones.intents import IntentState, OperationalIntent, Uncertainty, delayed, intent_of
from drones.mission import Mission
from drones.phrases import Cause, Remedy, named, phrase
from drones.planning import plan_mission
from drones.request import Airspace, MissionRequest, Refusal, Wind

SLOT_S = 120.0

STEP = timedelta(seconds=60)
"""By which a departure is put off until no declared flight is met."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two intents that overlap, and the first volumes of each that do; `first` < `second` by position."""

    first: str
    second: str
    volumes: tuple[int, int]


class Means(StrEnum):
    """How a conflict was resolved."""

    NONE_NEEDED = "NONE_NEEDED"
    TIME = "TIME"
    ALTITUDE = "ALTITUDE"
    PATH = "PATH"


@dataclass(frozen=True, slots=True)
class Resolution:
    """A mission that meets no declared flight, its intent, and what was changed for it."""

    mission: Mission
    intent: OperationalIntent
    means: Means


@dataclass(frozen=True, slots=True)
class _Volumes:
    """All volumes in arrays: outline, altitudes, times in seconds, position of their intent and within it."""

    outlines: NDArray[np.object_]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    owner: NDArray[np.int64]
    number: NDArray[np.int64]


def find_conflicts(intents: Sequence[OperationalIntent]) -> tuple[Conflict, ...]:
    """Every pair of intents that overlap in 4D, in the order of `intents`; ended ones meet nobody."""
    volumes = _volumes(intents)
    met: dict[tuple[int, int], tuple[int, int]] = {}
    for i, j in _pairs(volumes):
        if volumes.owner[i] > volumes.owner[j]:
            i, j = j, i
        key = int(volumes.owner[i]), int(volumes.owner[j])
        numbers = int(volumes.number[i]), int(volumes.number[j])
        met[key] = min(numbers, met.get(key, numbers))
    return tuple(Conflict(intents[a].id, intents[b].id, met[a, b]) for a, b in sorted(met))


def conflicts_with(intent: OperationalIntent, known: Sequence[OperationalIntent]) -> tuple[Conflict, ...]:
    """Conflicts of one intent with flights of its priority or a higher one; the others have to give way to it."""
    return _conflicts(intent, (known, _volumes(known)))


def _conflicts(
    intent: OperationalIntent, declared: tuple[Sequence[OperationalIntent], _Volumes]
) -> tuple[Conflict, ...]:
    """As `conflicts_with`, the volumes of the others being known: many flights are tried against the same ones."""
    known, others = declared
    own, met = _volumes([intent]), dict[int, tuple[int, int]]()
    ahead = np.array([one.priority >= intent.priority and one.id != intent.id for one in known], dtype=bool)
    is_ahead = ahead[others.owner] if len(others.owner) else np.zeros(0, dtype=bool)
    for k in range(len(own.owner)):
        near = is_ahead & (others.start < own.end[k]) & (own.start[k] < others.end)
        rows = np.flatnonzero(near & (others.lower < own.upper[k]) & (own.lower[k] < others.upper))
        for row in rows[shapely.intersects(others.outlines[rows], own.outlines[k])]:
            owner, numbers = int(others.owner[row]), (int(own.number[k]), int(others.number[row]))
            met[owner] = min(numbers, met.get(owner, numbers))
    return tuple(Conflict(intent.id, known[owner].id, met[owner]) for owner in sorted(met))


def _volumes(intents: Sequence[OperationalIntent]) -> _Volumes:
    flying = [(i, intent) for i, intent in enumerate(intents) if intent.state is not IntentState.ENDED]
    rows = [(i, n, volume) for i, intent in flying for n, volume in enumerate(intent.volumes)]
    coordinates = np.array([point for _, _, volume in rows for point in volume.outline]).reshape(-1, 2)
    ring = np.repeat(np.arange(len(rows)), [len(volume.outline) for _, _, volume in rows])
    rings = shapely.linearrings(coordinates, indices=ring) if rows else np.array([], dtype=np.object_)
    return _Volumes(
        outlines=np.asarray(shapely.polygons(rings), dtype=np.object_),
        lower=np.array([volume.lower_m for _, _, volume in rows]),
        upper=np.array([volume.upper_m for _, _, volume in rows]),
        start=np.array([volume.start.timestamp() for _, _, volume in rows]),
        end=np.array([volume.end.timestamp() for _, _, volume in rows]),
        owner=np.array([i for i, _, _ in rows], dtype=np.int64),
        number=np.array([n for _, n, _ in rows], dtype=np.int64),
    )


def _pairs(volumes: _Volumes) -> Iterator[tuple[int, int]]:
    """Volumes of different intents that overlap; a pair may come once a slot."""
    first = np.floor(volumes.start / SLOT_S).astype(np.int64)
    n_slots = np.floor(volumes.end / SLOT_S).astype(np.int64) - first + 1
    member = np.repeat(np.arange(len(first)), n_slots)
    offset = np.arange(len(member)) - np.repeat(np.cumsum(n_slots) - n_slots, n_slots)
    slot = first[member] + offset
    order = np.argsort(slot, kind="stable")
    bounds = np.flatnonzero(np.diff(slot[order])) + 1
    for group in np.split(member[order], bounds):
        if len(group) < 2:
            continue
        found = STRtree(volumes.outlines[group]).query(volumes.outlines[group])
        i, j = group[found[0]], group[found[1]]
        yield from _overlapping(volumes, i[i < j], j[i < j])


def _overlapping(v: _Volumes, i: NDArray[np.int64], j: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    near = (v.owner[i] != v.owner[j]) & (v.start[i] < v.end[j]) & (v.start[j] < v.end[i])
    near &= (v.lower[i] < v.upper[j]) & (v.lower[j] < v.upper[i])
    i, j = i[near], j[near]
    for k in np.flatnonzero(shapely.intersects(v.outlines[i], v.outlines[j])):
        yield int(i[k]), int(j[k])


def plan_clear_of(
    request: MissionRequest,
    region: tuple[Airspace, Aircraft, Wind],
    known: Sequence[OperationalIntent],
    uncertainty: Uncertainty,
    latest: timedelta,
    priority: int = 0,
) -> Resolution | Refusal:
    """Plan a mission that meets none of the declared flights.

    Tried in this order: as asked; later in steps of `STEP` up to `latest`; at each altitude asked alone; around the
    volumes in conflict. Flights of a lower `priority` have to give way themselves.

    Raises
    ------
    RequestError
        As `plan_mission`.
    """
    airspace, aircraft, wind = region
    planned = plan_mission(request, airspace, aircraft, wind)
    if isinstance(planned, Refusal):
        return planned
    declare = partial(intent_of, uncertainty=uncertainty, priority=priority)
    intent, declared = declare(planned), (known, _volumes(known))
    met = _conflicts(intent, declared)
    if not met:
        return Resolution(planned, intent, Means.NONE_NEEDED)
    for k in range(1, int(latest / STEP) + 1):
        if not _conflicts(delayed(intent, k * STEP), declared):
            # The wind may differ at the later time, so the mission is planned anew and looked at again.
            found = _tried(replace(request, departure=request.departure + k * STEP), region, declared, declare)
            if found is not None:
                return replace(found, means=Means.TIME)
    lowest = max(request.start.elevation_m, request.goal.elevation_m + request.cable_m)
    for altitude in request.altitudes_m if len(request.altitudes_m) > 1 else ():
        if altitude < lowest:
            continue
        found = _tried(replace(request, altitudes_m=(altitude,)), region, declared, declare)
        if found is not None:
            return replace(found, means=Means.ALTITUDE)
    around = replace(airspace, zones=airspace.zones + _keep_out(met, known))
    found = _tried(request, (around, aircraft, wind), declared, declare)
    if found is not None:
        return replace(found, means=Means.PATH)
    others = ", ".join(dict.fromkeys(conflict.second for conflict in met))
    cause = phrase(Cause.CONFLICT, flights=others, within_min=latest / timedelta(minutes=1))
    return Refusal(cause, (named(others),), (phrase(Remedy.LATER), phrase(Remedy.OTHER_ALTITUDE)))


def _tried(
    request: MissionRequest,
    region: tuple[Airspace, Aircraft, Wind],
    declared: tuple[Sequence[OperationalIntent], _Volumes],
    declare: Callable[[Mission], OperationalIntent],
) -> Resolution | None:
    planned = plan_mission(request, *region)
    if isinstance(planned, Refusal):
        return None
    intent = declare(planned)
    return None if _conflicts(intent, declared) else Resolution(planned, intent, Means.NONE_NEEDED)


def _keep_out(met: Sequence[Conflict], known: Sequence[OperationalIntent]) -> tuple[Geozone, ...]:
    """The flights in conflict as prohibited zones for the time that they are there."""
    names = {conflict.second for conflict in met}
    return tuple(
        Geozone(
            f"flight-{intent.id}-{n}",
            "",
            intent.id,
            ZoneKind.PROHIBITED,
            (
                ZoneVolume(
                    Polygon((volume.outline,)),
                    Altitude(volume.lower_m, Datum.AMSL),
                    Altitude(volume.upper_m, Datum.AMSL),
                ),
            ),
            (Applicability(volume.start, volume.end),),
        )
        for intent in known
        if intent.id in names
        for n, volume in enumerate(intent.volumes)
    )
