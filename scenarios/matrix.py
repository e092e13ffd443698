"""Travel times from many places to many, over a departure window or along the streets; and what is in reach when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import islice, product
from math import ceil, inf, nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.access import LINKS
from planner.durations import durations_each
from planner.ends import end_of, links_of
from planner.isochrone import field_of
from planner.network import Network
from planner.profiles import bicycle, car, foot
from planner.reasons import InputField, RoutingError
from planner.request import Location, PlanRequest
from planner.street_table import street_table
from scenarios.cluster import ALONE, Workers, spread
from scenarios.reach_places import NamedPlace
from scenarios.remote_network import open_once

Seconds = NDArray[np.float64]


class Street(StrEnum):
    """How one goes when only streets count."""

    WALK = "walk"
    BIKE = "bike"
    CAR = "car"


PROFILES = {Street.WALK: foot(1.25), Street.BIKE: bicycle(4.2), Street.CAR: car()}

TOGETHER = 128
"""Origins whose ways along the streets are searched for at once: each destination is looked for once for all."""

SCHEDULED_TOGETHER = 8
"""Origins for which the last ways to the destinations are found once; more would leave workers without work."""


@dataclass(frozen=True, slots=True)
class Travel:
    """How long ways are looked for.

    Attributes
    ----------
    departures : tuple of datetime
        Aware; of streets only the first counts.
    street : Street or None
        Only along the streets; None: with every scheduled vehicle, and on foot.
    """

    departures: tuple[datetime, ...]
    limit_s: int
    street: Street | None = None
    wheelchair: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of a pair of places over the departures; None where that share of them does not arrive in time."""

    origin: str
    destination: str
    departures: int
    fastest_s: float | None
    median_s: float | None
    p90_s: float | None


PAIR_COLUMNS = {
    "origin": str, "destination": str, "departures": int, "fastest_s": float, "median_s": float, "p90_s": float
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """Opportunities within reach of a place at a departure: the weights of the destinations, summed."""

    origin: str
    departure: datetime
    minutes: int
    opportunities: float


ACCESS_COLUMNS = {"origin": str, "departure": datetime, "minutes": int, "opportunities": float}


def pairs(
    network: tuple[Path, str], places: tuple[Sequence[NamedPlace], Sequence[NamedPlace]], travel: Travel,
    workers: Workers = ALONE,
) -> Iterator[Pair]:  # fmt: skip
    """Every origin's row of destinations, in order.

    Parameters
    ----------
    network : tuple of Path and str
        A network's folder, and the name of its snapshot.
    places : tuple of sequence of NamedPlace
        Origins and destinations.
    """
    origins, destinations = places
    others = [place.location for place in destinations]
    found = _spread(network, origins, others, travel, workers)
    for origin, seconds in zip(origins, found, strict=True):
        fastest, median, p90 = (percentile(seconds, percent) for percent in (0, 50, 90))
        for column, destination in enumerate(destinations):
            numbers = (_known(row[column]) for row in (fastest, median, p90))
            yield Pair(origin.id, destination.id, len(seconds), *numbers)


def opportunities(
    network: tuple[Path, str], places: tuple[Sequence[NamedPlace], Sequence[NamedPlace]], travel: Travel,
    within_min: Sequence[int], workers: Workers = ALONE,
) -> Iterator[Access]:  # fmt: skip
    """By origin, departure and number of minutes, in order; see `pairs`."""
    origins, destinations = places
    weights = np.array([place.weight for place in destinations])
    found = _spread(network, origins, [place.location for place in destinations], travel, workers)
    for origin, seconds in zip(origins, found, strict=True):
        for departure, row in zip(travel.departures, seconds, strict=False):
            for minutes in within_min:
                yield Access(origin.id, departure, minutes, float(weights[row <= 60 * minutes].sum()))


def _known(seconds: float) -> float | None:
    return None if seconds == inf else round(float(seconds), 1)


def percentile(seconds: Seconds, percent: float) -> Seconds:
    """Along the first axis, the least value not exceeded by `percent` of them; inf counts like any other.

    References
    ----------
    Hyndman and Fan, Sample quantiles in statistical packages, 1996, doi:10.1080/00031305.1996.10473566, definition 1.
    """
    rank = max(1, ceil(percent / 100 * len(seconds) - 1e-9))
    chosen: Seconds = np.sort(seconds, axis=0)[rank - 1]
    return chosen


def _spread(
    network: tuple[Path, str], origins: Sequence[NamedPlace], others: Sequence[Location], travel: Travel,
    workers: Workers,
) -> Iterator[Seconds]:  # fmt: skip
    """`rows` of all origins, in order."""
    size = TOGETHER if travel.street else SCHEDULED_TOGETHER
    locations = [place.location for place in origins]
    blocks = (locations[begin : begin + size] for begin in range(0, len(locations), size))
    task = partial(_rows_in, network, others, travel)
    return (one for found in spread(task, blocks, workers) for one in found)


def _rows_in(
    network: tuple[Path, str], others: Sequence[Location], travel: Travel, origins: Sequence[Location]
) -> list[Seconds]:
    return rows(open_once(*network), origins, others, travel)


def rows(network: Network, origins: Sequence[Location], others: Sequence[Location], travel: Travel) -> list[Seconds]:
    """Of each origin, seconds by departure and destination; inf beyond the limit or where there is no way."""
    if travel.street is not None:
        return list(_along_streets(network, origins, others, travel)[:, None, :])
    return _scheduled(network, origins, others, travel)


def _scheduled(
    network: Network, origins: Sequence[Location], others: Sequence[Location], travel: Travel
) -> list[Seconds]:
    asked = product(origins, travel.departures)
    fields = (field_of(network, request_of(origin, departure, travel), travel.limit_s) for origin, departure in asked)
    found = (
        [inf if one is None or one > travel.limit_s else float(one) for one in row]
        for row in durations_each(fields, others)
    )
    return [np.array(list(islice(found, len(travel.departures)))) for _ in origins]


def request_of(origin: Location, departure: datetime, travel: Travel) -> PlanRequest:
    """The question of one departure; walks may take all the time there is."""
    return PlanRequest(
        origin, origin, departure, wheelchair=travel.wheelchair, max_access_s=travel.limit_s,
        max_egress_s=travel.limit_s, max_direct_s=travel.limit_s,
    )  # fmt: skip


def _along_streets(
    network: Network, origins: Sequence[Location], others: Sequence[Location], travel: Travel
) -> Seconds:
    side = network.snapshot.street_side
    assert travel.street is not None
    assert side is not None
    profile = PROFILES[travel.street]
    here, there = (np.array([_point(network, location) for location in ends]) for ends in (origins, others))
    known = [np.flatnonzero(np.isfinite(points[:, 0])) for points in (here, there)]
    ones, many = (
        links_of(side.streets, side.index, points[own, 0], points[own, 1])[LINKS[profile.name]]
        for points, own in zip((here, there), known, strict=True)
    )
    seconds = np.full((len(origins), len(others)), inf)
    seconds[np.ix_(*known)] = street_table(network.street_search(profile, None), ones, many, travel.limit_s)
    seconds[(here[:, None] == there[None]).all(axis=2)] = 0.0
    return seconds


def _point(network: Network, location: Location) -> tuple[float, float]:
    end = end_of(network, location, InputField.FROM, ("ja",))
    return (nan, nan) if isinstance(end, RoutingError) else (end.place.lat, end.place.lon)
