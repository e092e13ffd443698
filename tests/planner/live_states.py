"""States of operation in the notation of the tests: `state_of(table, delay("t0", at("B", 5)))`."""

from datetime import UTC, date, datetime, timedelta

from planner.bounds import no_bounds
from planner.day import DayTimetable, timetable_on
from planner.footpaths import feed_footpaths
from planner.journeys import Options
from planner.live import LiveSource, LiveState, apply, as_scheduled
from planner.live_day import Mask, patched_within
from planner.live_records import StopRelationship, StopUpdate, TripRelationship, TripSelector, TripUpdate
from planner.raptor import Transit, search
from planner.timetable import Timetable
from tests.planner.timetables import DAY, clock, seconds, stop

ONE_DAY = {"daily": (0,)}
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
SKIPPED, NO_DATA = StopRelationship.SKIPPED, StopRelationship.NO_DATA


def state_of(table: Timetable, *updates: TripUpdate, now: datetime = NOW) -> LiveState:
    source = LiveSource("feed", int(now.timestamp()), None, updates)
    return apply(as_scheduled(table), source, now)


def delay(trip: str, *stops: StopUpdate, day: date | None = DAY, whole: int | None = None) -> TripUpdate:
    return TripUpdate(TripSelector(trip, start_date=day), stop_updates=stops, delay=whole)


def at(stop_id: str, minutes: float) -> StopUpdate:
    """Arrival and departure so many minutes late."""
    return StopUpdate(stop_id=stop_id, arrival_delay=round(60 * minutes), departure_delay=round(60 * minutes))


def cancel(trip: str, day: date = DAY) -> TripUpdate:
    return TripUpdate(TripSelector(trip, start_date=day), TripRelationship.CANCELED)


def moment(text: str, day: date = DAY) -> int:
    """POSIX time of a clock time on a service day of Tokyo."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
    return int(start.timestamp()) + seconds(text)


def times(state: LiveState, trip: int) -> str:
    """Calls of the live trip that runs instead of `trip`, as "8:00/8:01 …"."""
    shown = state.live.shown(trip, DAY)
    assert shown >= 0
    return calls_of(state.live.timetable, shown)


def calls_of(table: Timetable, trip: int) -> str:
    events = range(int(table.trips.first_event[trip]), int(table.trips.first_event[trip + 1]))
    pairs = [(clock(int(table.trips.arrival[e])), clock(int(table.trips.departure[e]))) for e in events]
    return " ".join(a if a == d else f"{a}/{d}" for a, d in pairs)


def day_of(table: Timetable, state: LiveState, day: date = DAY) -> DayTimetable:
    return patched(timetable_on(table, day), state, day, (None, None))


def patched(
    scheduled: DayTimetable, state: LiveState, day: date, allowed: tuple[Mask | None, Mask | None]
) -> DayTimetable:
    """The day as it runs, whatever bounds hold on it."""
    return patched_within(scheduled, state.live, state.index, day, allowed, no_bounds(0))[0]


def journeys(table: Timetable, day: DayTimetable, a: str, b: str, window: tuple[str, str]) -> list[str]:
    """Journeys as "8:00 8:20 0" (departure, arrival, transfers)."""
    transit = Transit.of(day, feed_footpaths(table))
    ends = Options.of([stop(table, a)], [0]), Options.of([stop(table, b)], [0])
    found = search(transit, *ends, seconds(window[0]), seconds(window[1]), 4)
    rows = zip(found.departure.tolist(), found.arrival.tolist(), found.transfers.tolist(), strict=True)
    return [f"{clock(d)} {clock(a)} {n}" for d, a, n in rows]
