"""Searches between stops with a third criterion beside arrival and changes: walking, emissions, reliability.

The third criterion is a cost in whole numbers that every part of a journey adds to. `planner.criteria_costs` makes
them.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.criteria_latest import latest_times
from planner.criteria_rounds import WIDTH, Bags, Costs, least_to, ride_rounds, traced
from planner.csr import entries, offsets
from planner.journeys import UNREACHED, Journeys, Options
from planner.labels import Table
from planner.raptor import Transit, Workspace, journeys_of, search_at, ways_of
from planner.request import Slack
from planner.timetable import Flags, Indices, Times

NOTHING = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is added up on the vehicles and footpaths of one `Transit`, in its direction of time.

    Attributes
    ----------
    walks : int32 array
        Cost of each footpath.
    along, profile, is_mixed, kind, risk, step_s
        As in `planner.criteria_rounds.Costs`.
    """

    walks: Times
    along: Times
    profile: Indices
    is_mixed: Flags
    kind: Indices
    risk: NDArray[np.int32]
    step_s: int = 1


@dataclass(frozen=True, slots=True)
class Side:
    """Ways from the origin or to the destination, what each costs, and how long one walks on it."""

    options: Options
    cost: Times
    walk_s: Times

    def mirrored(self) -> "Side":
        """The same with time reversed."""
        return Side(self.options.mirrored(), self.cost, self.walk_s)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Journeys and what each costs by the third criterion."""

    journeys: Journeys
    cost: Times


@dataclass(frozen=True, slots=True)
class Travel:
    """Where and with what a search is made: a day in the direction of the search and in the other, costs, limits.

    Attributes
    ----------
    walk_s : int32 array
        Seconds on foot on each footpath of `transit`.
    longest_walk_s : int or None
        A journey may take so long on foot in all.
    slack : Slack or None
        None for all of the Pareto set.
    """

    transit: Transit
    opposite: Transit
    criterion: Criterion
    walk_s: Times
    max_transfers: int
    longest_walk_s: int | None = None
    slack: Slack | None = None


def search_weighed(
    travel: Travel, access: Side, egress: Side, time: int, workspace: Workspace | None = None
) -> Weighed:
    """Find the Pareto set in (arrival, transfers, cost) of all journeys that depart at `time` or later.

    With `travel.slack`, those of them that keep it: each arrives at most so much later, and with at most so many more
    transfers, than some journey of the Pareto set in (arrival, transfers). If `travel.transit` is mirrored: likewise in
    (departure, transfers, cost) of all journeys that arrive at `time` or earlier.

    Each departs as late as its first ride allows, and has at least one ride.
    """
    limit, ends = np.full(travel.max_transfers + 2, UNREACHED, np.int32), (access, egress)
    if travel.slack is not None:
        limit = _limits(travel, travel.slack, ends, time, workspace)
    if travel.transit.day.is_mirrored:
        ends, time = (egress.mirrored(), access.mirrored()), -time
    found, rides = _found(travel, ends, time, limit)
    order = np.lexsort((found[:, 5], found[:, 1], found[:, 2]))
    rides = rides[entries(offsets(found[:, 2]), order)]
    return Weighed(journeys_of(travel.transit.day, found[order, :5], rides), found[order, 5])


def search_weighed_within(
    travel: Travel, access: Side, egress: Side, span: tuple[int, int], workspace: Workspace | None = None
) -> Weighed:
    """Find the Pareto set in (departure, arrival, transfers, cost) of the journeys that depart in `span`.

    A journey that one departing later than `span` dominates is left out. `travel.slack` is kept beside the journeys
    that depart as late as it does or later; one that keeps it may be beaten by another that departs later still and no
    longer keeps it. If `travel.transit` is mirrored the journeys arrive in `span`, and so on.

    Notes
    -----
    One search after the other for who leaves at a time or later, next just after the first departure found: in between
    the answer is the same.
    """
    is_mirrored = travel.transit.day.is_mirrored
    found: list[Weighed] = []
    time, end = (span[1], span[0]) if is_mirrored else span
    # One more than the span: what leaves later and is as good otherwise takes the place of what leaves in it.
    while time >= end - 1 if is_mirrored else time <= end + 1:
        one = search_weighed(travel, access, egress, time, workspace)
        if not len(one.cost):
            break
        found.append(one)
        time = int(one.journeys.arrival.max()) - 1 if is_mirrored else int(one.journeys.departure.min()) + 1
    return _latest_of_equal(found, span, is_mirrored)


def _latest_of_equal(found: list[Weighed], span: tuple[int, int], is_mirrored: bool) -> Weighed:
    """All journeys found within `span`; of those that differ in departure (arrival) alone the latest (earliest)."""
    if not found:
        return Weighed(_joined([]), NOTHING)
    joined, cost = _joined([one.journeys for one in found]), np.concatenate([one.cost for one in found])
    own, other = (joined.arrival, joined.departure) if is_mirrored else (-joined.departure, joined.arrival)
    order = np.lexsort((own, cost, joined.transfers, other))
    same = np.stack([other, joined.transfers, cost])[:, order]
    is_first = np.append(True, (np.diff(same) != 0).any(axis=0))
    rows = order[is_first]
    ends = joined.arrival if is_mirrored else joined.departure
    rows = rows[(ends[rows] >= span[0]) & (ends[rows] <= span[1])]
    rows = rows[np.lexsort((cost[rows], joined.transfers[rows], joined.arrival[rows], joined.departure[rows]))]
    return Weighed(taken(joined, rows), cost[rows])


def taken(journeys: Journeys, rows: NDArray[np.int64]) -> Journeys:
    """The chosen journeys, in the order of `rows`."""
    rides = entries(journeys.ride_first, rows)
    return Journeys(
        journeys.departure[rows],
        journeys.arrival[rows],
        journeys.transfers[rows],
        journeys.access[rows],
        journeys.egress[rows],
        offsets(journeys.transfers[rows] + 1),
        journeys.lane_trip[rides],
        journeys.board[rides],
        journeys.alight[rides],
    )


def _joined(parts: list[Journeys]) -> Journeys:
    names = [name for name in Journeys.__dataclass_fields__ if name != "ride_first"]
    columns = {name: np.concatenate([NOTHING, *(getattr(part, name) for part in parts)]) for name in names}
    return Journeys(**columns, ride_first=offsets(columns["transfers"] + 1))


def _limits(travel: Travel, slack: Slack, ends: tuple[Side, Side], time: int, workspace: Workspace | None) -> Times:
    """Latest arrival with each number of rides that keeps `slack`, in the clock of the search."""
    access, egress = ends
    transit, most = travel.transit, travel.max_transfers
    if travel.longest_walk_s is None:
        first = search_at(transit, access.options, egress.options, time, most, workspace)
    else:
        first = search_weighed(_plainly(travel), _free(access), _free(egress), time).journeys
    arrivals = -first.departure if transit.day.is_mirrored else first.arrival
    if not len(first):
        return np.zeros(1, np.int32)
    rides = np.arange(min(most, int(first.transfers.max()) + slack.transfers) + 2)
    row = np.searchsorted(first.transfers + 1, rides - slack.transfers)
    return (arrivals[row] + slack.seconds).astype(np.int32)


def _plainly(travel: Travel) -> Travel:
    return replace(travel, criterion=nothing(travel.transit), slack=None)


def _free(side: Side) -> Side:
    return replace(side, cost=np.zeros_like(side.cost))


def nothing(transit: Transit) -> Criterion:
    """A criterion by which nothing costs anything."""
    n_lanes, n_trips = len(transit.day.trip_first) - 1, int(transit.day.trip_first[-1])
    nowhere = np.zeros(len(transit.footpaths.to), np.int32)
    of_trips = np.zeros(n_trips, np.int32)
    return Criterion(nowhere, NOTHING, of_trips, np.zeros(n_lanes, np.int8), of_trips, np.zeros((0, 0, 0), np.int32))


def _found(travel: Travel, ends: tuple[Side, Side], time: int, limit: Times) -> tuple[Table, Table]:
    """Journeys and rides as the kernels have them; memory for labels is doubled until it is enough."""
    transit, n_stops = travel.transit, travel.transit.day.n_stops
    access, egress = (ways_of(side.options) for side in ends)
    latest = (np.full((len(limit), n_stops + 1), UNREACHED, np.int32),) * 2
    if travel.slack is not None:
        opposite = travel.opposite
        back = opposite.roads.ways, opposite.roads.walks, ways_of(ends[1].options.mirrored()), opposite.bounds[0]
        latest = latest_times(back, access.stop, time, limit)
    costs = _costs(travel, ends)
    roads = transit.roads.ways, transit.roads.walks, access, egress
    least, shortest = least_to(transit.bounds[0], egress, n_stops), int(egress.seconds.min(initial=UNREACHED))
    size = 1 << 14
    while True:
        bags = Bags(
            np.empty(n_stops, np.int32), np.empty(n_stops, np.int32), np.empty((size, WIDTH), np.int32),
            np.empty((size, 5), np.int32), least, shortest,
        )  # fmt: skip
        if ride_rounds(roads, costs, bags, latest, time, limit):
            return traced(roads[0], access, bags)
        size *= 4


def _costs(travel: Travel, ends: tuple[Side, Side]) -> Costs:
    criterion, (access, egress), walk_s = travel.criterion, ends, travel.walk_s
    access_s, egress_s = access.walk_s, egress.walk_s
    if travel.longest_walk_s is None:
        access_s, egress_s, walk_s = (np.zeros_like(seconds) for seconds in (access_s, egress_s, walk_s))
    is_as_good: NDArray[np.int8] = np.ones((1, 1), np.int8)
    is_mixed = criterion.is_mixed
    if len(criterion.risk):
        lanes = travel.transit.day.trip_first[:-1]
        lowest, highest = (of.reduceat(criterion.kind, lanes) for of in (np.minimum, np.maximum))
        is_mixed = is_mixed | np.asarray(lowest != highest, np.int8)
        is_as_good = np.asarray((criterion.risk[:, None] <= criterion.risk[None, :]).all(axis=(2, 3)), np.int8)
    return Costs(
        access.cost,
        egress.cost,
        criterion.walks,
        access_s,
        egress_s,
        walk_s,
        UNREACHED if travel.longest_walk_s is None else travel.longest_walk_s,
        criterion.along,
        criterion.profile,
        is_mixed,
        criterion.risk,
        criterion.step_s,
        criterion.kind,
        is_as_good,
    )
