"""Many questions between stops in one compiled call: what each answers alone, without going back to Python between."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from planner.bounds import Bounds
from planner.csr import offsets
from planner.journeys import UNREACHED, Journeys, Options
from planner.kernels import kernel
from planner.labels import Arrivals, Labels, Leaving, Roads, Table, Ways
from planner.raptor import Transit, Workspace, journeys_of, ways_of
from planner.rounds import search_once
from planner.timetable import Indices, Times


class Questions(NamedTuple):
    """Departures at `time` or later, arrivals by then on a mirrored day; one row a question.

    The ways from the origin of question q are rows ``access_first[q]:access_first[q + 1]`` of `access`; those to its
    destination likewise.
    """

    access_first: Indices
    access: Options
    egress_first: Indices
    egress: Options
    time: Times

    @classmethod
    def of(cls, access: Sequence[Options], egress: Sequence[Options], time: Times) -> "Questions":
        """Questions with options of their own each."""
        access_first, ways_to = _behind_each_other(access)
        egress_first, ways_from = _behind_each_other(egress)
        return cls(access_first, ways_to, egress_first, ways_from, time)

    def mirrored(self) -> "Questions":
        """The same with time reversed, as a mirrored day is asked."""
        return Questions(
            self.egress_first, self.egress.mirrored(), self.access_first, self.access.mirrored(), -self.time
        )


def _behind_each_other(options: Sequence[Options]) -> tuple[Indices, Options]:
    columns = (
        np.concatenate([getattr(one, name) for one in options] or [np.empty(0, np.int32)])
        for name in ("stop", "seconds", "opens", "closes")
    )
    return offsets(np.array([len(one) for one in options], np.int64)), Options(*columns)


def search_many(transit: Transit, questions: Questions, max_transfers: int) -> tuple[Indices, Journeys]:
    """Answer `questions` as `planner.raptor.search_at` does one by one.

    Returns
    -------
    first : int32 array of shape (questions + 1,)
        The journeys of question q are rows ``first[q]:first[q + 1]``.
    journeys : Journeys
        `access` and `egress` count within the options of the question.
    """
    if transit.day.is_mirrored:
        questions = questions.mirrored()
    first, found, rides = _search_each(
        transit.roads,
        transit.departures.arrivals,
        ((questions.access_first, ways_of(questions.access)), (questions.egress_first, ways_of(questions.egress))),
        questions.time,
        Workspace.of(transit, max_transfers).labels,
        transit.bounds[0],
        max_transfers + 1,
    )
    return first, journeys_of(transit.day, found, rides)


@kernel
def _search_each(
    roads: Roads, arrivals: Arrivals, options: tuple[tuple[Indices, Ways], tuple[Indices, Ways]], time: Times,
    labels: Labels, bounds: Bounds, max_rides: int,
) -> tuple[Indices, Table, Table]:  # fmt: skip
    first = np.zeros(len(time) + 1, np.int32)
    found, rides = np.empty((1024, 5), np.int32), np.empty((4096, 3), np.int32)
    n_rides = 0
    for question in range(len(time)):
        leaving = Leaving(int(time[question]), int(time[question]), UNREACHED, False)
        ends = _rows(options[0], question), _rows(options[1], question)
        some, ridden = search_once(roads, arrivals, ends, labels, bounds, leaving, max_rides)
        begin, end = first[question], first[question] + len(some)
        while end > len(found):
            found = np.concatenate((found, np.empty_like(found)))
        while n_rides + len(ridden) > len(rides):
            rides = np.concatenate((rides, np.empty_like(rides)))
        found[begin:end], rides[n_rides : n_rides + len(ridden)] = some, ridden
        first[question + 1], n_rides = end, n_rides + len(ridden)
    return first, found[: first[-1]], rides[:n_rides]


@kernel
def _rows(options: tuple[Indices, Ways], question: int) -> Ways:
    first, (stop, seconds, opens, closes) = options
    begin, end = first[question], first[question + 1]
    return Ways(stop[begin:end], seconds[begin:end], opens[begin:end], closes[begin:end])
