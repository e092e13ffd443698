"""Stops that a journey has to pass through, seated or changing: days in layers, one more for every stop passed.

Every stop is in layer 0 before the first of them has been passed, in the last layer after all have. A vehicle that
calls at the next one takes riders from a layer to the one behind it; all else stays in its layer. Journeys begin in
the first layer and end in the last, so any search between stops finds just those that pass all, and needs to know
nothing of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.csr import entries, offsets
from planner.day import DayTimetable, Segments, boarding_places
from planner.footpaths import FORBIDDEN, OPEN_ALWAYS, Footpaths
from planner.raptor import Transit
from planner.timetable import NONE, Indices

Lane = tuple[int, Indices, Indices]
"""A pattern of the day with where one boards and alights in a layer, or from a layer to a later one."""


def through(transit: Transit, places: Sequence[frozenset[int]]) -> Transit:
    """The day, forwards, in which every journey passes one stop of each of `places`, in their order.

    One is passed where a vehicle one rides calls there, boarding and alighting included.
    """
    layers = _Layers(transit.day.n_stops, len(places))
    return Transit.of(_day(transit.day, places, layers), _walks(transit.footpaths, layers))


class _Layers:
    """Numbers of stops in layers: where one boards in the first and alights in the last they are the stops' own."""

    def __init__(self, n_stops: int, last: int) -> None:
        self.n_stops, self.last = n_stops, last
        self.n_all = n_stops * (1 + 2 * last)

    def board(self, layer: int) -> int:
        """What is added to a stop one boards at."""
        return layer * self.n_stops

    def alight(self, layer: int) -> int:
        """What is added to a stop one alights at."""
        return 0 if layer == self.last else (1 + self.last + layer) * self.n_stops

    def named(self, stop: Indices, shift: int) -> Indices:
        """Stops of a layer, with what stands for "not here"."""
        return np.where(stop == self.n_stops, self.n_all, stop + shift).astype(np.int32)


def _day(day: DayTimetable, places: Sequence[frozenset[int]], layers: _Layers) -> DayTimetable:
    lanes = list(_lanes(day, places, layers))
    pattern = np.array([lane[0] for lane in lanes], np.int64)
    n_calls, n_trips = np.diff(day.pattern_first)[pattern], np.diff(day.trip_first)[pattern]
    pattern_first = offsets(n_calls)
    board, alight = (np.concatenate([lane[column] for lane in lanes]).astype(np.int32) for column in (1, 2))
    events, lane_trips = entries(day.event_first, pattern), entries(day.trip_first, pattern)
    segments, rows = day.segments, entries(day.segments.first, lane_trips)
    at_first, at_pattern, at_position = boarding_places(layers.n_all, pattern_first, board)
    return replace(
        day,
        n_stops=layers.n_all,
        pattern_first=pattern_first,
        stop=day.stop[entries(day.pattern_first, pattern)],
        board_stop=board,
        alight_stop=alight,
        trip_first=offsets(n_trips),
        event_first=offsets(n_calls * n_trips),
        arrival=day.arrival[events],
        departure=day.departure[events],
        at_first=at_first,
        at_pattern=at_pattern,
        at_position=at_position,
        segments=Segments(
            offsets(np.diff(segments.first)[lane_trips]),
            *(getattr(segments, name)[rows] for name in ("trip", "day_offset", "position", "n_calls")),
        ),
        # Nobody begins or ends at the stops of the layers between: they are copies of none.
        copy_of=np.append(day.copy_of, np.full(layers.n_all - layers.n_stops, NONE)).astype(np.int32),
        n_per_layer=layers.n_stops,
    )


def _lanes(day: DayTimetable, places: Sequence[frozenset[int]], layers: _Layers) -> Iterator[Lane]:
    """Every pattern in every layer, and from each layer to those that its calls lead to."""
    is_passed = [np.isin(day.stop, list(place)) for place in places]
    for pattern in range(len(day.pattern_first) - 1):
        calls = slice(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
        board, alight = day.board_stop[calls], day.alight_stop[calls]
        at = [np.flatnonzero(passed[calls]) for passed in is_passed]
        for layer in range(layers.last + 1):
            own = layers.named(board, layers.board(layer))
            yield pattern, own, layers.named(alight, layers.alight(layer))
            for first, last, to in _crossings(at, layer):
                until, since = own.copy(), layers.named(alight, layers.alight(to))
                until[first + 1 :] = since[:last] = layers.n_all
                yield pattern, until, since


def _crossings(at: Sequence[NDArray[np.int64]], layer: int) -> Iterator[tuple[int, int, int]]:
    """(last boarding, first alighting, layer) of ways from a layer on: each call at its place, then the next ones."""
    for first in at[layer].tolist() if layer < len(at) else ():
        last = first
        for to in range(layer + 1, len(at) + 1):
            yield first, last, to
            later = at[to][at[to] >= last] if to < len(at) else at[0][:0]
            if not len(later):
                break
            last = int(later[0])


def _walks(footpaths: Footpaths, layers: _Layers) -> Footpaths:
    """Walks and changes within each layer; those between the stops' own numbers stay, for who writes them down."""
    stay = np.flatnonzero(footpaths.change_s != FORBIDDEN)
    always = [np.full(len(stay), bound) for bound in OPEN_ALWAYS]
    start, to = np.append(footpaths.start, stay), np.append(footpaths.to, stay)
    told = [
        np.append(footpaths.seconds, footpaths.change_s[stay]),
        np.append(footpaths.opens, always[0]),
        np.append(footpaths.closes, always[1]),
    ]
    every = range(layers.last + 1)
    starts = np.concatenate([footpaths.start, *(start + layers.alight(layer) for layer in every)])
    ends = np.concatenate([footpaths.to, *(to + layers.board(layer) for layer in every)])
    own = (footpaths.seconds, footpaths.opens, footpaths.closes)
    seconds, opens, closes = (
        np.concatenate([mine, *[more for _ in every]]) for mine, more in zip(own, told, strict=True)
    )
    change_s = np.full(layers.n_all, FORBIDDEN, np.int32)
    change_s[: layers.n_stops] = footpaths.change_s
    return Footpaths.of(starts, ends, seconds, change_s, (opens, closes))
