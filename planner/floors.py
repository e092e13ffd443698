"""Seconds that journeys between first and last ways take at least: pairs that cannot be quick enough are not searched.

What a journey from a stop takes at least depends neither on the window nor on the way to the stop. So it is summed up
once for each set of last ways, from the network's tables or by a sweep (`planner.bounds`, `planner.paces`), and holds
for all windows and all first ways.
"""

from collections.abc import Sequence

import numpy as np

from planner.bounds import LEVELS, NO_WAY
from planner.journey_search import Approach
from planner.journeys import UNREACHED, Options
from planner.paces import sweep
from planner.raptor import Transit, ways_of
from planner.ruled_changes import with_copies
from planner.timetable import Times

Combined = tuple[Approach, Approach, int]
"""First and last ways, and the seconds that their journeys may take."""


class Floors:
    """Least seconds of one day's journeys, kept while windows are widened."""

    def __init__(self, transit: Transit) -> None:
        self._transit = transit
        self._kept: dict[tuple[int, bytes, bytes], Times] = {}

    def possible(self, pairs: Sequence[Combined]) -> list[Combined]:
        """The pairs of which a journey may be quick enough; where any may take any time, it is looked for."""
        longest = max((longest for _, _, longest in pairs if longest < UNREACHED), default=0)
        return [pair for pair in pairs if pair[2] >= UNREACHED or self._least(pair, longest) <= pair[2]]

    def _least(self, pair: Combined, longest: int) -> int:
        day = self._transit.day
        access, egress = (with_copies(day, one.options)[0] for one in pair[:2])
        if day.is_mirrored:
            access, egress = egress, access
        key = longest, egress.stop.tobytes(), egress.seconds.tobytes()
        if key not in self._kept:
            self._kept[key] = self._summed(egress, longest)
        return int((access.seconds + self._kept[key][access.stop]).min())

    def _summed(self, egress: Options, longest: int) -> Times:
        """From being ready at each stop to the end, at least; UNREACHED where it takes longer than `longest`."""
        roads, bounds, n_stops = self._transit.roads, self._transit.bounds[0], self._transit.day.n_stops
        if len(bounds):
            ways = bounds[-1, egress.stop].astype(np.int32)
            sums = np.where(ways < NO_WAY, ways + egress.seconds[:, None], UNREACHED)
            return np.asarray(sums.min(axis=0), np.int32)
        if not len(roads.paces.run):
            return np.zeros(n_stops, np.int32)
        least = np.empty((LEVELS, n_stops), np.int32)
        sweep(least, roads.ways, roads.paces, roads.walks.change_s, ways_of(egress), longest)
        any_rides: Times = least[-1]
        return any_rides
