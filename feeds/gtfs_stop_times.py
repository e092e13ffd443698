"""Calls of trips: stop_times.txt sorted, checked, its blank times filled in."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from feeds.gtfs_cells import Column, Mask, NoticeLog, Table, number, seconds, whole
from feeds.gtfs_routes import Lines
from feeds.notices import Severity
from planner.timetable import NONE

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TripRows:
    """Usable rows of trips.txt with their route and service; `refused` are the ids of the others."""

    table: Table
    index: dict[str, int]
    refused: frozenset[str]
    route: Rows
    service: Rows

    def __len__(self) -> int:
        return len(self.route)


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of trip t (row of TripRows) are ``first[t]:first[t + 1]``; none where the trip cannot be used.

    `headsign` is the stop_headsign of each trip's first call.
    """

    first: NDArray[np.int64]
    stop: Rows
    arrival: Rows
    departure: Rows
    can_board: NDArray[np.int8]
    can_alight: NDArray[np.int8]
    headsign: Column
    sequence: Rows


def with_headsigns(calls: Calls, headsigns: Column) -> Calls:
    """The calls with `headsigns` for the trips whose first call has none."""
    return replace(calls, headsign=np.where(calls.headsign == "", headsigns, calls.headsign))


def read_trip_rows(table: Table, lines: Lines, services: dict[str, int], log: NoticeLog) -> TripRows:
    """Trips with an id of their own whose route and service are known."""
    ids = table.column("trip_id")
    route = table.positions("route_id", lines.route_index)
    service = table.positions("service_id", services)
    firsts: dict[str, int] = {}
    for row, trip in enumerate(ids):
        firsts.setdefault(trip, row)
    repeated = np.array([firsts[trip] != row for row, trip in enumerate(ids)], np.bool_) | (ids == "")
    message = "trip_id '{}' is blank or used before; the row is left out"
    log.add_rows(Severity.ERROR, table, repeated, message, "trip_id")
    message = "route_id '{}' of trip '{}' is not in routes.txt; the trip is left out"
    log.add_rows(Severity.ERROR, table, ~repeated & (route == NONE), message, "route_id", "trip_id")
    message = "service_id '{}' of trip '{}' is in no calendar; the trip is left out"
    log.add_rows(Severity.ERROR, table, ~repeated & (service == NONE), message, "service_id", "trip_id")
    usable = ~repeated & (route != NONE) & (service != NONE)
    kept = table.where(usable)
    index = {trip: row for row, trip in enumerate(kept.column("trip_id"))}
    return TripRows(kept, index, frozenset(firsts) - index.keys(), route[usable], service[usable])


def read_calls(table: Table, trips: TripRows, stops: dict[str, int], flex: frozenset[str], log: NoticeLog) -> Calls:
    """Calls of every trip; a trip with an impossible time or a single call has none.

    Parameters
    ----------
    table : Table
        Rows of stop_times.txt that name a stop and no pickup window.
    flex : frozenset of str
        Trips that also or only run on demand: they may lack calls.
    """
    table = _with_known_ids(table, trips, stops, log)
    trip = table.positions("trip_id", trips.index)
    spoiled = np.zeros(len(trips), np.bool_)
    order = _order(table, trip, spoiled, log)
    arrival, departure = _times(table, trip, order, spoiled, log)
    boards = table.choices("pickup_type", range(4), log)[order] != 1
    alights = table.choices("drop_off_type", range(4), log)[order] != 1
    stop, headsign = table.positions("stop_id", stops)[order], table.column("stop_headsign")[order]
    sequence = np.nan_to_num(table.parsed("stop_sequence", whole, NONE)[0][order], nan=NONE)
    trip = trip[order]
    count = np.bincount(trip, minlength=len(trips))
    flexible = np.isin(trips.table.column("trip_id"), sorted(flex)) if flex else np.zeros(len(trips), np.bool_)
    message = "trip '{}' has fewer than two usable calls; it is left out"
    log.add_rows(Severity.INFO, trips.table, (count < 2) & ~spoiled & ~flexible, message, "trip_id")
    spoiled |= count < 2
    kept = ~spoiled[trip]
    first = np.concatenate([[0], np.cumsum(np.where(spoiled, 0, count))])
    signs = np.full(len(trips), "", object)
    signs[~spoiled] = headsign[kept][first[:-1][~spoiled]]
    return Calls(
        first=first,
        stop=stop[kept],
        arrival=arrival[kept].astype(np.int32),
        departure=departure[kept].astype(np.int32),
        can_board=boards[kept].astype(np.int8),
        can_alight=alights[kept].astype(np.int8),
        headsign=signs,
        sequence=sequence[kept].astype(np.int32),
    )


def _with_known_ids(table: Table, trips: TripRows, stops: dict[str, int], log: NoticeLog) -> Table:
    codes, ids = table.coded("trip_id")
    is_known = np.array([trip in trips.index for trip in ids] or [False], np.bool_)
    is_reported = np.array([trip in trips.refused for trip in ids] or [False], np.bool_)
    known = is_known[codes]
    message = "trip_id '{}' is not in trips.txt; the row is left out"
    log.add_rows(Severity.ERROR, table, ~(is_known | is_reported)[codes], message, "trip_id")
    lost = table.positions("stop_id", stops) == NONE
    message = "stop_id '{}' of trip '{}' is no usable stop; the row is left out"
    log.add_rows(Severity.ERROR, table, lost & known, message, "stop_id", "trip_id")
    return table.where(known & ~lost)


def _order(table: Table, trip: Rows, spoiled: Mask, log: NoticeLog) -> NDArray[np.intp]:
    """Order of the rows by trip and stop_sequence."""
    sequence, bad = table.parsed("stop_sequence", whole)
    bad |= np.isnan(sequence) | (sequence < 0)
    if len(table) and "stop_sequence" not in table:
        log.add(Severity.ERROR, table.file, 1, "there is no column stop_sequence; calls are taken in the file's order")
        sequence, bad = np.arange(len(table)), np.zeros(len(table), np.bool_)
    message = "stop_sequence '{}' is no whole number from 0; trip '{}' is left out"
    log.add_rows(Severity.ERROR, table, bad, message, "stop_sequence", "trip_id")
    spoiled[trip[bad]] = True
    order = np.lexsort((np.where(bad, 0, sequence), trip))
    repeated = _marked(order, np.append(False, (np.diff(trip[order]) == 0) & (np.diff(sequence[order]) == 0)))
    message = "stop_sequence '{}' of trip '{}' is used before; the calls are taken in the file's order"
    log.add_rows(Severity.WARNING, table, repeated & ~bad, message, "stop_sequence", "trip_id")
    return order


def _marked(order: NDArray[np.intp], in_order: Mask) -> Mask:
    """A mask over sorted rows as one over the rows of the file."""
    marked = np.zeros(len(order), np.bool_)
    marked[order] = in_order[: len(order)]
    return marked


def _times(table: Table, trip: Rows, order: NDArray[np.intp], spoiled: Mask, log: NoticeLog) -> tuple[Floats, Floats]:
    """Arrivals and departures in `order`; trips whose times are impossible become `spoiled`."""
    arrival, departure = _written_times(table, trip, spoiled, log)
    distance = table.parsed("shape_dist_traveled", number)[0][order]
    arrival, departure, trip = arrival[order], departure[order], trip[order]
    changes = np.diff(trip) != 0
    at_end = np.append(True, changes)[: len(trip)] | np.append(changes, True)[: len(trip)]
    lost = at_end & np.isnan(arrival)
    message = "the first or last call of trip '{}' has no time; the trip is left out"
    log.add_rows(Severity.ERROR, table, _marked(order, lost & ~spoiled[trip]), message, "trip_id")
    spoiled[trip[lost]] = True
    arrival[lost] = departure[lost] = 0
    fill_blank_times(arrival, departure, distance)
    earlier = np.append(False, (arrival[1:] < departure[:-1]) & ~changes)[: len(trip)]
    backwards = (departure < arrival) | earlier
    message = "time '{}', '{}' of trip '{}' lies before the one preceding it; the trip is left out"
    columns = ("arrival_time", "departure_time", "trip_id")
    log.add_rows(Severity.ERROR, table, _marked(order, backwards & ~spoiled[trip]), message, *columns)
    spoiled[trip[backwards]] = True
    return arrival, departure


def _written_times(table: Table, trip: Rows, spoiled: Mask, log: NoticeLog) -> tuple[Floats, Floats]:
    """Arrivals and departures in the file's order, one standing for the other where that is blank."""
    arrival, bad_arrival = table.parsed("arrival_time", seconds)
    departure, bad_departure = table.parsed("departure_time", seconds)
    bad = bad_arrival | bad_departure
    message = "'{}', '{}' is no time H:MM:SS; trip '{}' is left out"
    log.add_rows(Severity.ERROR, table, bad, message, "arrival_time", "departure_time", "trip_id")
    spoiled[trip[bad]] = True
    arrival = np.where(np.isnan(arrival), departure, arrival)
    departure = np.where(np.isnan(departure), arrival, departure)
    if "timepoint" in table:
        unkept = (table.column("timepoint") == "1") & np.isnan(arrival) & ~bad
        message = "the row is a timepoint of trip '{}' but has no time; it is interpolated"
        log.add_rows(Severity.WARNING, table, unkept, message, "trip_id")
    return arrival, departure


def fill_blank_times(arrival: Floats, departure: Floats, distance: Floats) -> None:
    """Fill nan times between timed calls: by distance travelled where every call between has one, else evenly.

    First and last call of each trip must be timed, so that no stretch between two timed calls leaves its trip.
    """
    timed = np.flatnonzero(~np.isnan(arrival))
    blank = np.flatnonzero(np.isnan(arrival))
    if not len(blank):
        return
    stretch = np.searchsorted(timed, blank) - 1
    before, after = timed[stretch], timed[stretch + 1]
    steps = np.append(np.diff(distance), np.nan)
    # nan fails the comparison: a missing distance spoils its stretch like one that runs backwards.
    is_monotone = np.append(0, np.cumsum(~(steps >= 0)))
    by_distance = (is_monotone[after] == is_monotone[before]) & (distance[after] > distance[before])
    length = np.where(by_distance, distance[after] - distance[before], after - before)
    done = np.where(by_distance, distance[blank] - distance[before], blank - before)
    arrival[blank] = np.rint(departure[before] + (arrival[after] - departure[before]) * done / length)
    departure[blank] = arrival[blank]
