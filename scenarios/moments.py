"""Where the vehicles of a replication are at one moment, and who waits at its stops."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import count, takewhile
from math import atan2, cos, degrees, radians

from scenarios.positions import Replay, StopOnMap, VehicleOnMap


@dataclass(frozen=True, slots=True)
class Moment:
    """A vehicle at one moment; `bearing` clockwise from north, None while it stands; `load` riders on board."""

    vehicle: int
    lat: float
    lon: float
    bearing: float | None
    load: int


def moment_of(track: VehicleOnMap, time_s: float) -> Moment | None:
    """The vehicle at a time, evenly between the points known; None before it entered and after it left."""
    after = bisect_right(track.times_s, time_s)
    if after == 0 or (after == len(track.times_s) and time_s > track.times_s[-1]):
        return None
    last = after - 1
    here, load = (track.lat[last], track.lon[last]), track.load[last]
    if after == len(track.times_s):
        return Moment(track.vehicle, *here, None, load)
    share = (time_s - track.times_s[last]) / (track.times_s[after] - track.times_s[last])
    lat, lon = (
        there + share * (points[after] - there) for there, points in zip(here, (track.lat, track.lon), strict=True)
    )
    north, east = track.lat[after] - here[0], (track.lon[after] - here[1]) * cos(radians(lat))
    bearing = degrees(atan2(east, north)) % 360 if north or east else None
    return Moment(track.vehicle, lat, lon, bearing, load)


def waiting_at(stop: StopOnMap, time_s: float) -> int:
    """How many wait at a stop at a time."""
    after = bisect_right(stop.times_s, time_s)
    return stop.waiting[after - 1] if after else 0


def moments(replay: Replay, step_s: float) -> list[float]:
    """Times from the begin of a replication to its end, `step_s` apart."""
    return list(takewhile(lambda time_s: time_s <= replay.end_s, count(replay.begin_s, step_s)))
