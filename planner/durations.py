"""How long it takes to other places: the last ways from stops to each, found once for all who come from anywhere.

By arrival everything runs backwards: the first ways to the stops.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planner.access import LINKS, joined
from planner.approach import RIDING_S, approaches_on
from planner.cursors import Page
from planner.ends import end_of
from planner.isochrone import Field
from planner.journeys import Options
from planner.reach import StreetSearch, reach
from planner.reasons import InputField, RoutingError
from planner.request import Coordinate, Location, PlanRequest, StreetMode
from planner.service_day import seconds_on
from planner.snapping import in_a_row
from planner.way_hours import moment_at
from planner.whole_seconds import ROUNDING_S

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TIMELESS = frozenset({StreetMode.WALK, StreetMode.BIKE})
"""Modes that depend on the time by the streets' opening hours alone."""


def durations(field: Field, others: Sequence[Location]) -> list[int | None]:
    """Seconds to each of `others` as `plan` finds them at best, a direct walk included; None where out of reach."""
    return next(durations_each([field], others))


def durations_each(fields: Iterable[Field | RoutingError], others: Sequence[Location]) -> Iterator[list[int | None]]:
    """`durations` of one field after the other; nothing is in reach of a place that is none.

    Last ways are kept from field to field where these ask for the same, of one network on one day.
    """
    last_ways: _LastWays | None = None
    for field in fields:
        if isinstance(field, RoutingError):
            yield [None] * len(others)
            continue
        if last_ways is None or not last_ways.serves(field):
            last_ways = _LastWays(field, others)
        yield last_ways.durations(field)


class _LastWays:
    """Ways from stops to places, kept for one state of the opening hours; `field` is the first who asks."""

    def __init__(self, field: Field, others: Sequence[Location]) -> None:
        self._asked, self._network, self._day, self._ground = field.request, field.network, field.day, field.ground
        ends = [end_of(field.network, other, InputField.TO, field.request.languages) for other in others]
        self._ends = [None if isinstance(end, RoutingError) else end for end in ends]
        nothing = frozenset[StreetMode]()
        one_sided = (
            replace(field.request, egress_modes=nothing)
            if field.request.arrive_by
            else replace(field.request, access_modes=nothing)
        )
        self._during = [
            approaches_on(field.network, field.ground, one_sided, (end, end), field.day)
            for end in self._ends
            if end is not None
        ]
        self._rows = np.array([row for row, end in enumerate(self._ends) if end is not None], np.int64)
        self._ways: tuple[Hashable, tuple[Integers, Options]] | None = None
        self._walks: tuple[Location, StreetSearch, Floats] | None = None

    def serves(self, field: Field) -> bool:
        """Whether `field` asks for the same ways, but for where it begins and when."""
        return (
            field.network is self._network
            and field.day == self._day
            and _but_for_its_origin(field.request) == _but_for_its_origin(self._asked)
        )

    def durations(self, field: Field) -> list[int | None]:
        """Seconds to each place, None where out of reach."""
        best = self._walked(field)
        owner, options = self._ways_at(field.request.time)
        moment = seconds_on(field.request.time, self._day, self._network.zone)
        if field.request.arrive_by:
            options, moment = options.mirrored(), -moment
        begin = np.maximum(field.ridden[options.stop] + moment, options.opens)
        np.minimum.at(best, owner, np.where(begin <= options.closes, begin + options.seconds, np.inf) - moment)
        here = field.end.place
        for row, end in enumerate(self._ends):
            if end is not None and (end.place.lat, end.place.lon) == (here.lat, here.lon):
                best[row] = 0.0
        return [int(seconds) if np.isfinite(seconds) else None for seconds in best.tolist()]

    def _ways_at(self, time: datetime) -> tuple[Integers, Options]:
        """Ways of all places behind each other, and the place of each row."""
        state = self._state_at(time)
        if self._ways is None or self._ways[0] != state:
            page, by_arrival = Page(time, time, is_fixed=True), self._asked.arrive_by
            sides = [during(page)[0 if by_arrival else 1] for during in self._during]
            ways = [joined([one for approach in side for one in approach.ways]) for side in sides]
            columns = (
                np.concatenate([getattr(one, name) for one in ways] or [np.empty(0, np.int32)])
                for name in ("stop", "seconds", "opens", "closes")
            )
            owner = np.repeat(self._rows, [len(one) for one in ways])
            self._ways = state, (owner, Options(*columns))
        return self._ways[1]

    def _state_at(self, time: datetime) -> Hashable:
        """Equal where the ways are: with the streets open alike all along, unless vehicles have times of their own."""
        if not (self._asked.access_modes if self._asked.arrive_by else self._asked.egress_modes) <= TIMELESS:
            return time
        if self._ground is None:
            return None
        moment = seconds_on(time, self._day, self._network.zone)
        (_, holding), *turns = self._ground.openings.within(self._day, (moment - RIDING_S, moment + RIDING_S))
        return holding, tuple(turns)

    def _walked(self, field: Field) -> Floats:
        """Seconds of the walk all the way to each place."""
        if field.ground is None or not len(self._rows):
            return np.full(len(self._ends), np.inf)
        moment = seconds_on(field.request.time, self._day, self._network.zone)
        search = self._network.street_search(field.ground.walk, moment_at(self._day, moment))
        if self._walks is None or self._walks[0] != field.request.origin or self._walks[1] is not search:
            self._walks = field.request.origin, search, self._walks_of(field, search)
        return self._walks[2].copy()

    def _walks_of(self, field: Field, search: StreetSearch) -> Floats:
        link = LINKS[search.profile.name]
        points = [end.links[link] for end in self._ends if end is not None]
        here, limit_s, backward = field.end.links[link], field.request.max_direct_s, field.request.arrive_by
        found = reach(search, here, in_a_row(points), limit_s, backward=backward)
        seconds = np.full(len(self._ends), np.inf)
        owner = np.repeat(self._rows, [len(one) for one in points])
        np.minimum.at(seconds, owner, np.ceil(found.seconds.astype(np.float64) - ROUNDING_S))
        return seconds


def _but_for_its_origin(request: PlanRequest) -> PlanRequest:
    anywhere = Coordinate(0.0, 0.0)
    return replace(request, origin=anywhere, destination=anywhere, time=datetime.min)
