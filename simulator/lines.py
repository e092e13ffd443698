"""Scheduled lines as they run: late at times, full at times, longer at a stop where many board; one process a trip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
import simpy
from numpy.typing import NDArray

from planner.day import DayTimetable
from simulator.events import EventLog, Kind, Reason
from simulator.processes import Process


@dataclass(frozen=True, slots=True)
class Stock:
    """What runs on a line.

    Attributes
    ----------
    places : int
        Travellers of the simulation who fit: the places less those of people who are not simulated.
    doors : int
        Streams in which people alight and board.
    door_s, board_s, alight_s, wheelchair_s : float
        Opening and closing; for one person; for one in a wheelchair, with a ramp.
    late_share, late_s : float
        Share of trips that something delays on the way, and the mean of that delay, exponential.
    g_km, g_person_km : float
        CO2 equivalent, grams: of the whole vehicle a kilometre, or of each traveller's kilometre where vehicles run for
        others too.
    yen_km : float
        Cost of running it.
    """

    places: int
    doors: int
    door_s: float
    board_s: float
    alight_s: float
    wheelchair_s: float
    late_share: float = 0.0
    late_s: float = 0.0
    g_km: float = 0.0
    g_person_km: float = 0.0
    yen_km: float = 0.0


@dataclass(frozen=True, slots=True)
class Closure:
    """No trip of the stated patterns goes from a stop to the next of a pair between two times."""

    stops: frozenset[int]
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Day:
    """What runs on the day, by pattern of `timetable`.

    Attributes
    ----------
    stock : sequence of Stock
    point : int
        Point of stop 0 in the town.
    metres : sequence of arrays
        From the first call to each call.
    extra_s : array of float
        Primary delay of each lane trip, 0 if none, met at the call `extra_at`.
    broken : mapping of int to int
        Lane trips that end at this call, because the vehicle breaks down.
    """

    timetable: DayTimetable
    stock: Sequence[Stock]
    point: int
    metres: Sequence[NDArray[np.float64]]
    extra_s: NDArray[np.float64]
    extra_at: NDArray[np.int64]
    closures: Sequence[Closure] = ()
    broken: Mapping[int, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody, or a group of `party`, at a stop for a line.

    `boarded` succeeds with the lane trip, `alighted` with the place reached.
    """

    number: int
    alight: int
    uses_wheelchair: bool
    boarded: simpy.Event
    alighted: simpy.Event
    metres: float
    party: int = 1


@dataclass(slots=True, eq=False)
class Lines:
    """All lines while they run.

    Attributes
    ----------
    queues : dict of (pattern, call) to list
        Who waits, first come first.
    crowding : dict of (pattern, call) to float
        Share of places taken in the vehicle that left there last.
    gone : dict of (pattern, call) to int
        The lane trip that left there last.
    """

    env: simpy.Environment
    log: EventLog
    day: Day
    queues: dict[tuple[int, int], list[Waiting]] = field(default_factory=dict)
    crowding: dict[tuple[int, int], float] = field(default_factory=dict)
    gone: dict[tuple[int, int], int] = field(default_factory=dict)

    def join(self, pattern: int, board: int, rider: Waiting) -> None:
        """Stand at the end of the queue for a line."""
        self.queues.setdefault((pattern, board), []).append(rider)

    def leave(self, pattern: int, board: int, rider: Waiting) -> None:
        """Go away from a queue."""
        self.queues[pattern, board].remove(rider)


def start(lines: Lines, from_s: float, until_s: float) -> None:
    """Begin every trip that runs at some time between two moments."""
    timetable = lines.day.timetable
    for pattern in range(len(timetable.trip_first) - 1):
        for lane_trip in range(int(timetable.trip_first[pattern]), int(timetable.trip_first[pattern + 1])):
            arrivals, departures = calls_of(timetable, pattern, lane_trip)
            if arrivals[-1] >= from_s and departures[0] <= until_s:
                lines.env.process(_run(lines, pattern, lane_trip, arrivals, departures))


def calls_of(timetable: DayTimetable, pattern: int, lane_trip: int) -> tuple[list[int], list[int]]:
    """Arrivals and departures of a lane trip, call by call."""
    first, n_trips = int(timetable.event_first[pattern]), int(np.diff(timetable.trip_first[pattern : pattern + 2])[0])
    n_calls = int(timetable.pattern_first[pattern + 1] - timetable.pattern_first[pattern])
    trip = lane_trip - int(timetable.trip_first[pattern])
    begin = first + trip * n_calls
    arrivals = timetable.arrival[begin : begin + n_calls]
    departures = timetable.departure[first + trip : first + n_calls * n_trips : n_trips]
    return arrivals.tolist(), departures.tolist()


def _run(lines: Lines, pattern: int, trip: int, arrivals: list[int], departures: list[int]) -> Process:
    """One trip: never early, late by what delayed it and by who boards, until its end or what stops it."""
    env, log, day = lines.env, lines.log, lines.day
    stock, riders = day.stock[pattern], dict[int, list[Waiting]]()
    first = int(day.timetable.pattern_first[pattern])
    points = [day.point + int(stop) for stop in day.timetable.stop[first : first + len(arrivals)]]
    late_s, load, driven_m = 0.0, 0, day.metres[pattern]
    if departures[0] > env.now:
        yield env.timeout(departures[0] - env.now)
    log.vehicle(env.now, Kind.ENTERED, trip, points[0], 0)
    for call, point in enumerate(points):
        if call:
            came_s = max(float(arrivals[call]) + late_s, env.now)
            yield env.timeout(came_s - env.now)
            log.vehicle(env.now, Kind.ARRIVED, trip, point, load, float(driven_m[call] - driven_m[call - 1]))
        out = riders.pop(call, [])
        for rider in out:
            log.traveller(env.now, Kind.ALIGHTED, rider.number, point, trip, rider.metres)
            rider.alighted.succeed(point)
        load -= heads(out)
        if call == len(points) - 1 or _is_stopped(day, pattern, trip, call, env.now):
            break
        queue = lines.queues.get((pattern, call), [])
        came_s, dwell_s = env.now, _dwell_s(stock, out, _fitting(queue, stock.places - load)[0])
        extra_s = float(day.extra_s[trip]) if day.extra_at[trip] == call else 0.0
        left_s = max(float(departures[call]), came_s + dwell_s) + extra_s
        if left_s > came_s:
            yield env.timeout(left_s - came_s)
        load = _board(lines, pattern, call, trip, riders, load)
        log.vehicle(env.now, Kind.DEPARTED, trip, point, load)
        lines.crowding[pattern, call], lines.gone[pattern, call] = load / stock.places, trip
        late_s = env.now - departures[call]
    _put_down(lines, trip, point, riders)
    log.vehicle(env.now, Kind.LEFT, trip, point, 0)


def _is_stopped(day: Day, pattern: int, trip: int, call: int, now: float) -> bool:
    """Whether the way to the next call is closed, or the vehicle has broken down."""
    if day.broken.get(trip) == call:
        return True
    if not day.closures:
        return False
    row = int(day.timetable.pattern_first[pattern]) + call
    here, there = int(day.timetable.stop[row]), int(day.timetable.stop[row + 1])
    return any(
        closure.from_s <= now < closure.until_s and here in closure.stops and there in closure.stops
        for closure in day.closures
    )


def _dwell_s(stock: Stock, out: Sequence[Waiting], into: Sequence[Waiting]) -> float:
    """Doors, then people side by side; those in wheelchairs one by one."""
    if not out and not into:
        return 0.0
    chairs = sum(rider.uses_wheelchair for rider in out) + sum(rider.uses_wheelchair for rider in into)
    seconds = stock.alight_s * heads(out) + stock.board_s * heads(into)
    return stock.door_s + seconds / stock.doors + stock.wheelchair_s * chairs


def heads(riders: Sequence[Waiting]) -> int:
    """How many persons they are."""
    return sum(rider.party for rider in riders)


def _fitting(queue: Sequence[Waiting], room: int) -> tuple[list[Waiting], list[Waiting]]:
    """Who of a queue gets in, in their order and a group whole or not at all, and who does not."""
    inside, left = list[Waiting](), list[Waiting]()
    for rider in queue:
        if rider.party <= room:
            inside.append(rider)
            room -= rider.party
        else:
            left.append(rider)
    return inside, left


def _board(
    lines: Lines, pattern: int, call: int, trip: int, riders: dict[int, list[Waiting]], load: int
) -> int:  # fmt: skip
    """Let in who waits, as many as there are places; the load then."""
    queue = lines.queues.get((pattern, call))
    if not queue:
        return load
    env, stock = lines.env, lines.day.stock[pattern]
    point = lines.day.point + int(lines.day.timetable.stop[lines.day.timetable.pattern_first[pattern] + call])
    boarding, left = _fitting(queue, stock.places - load)
    for rider in boarding:
        lines.log.traveller(env.now, Kind.BOARDED, rider.number, point, trip, rider.metres)
        riders.setdefault(rider.alight, []).append(rider)
        rider.boarded.succeed(trip)
    if left:
        lines.log.vehicle(env.now, Kind.LEFT_BEHIND, trip, point, heads(left))
    for rider in left:
        rider.boarded.succeed(Reason.FULL)
    queue.clear()
    return load + heads(boarding)


def _put_down(lines: Lines, trip: int, point: int, riders: dict[int, list[Waiting]]) -> None:
    """Whoever is still on board where a trip ends early must get on otherwise."""
    for call in sorted(riders):
        for rider in riders[call]:
            lines.log.traveller(
                lines.env.now, Kind.PUT_DOWN, rider.number, point, trip, reason=Reason.LINE_CLOSED
            )  # fmt: skip
            rider.alighted.succeed(-1 - point)


def delays(
    stocks: Sequence[Stock], timetable: DayTimetable, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Primary delay of each lane trip, and the call at which it is met.

    References
    ----------
    Schwanhäußer, W. Die Bemessung der Pufferzeiten im Fahrplangefüge der Eisenbahn. RWTH Aachen, 1974: delays of
    trains that are late are exponential.
    """
    counts = np.diff(timetable.trip_first)
    share, mean, calls = (
        np.repeat(np.asarray(values, np.float64), counts)
        for values in (
            [stock.late_share for stock in stocks],
            [stock.late_s for stock in stocks],
            np.diff(timetable.pattern_first) - 1,
        )
    )
    luck, size, place = rng.random((3, len(share)))
    extra = np.where(luck < share, -mean * np.log1p(-size), 0.0)
    return extra, np.minimum(place * calls, inf).astype(np.int64)
