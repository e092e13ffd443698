"""Rules about trips and their calls: what is named is in the timetable, and what is told of it can be."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from google.transit import gtfs_realtime_pb2 as pb

from tests.api.validator.told import Static, Told, seconds

SCHEDULED, NO_DATA = (
    pb.TripUpdate.StopTimeUpdate.ScheduleRelationship.Value(name) for name in ("SCHEDULED", "NO_DATA")
)


def e002(static: Static, told: Told) -> Iterator[str]:
    """Calls come in the order of their sequence."""
    for update in told.trip_updates:
        numbers = [stop.stop_sequence for stop in update.stop_time_update if stop.HasField("stop_sequence")]
        if numbers != sorted(numbers):
            yield update.trip.trip_id


def e003(static: Static, told: Told) -> Iterator[str]:
    """Trips are those of the timetable, but for added ones."""
    added = pb.TripDescriptor.ADDED
    known = static.trips
    yield from (
        run.trip_id for run in told.runs if run.trip_id not in known and run.schedule_relationship != added
    )  # fmt: skip


def e004(static: Static, told: Told) -> Iterator[str]:
    """So are routes."""
    yield from (run.route_id for run in told.runs if run.route_id and run.route_id not in static.routes)


def e006(static: Static, told: Told) -> Iterator[str]:
    """A run of a frequency without exact times needs its trip, its day and its start."""
    for run in told.runs:
        if static.exact_times(run.trip_id) == "0" and not (run.start_time and run.start_date):
            yield run.trip_id


def e009(static: Static, told: Told) -> Iterator[str]:
    """Where a trip calls at a stop twice, calls are named by their sequence."""
    for run, stop in told.stop_updates:
        visits = Counter(row["stop_id"] for row in static.calls[run.trip_id])
        if max(visits.values(), default=0) > 1 and not stop.HasField("stop_sequence"):
            yield run.trip_id


def _stop_ids(told: Told) -> Iterator[str]:
    yield from (stop.stop_id for _, stop in told.stop_updates if stop.stop_id)
    yield from (vehicle.stop_id for vehicle in told.positions if vehicle.stop_id)


def e011(static: Static, told: Told) -> Iterator[str]:
    """Stops are those of the timetable."""
    yield from (stop for stop in _stop_ids(told) if stop not in static.stops)


def e013(static: Static, told: Told) -> Iterator[str]:
    """Runs of a frequency without exact times are not scheduled."""
    allowed = pb.TripDescriptor.UNSCHEDULED
    for run in told.runs:
        says = run.HasField("schedule_relationship") and run.schedule_relationship != allowed
        if says and static.exact_times(run.trip_id) == "0":
            yield run.trip_id


def e015(static: Static, told: Told) -> Iterator[str]:
    """Vehicles call at boarding places, not at stations."""
    for stop in _stop_ids(told):
        if (static.stops.get(stop, {}).get("location_type") or "0") != "0":
            yield stop


def e016(static: Static, told: Told) -> Iterator[str]:
    """Added trips are in no timetable."""
    added = pb.TripDescriptor.ADDED
    yield from (run.trip_id for run in told.runs if run.schedule_relationship == added and run.trip_id in static.trips)


def e019(static: Static, told: Told) -> Iterator[str]:
    """A run of a frequency with exact times starts a whole number of headways after its first."""
    for run in told.runs:
        if static.exact_times(run.trip_id) != "1" or not run.start_time:
            continue
        after = [
            (seconds(run.start_time) - seconds(row["start_time"])) % int(row["headway_secs"])
            for row in static.frequencies[run.trip_id]
            if seconds(row["start_time"]) <= seconds(run.start_time) < seconds(row["end_time"])
        ]
        if 0 not in after:
            yield f"{run.trip_id} {run.start_time}"


def e020(static: Static, told: Told) -> Iterator[str]:
    """Starts are clock times with seconds."""
    clock = re.compile(r"\d\d?:[0-5]\d:[0-5]\d")
    yield from (run.start_time for run in told.runs if run.start_time and not clock.fullmatch(run.start_time))


def e021(static: Static, told: Told) -> Iterator[str]:
    """Days are written as 20261125."""
    day = re.compile(r"20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])")
    yield from (run.start_date for run in told.runs if run.start_date and not day.fullmatch(run.start_date))


def e022(static: Static, told: Told) -> Iterator[str]:
    """A vehicle comes to each call later than to the one before."""
    for update in told.trip_updates:
        times = [time for stop in update.stop_time_update for time in _times(stop)]
        if any(b < a for a, b in pairwise(times)):
            yield update.trip.trip_id


def _times(stop: Any) -> list[int]:
    return [event.time for event in (stop.arrival, stop.departure) if event.time]


def e023(static: Static, told: Told) -> Iterator[str]:
    """A stated start is the timetable's, but for frequencies."""
    for run in told.runs:
        if run.start_time and run.trip_id not in static.frequencies:
            first = static.calls[run.trip_id][:1]
            if [seconds(row["arrival_time"]) for row in first] != [seconds(run.start_time)]:
                yield f"{run.trip_id} {run.start_time}"


def e024(static: Static, told: Told) -> Iterator[str]:
    """So is a direction."""
    for run in told.runs:
        if run.HasField("direction_id") and str(run.direction_id) != static.trips[run.trip_id]["direction_id"]:
            yield run.trip_id


def e025(static: Static, told: Told) -> Iterator[str]:
    """Nothing leaves before it comes."""
    for run, stop in told.stop_updates:
        if stop.arrival.time and stop.departure.time and stop.departure.time < stop.arrival.time:
            yield run.trip_id


def e035(static: Static, told: Told) -> Iterator[str]:
    """A trip is said with its own route."""
    for run in told.runs:
        if run.route_id and static.trips.get(run.trip_id, {}).get("route_id") != run.route_id:
            yield run.trip_id


def e036(static: Static, told: Told) -> Iterator[str]:
    """No call is told twice, by its sequence."""
    for update in told.trip_updates:
        numbers = [stop.stop_sequence for stop in update.stop_time_update if stop.HasField("stop_sequence")]
        if any(a == b for a, b in pairwise(numbers)):
            yield update.trip.trip_id


def e037(static: Static, told: Told) -> Iterator[str]:
    """Nor by its stop."""
    for update in told.trip_updates:
        stops = [stop.stop_id for stop in update.stop_time_update if stop.stop_id]
        if any(a == b for a, b in pairwise(stops)):
            yield update.trip.trip_id


def e040(static: Static, told: Told) -> Iterator[str]:
    """A prediction names its call."""
    for run, stop in told.stop_updates:
        if not stop.stop_id and not stop.HasField("stop_sequence"):
            yield run.trip_id


def e041(static: Static, told: Told) -> Iterator[str]:
    """A trip that is not cancelled has predictions."""
    for update in told.trip_updates:
        if not update.stop_time_update and update.trip.schedule_relationship != pb.TripDescriptor.CANCELED:
            yield update.trip.trip_id


def e042(static: Static, told: Told) -> Iterator[str]:
    """Where there is nothing to tell, nothing is told."""
    for run, stop in told.stop_updates:
        if stop.schedule_relationship == NO_DATA and (stop.HasField("arrival") or stop.HasField("departure")):
            yield run.trip_id


def e043(static: Static, told: Told) -> Iterator[str]:
    """Elsewhere an arrival or a departure is."""
    for run, stop in told.stop_updates:
        if stop.schedule_relationship == SCHEDULED and not (stop.HasField("arrival") or stop.HasField("departure")):
            yield run.trip_id


def _events(told: Told) -> Iterator[tuple[Any, Any, Any]]:
    for run, stop in told.stop_updates:
        yield from ((run, stop, getattr(stop, name)) for name in ("arrival", "departure") if stop.HasField(name))


def e044(static: Static, told: Told) -> Iterator[str]:
    """By a time or a delay."""
    yield from (run.trip_id for run, _, event in _events(told) if not event.HasField("delay") and not event.time)


def e045(static: Static, told: Told) -> Iterator[str]:
    """A call's sequence and stop are one call of the timetable."""
    for run, stop in told.stop_updates:
        calls = {(row["stop_sequence"], row["stop_id"]) for row in static.calls[run.trip_id]}
        if stop.stop_id and stop.HasField("stop_sequence") and (str(stop.stop_sequence), stop.stop_id) not in calls:
            yield run.trip_id


def e046(static: Static, told: Told) -> Iterator[str]:
    """A delay is one against a time of the timetable."""
    for run, stop, event in _events(told):
        named = [row for row in static.calls[run.trip_id] if _is_call(row, stop)]
        if not event.time and not any(row["arrival_time"] and row["departure_time"] for row in named):
            yield run.trip_id


def _is_call(row: dict[str, str], stop: Any) -> bool:
    if stop.HasField("stop_sequence"):
        return row["stop_sequence"] == str(stop.stop_sequence)
    return bool(row["stop_id"] == stop.stop_id)


def e051(static: Static, told: Told) -> Iterator[str]:
    """A sequence is one of the timetable's."""
    named = [(run, stop.stop_sequence) for run, stop in told.stop_updates if stop.HasField("stop_sequence")]
    named += [(one.trip, one.current_stop_sequence) for one in told.positions if one.HasField("current_stop_sequence")]
    for run, number in named:
        if str(number) not in {row["stop_sequence"] for row in static.calls[run.trip_id]}:
            yield f"{run.trip_id} {number}"


def w006(static: Static, told: Told) -> Iterator[str]:
    """Predictions name their trip."""
    yield from (update.vehicle.id for update in told.trip_updates if not update.trip.trip_id)


def w009(static: Static, told: Told) -> Iterator[str]:
    """Trips and calls say whether they go as scheduled."""
    yield from (run.trip_id for run in told.runs if not run.HasField("schedule_relationship"))
    yield from (run.trip_id for run, stop in told.stop_updates if not stop.HasField("schedule_relationship"))
