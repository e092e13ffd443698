"""Searches between stops, RAPTOR: for one departure, for a range of departures, from one stop to all.

Delling, Pajor and Werneck, Round-Based Public Transit Routing, Transportation Science 49 (2015),
doi:10.1287/trsc.2014.0534. Walks need not be closed under transitivity: a label that says a vehicle arrived (one may
walk on, or leave) is kept apart from one that says a rider is ready to board (and may not walk again).
"""

from dataclasses import dataclass

import numpy as np

from planner import day as days
from planner import footpaths as walks
from planner.bounds import LEVELS, Bounds, no_bounds
from planner.connections import Departures
from planner.csr import entries, offsets, places
from planner.day import DayTimetable
from planner.footpaths import Footpaths
from planner.journeys import UNREACHED, Journeys, Options
from planner.labels import Labels, Leaving, Roads, Table, Walks, Ways
from planner.paces import no_paces, paces_of
from planner.rounds import search_once, search_range
from planner.scan import PATIENCE, soonest_arrivals
from planner.stays import lanes_of, single_trips
from planner.timetable import Flags, Indices, Times


@dataclass(frozen=True, slots=True)
class Transit:
    """A day's vehicles with the walks between its stops, ready to be searched; both forwards or both mirrored.

    `bounds` say how long journeys take at least; where there are none (`planner.bounds.no_bounds`) a search sweeps out
    its own (`planner.paces`), or looks at everything if `of` was told to. `departures` are for searches of all stops.
    """

    day: DayTimetable
    footpaths: Footpaths
    roads: Roads
    bounds: Bounds
    departures: Departures

    @classmethod
    def of(
        cls, day: DayTimetable, footpaths: Footpaths, bounds: Bounds | None = None, *, sweeps: bool = True
    ) -> "Transit":
        """Join `day` and `footpaths`, both forwards, with `bounds` that hold on them."""
        lanes, stays = single_trips(day)
        ways, vehicles = Walks(*(getattr(footpaths, name) for name in Walks._fields)), lanes_of(day)
        return cls(
            day,
            footpaths,
            Roads(lanes, vehicles, stays, ways, paces_of(vehicles, ways) if sweeps else no_paces()),
            no_bounds(day.n_stops) if bounds is None else bounds,
            Departures(vehicles, day.n_stops),
        )

    def mirrored(self) -> "Transit":
        """The same with time reversed: what searches by arrival are made on."""
        sweeps = len(self.roads.paces.run) > 0
        return Transit.of(days.mirrored(self.day), walks.mirrored(self.footpaths), self.bounds[::-1], sweeps=sweeps)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Memory for searches on one network, one search at a time: keep one per thread."""

    labels: Labels

    @classmethod
    def of(cls, transit: Transit, max_transfers: int) -> "Workspace":
        """Memory for searches with up to `max_transfers` changes on `transit` or its mirror image."""
        return cls.sized(transit.day.n_stops, _n_lanes(transit), max_transfers + 2)

    @classmethod
    def sized(cls, n_stops: int, n_patterns: int, n_levels: int) -> "Workspace":
        """Memory for `n_levels` − 1 rides."""

        def of(*shape: int, value: int = 0) -> Table:
            return np.full(shape, value, np.int32)

        def flags(n: int) -> Flags:
            return np.zeros(n, np.int8)

        return cls(
            Labels(
                ridden=of(n_levels, n_stops + 1),
                ready=of(n_levels, n_stops),
                rides=of(n_levels, n_stops, 4),
                ready_from=of(n_levels, n_stops),
                access=of(n_stops),
                n_rides=of(n_stops),
                target=of(n_levels),
                target_stop=of(n_levels),
                target_row=of(n_levels),
                limit=of(n_levels),
                least=of(LEVELS, n_stops),
                is_improved=flags(n_levels),
                egress_at=of(n_stops, value=-1),
                greedy=of(n_levels, n_levels, 3),
                greedy_access=of(n_levels),
                pattern_from=of(n_patterns, value=UNREACHED),
                pattern_to=of(n_patterns),
                lane_trip=of(n_patterns),
                lane_from=of(n_patterns),
                lane_rides=of(n_patterns),
                way_trip=of(n_patterns),
                way_from=of(n_patterns),
                way_rides=of(n_patterns),
                seated_trip=of(n_patterns),
                seated_from=of(n_patterns),
                queue=of(n_patterns),
                touched=of(n_stops),
                is_touched=flags(n_stops),
                marked=of(n_stops),
                fresh=of(n_stops + 1, value=UNREACHED),
                before=of(n_stops + 1),
            )
        )

    def fits(self, transit: Transit, max_transfers: int) -> bool:
        """Whether a search with up to `max_transfers` changes on `transit` finds room here."""
        levels, columns = self.labels.ridden.shape
        is_long_enough = len(self.labels.queue) >= _n_lanes(transit)
        return levels >= max_transfers + 2 and columns == transit.day.n_stops + 1 and is_long_enough


def search(
    transit: Transit,
    access: Options,
    egress: Options,
    earliest: int,
    latest: int,
    max_transfers: int,
    workspace: Workspace | None = None,
) -> Journeys:
    """Find the Pareto set in (departure, arrival, transfers) of all journeys that depart in [`earliest`, `latest`].

    A journey departs as late as its first ride allows, and has at least one ride. If `transit` is mirrored the journeys
    *arrive* in [`earliest`, `latest`], as early as their last ride allows. Of equal journeys one is given; they are
    sorted by departure.

    Parameters
    ----------
    transit : Transit
        Its direction decides which end of the journey the window is about.
    access, egress : Options
        From the origin and to the destination, always in the direction of travel.
    earliest, latest : int
        Seconds after the start of the day.
    max_transfers : int
        Changes between vehicles; staying seated is none.
    """
    return search_within(transit, (access, egress), Leaving(earliest, latest, UNREACHED), max_transfers, workspace)


def search_within(
    transit: Transit,
    ends: tuple[Options, Options],
    leaving: Leaving,
    max_transfers: int,
    workspace: Workspace | None = None,
) -> Journeys:
    """The same between the access and egress options `ends`; journeys that take too long are left out."""
    labels, (access, egress) = _labels(workspace, transit, max_transfers), ends
    if transit.day.is_mirrored:
        access, egress = egress.mirrored(), access.mirrored()
        leaving = Leaving(-leaving.latest, -leaving.earliest, leaving.longest)
    ways, arrivals = (ways_of(access), ways_of(egress)), transit.departures.arrivals
    found = search_range(transit.roads, arrivals, ways, labels, transit.bounds[0], leaving, max_transfers + 1)
    return _in_order(journeys_of(transit.day, *found))


def search_at(
    transit: Transit,
    access: Options,
    egress: Options,
    time: int,
    max_transfers: int,
    workspace: Workspace | None = None,
    longest: int = UNREACHED,
) -> Journeys:
    """Find the Pareto set in (arrival, transfers) of all journeys that depart at `time` or later, by transfers.

    `departure` is as late as the first ride found allows. What arrives more than `longest` seconds after `time` is left
    out. If `transit` is mirrored: the Pareto set in (departure, transfers) of all journeys that arrive at `time` or
    earlier.
    """
    return _search_once(transit, (access, egress), Leaving(time, time, longest), max_transfers, workspace)


def search_soonest(
    transit: Transit,
    access: Options,
    egress: Options,
    time: int,
    max_transfers: int,
    workspace: Workspace | None = None,
) -> Journeys:
    """Find one of the journeys that depart at `time` or later and arrive first, one with the fewest transfers.

    If `transit` is mirrored: of those that arrive at `time` or earlier and depart last.
    """
    leaving = Leaving(time, time, UNREACHED, is_soonest=True)
    return _search_once(transit, (access, egress), leaving, max_transfers, workspace)


def _search_once(
    transit: Transit,
    ends: tuple[Options, Options],
    leaving: Leaving,
    max_transfers: int,
    workspace: Workspace | None,
) -> Journeys:
    labels, (access, egress) = _labels(workspace, transit, max_transfers), ends
    if transit.day.is_mirrored:
        access, egress = egress.mirrored(), access.mirrored()
        leaving = leaving._replace(earliest=-leaving.latest, latest=-leaving.earliest)
    ways, arrivals = (ways_of(access), ways_of(egress)), transit.departures.arrivals
    return journeys_of(
        transit.day, *search_once(transit.roads, arrivals, ways, labels, transit.bounds[0], leaving, max_transfers + 1)
    )


def earliest_arrivals(
    transit: Transit, access: Options, start: int, max_transfers: int, workspace: Workspace | None = None,
    longest: int = UNREACHED,
) -> Times:  # fmt: skip
    """Earliest arrival of a vehicle at each stop for who departs at `start` or later; UNREACHED where none comes.

    What takes longer than `longest` seconds is left out. If `transit` is mirrored, `access` are the ways to the
    destination, and the result is the latest time at which one may board a vehicle at each stop to be there by `start`;
    −UNREACHED where none goes.

    Notes
    -----
    A scan (`planner.scan`) knows no limit of transfers: if its journeys have more, they are searched for in rounds.
    """
    options, begin = (access.mirrored(), -start) if transit.day.is_mirrored else (access, start)
    reached, rides = soonest_arrivals(
        transit.departures.connections, transit.roads, ways_of(options), begin, longest, PATIENCE
    )
    if rides > max_transfers + 1:
        return fewest_rides(transit, access, start, max_transfers, workspace, longest)[0]
    return -reached if transit.day.is_mirrored else reached


def fewest_rides(
    transit: Transit, access: Options, start: int, max_transfers: int, workspace: Workspace | None = None,
    longest: int = UNREACHED,
) -> tuple[Times, Indices]:  # fmt: skip
    """The same arrivals, and how many rides each takes at least; without meaning where nothing arrives."""
    labels = _labels(workspace, transit, max_transfers)
    nowhere, rides = Options.of([], []), max_transfers + 1
    if transit.day.is_mirrored:
        access, start = access.mirrored(), -start
    leaving = Leaving(start, start, longest)
    ways, arrivals = (ways_of(access), ways_of(nowhere)), transit.departures.arrivals
    search_once(transit.roads, arrivals, ways, labels, transit.bounds[0], leaving, rides)
    reached = labels.ridden[0, :-1].copy()
    return -reached if transit.day.is_mirrored else reached, labels.n_rides.copy()


def _n_lanes(transit: Transit) -> int:
    return max(len(lanes.trip_first) for lanes in (transit.roads.lanes, transit.roads.ways)) - 1


def _labels(workspace: Workspace | None, transit: Transit, max_transfers: int) -> Labels:
    if workspace is None:
        return Workspace.of(transit, max_transfers).labels
    if not workspace.fits(transit, max_transfers):
        raise ValueError(f"the workspace was made for another network or for fewer than {max_transfers} transfers")
    return workspace.labels


def ways_of(options: Options) -> Ways:
    """Options as the kernels read them."""
    return Ways(options.stop, options.seconds, options.opens, options.closes)


def journeys_of(day: DayTimetable, found: Table, rides: Table) -> Journeys:
    """Columns of what a kernel found, turned round if time ran backwards."""
    departure, arrival, n_rides, access, egress = found.T
    if day.is_mirrored:
        departure, arrival, access, egress = -arrival, -departure, egress, access
        rides = _turned(day, rides, n_rides)
    lane_trip, board, alight = rides.T
    return Journeys(departure, arrival, n_rides - 1, access, egress, offsets(n_rides), lane_trip, board, alight)


def _turned(day: DayTimetable, rides: Table, n_rides: Times) -> Table:
    """Rides on a mirrored day as rides on the day itself: rides, trips of a lane, calls of a trip count backwards."""
    lane_trip, board, alight = rides[np.repeat(np.cumsum(n_rides) - 1, n_rides) - places(n_rides)].T
    pattern = np.searchsorted(day.trip_first, lane_trip, "right") - 1
    last = day.pattern_first[pattern + 1] - day.pattern_first[pattern] - 1
    lane_trip = day.trip_first[pattern] + day.trip_first[pattern + 1] - 1 - lane_trip
    return np.column_stack([lane_trip, last - alight, last - board])


def _in_order(found: Journeys) -> Journeys:
    """The same journeys by departure, then arrival, then transfers."""
    order = np.lexsort((found.transfers, found.arrival, found.departure))
    rows = entries(found.ride_first, order)
    return Journeys(
        found.departure[order],
        found.arrival[order],
        found.transfers[order],
        found.access[order],
        found.egress[order],
        offsets(found.transfers[order] + 1),
        found.lane_trip[rows],
        found.board[rows],
        found.alight[rows],
    )
