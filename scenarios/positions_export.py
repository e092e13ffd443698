"""Positions of a replication's vehicles for other programs: GeoJSON of a day, GTFS-Realtime by the minute."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from feeds.gtfs_realtime_write import write_vehicle_positions
from planner.live_records import VehiclePosition, VehicleStopStatus
from scenarios.cases import is_of_city
from scenarios.city_replay import city_replay_of
from scenarios.moments import Moment, moment_of, moments
from scenarios.positions import Replay, replay_of
from scenarios.tables import replaced

GTFS_RT_STEP_S = 60


def write_positions(run: Path, day: date, zone: ZoneInfo, replication: int = 0) -> None:
    """Write ``positions.geojson`` and ``gtfs-realtime/HHMM.pb`` into a run's folder, as if it had been that day.

    Raises
    ------
    RequestError
        There is no such replication, or nobody knows where its stops are.
    """
    is_city = is_of_city(run / "scenario.toml")
    replay = city_replay_of(run, replication).replay if is_city else replay_of(run, replication)
    midnight = datetime(day.year, day.month, day.day, 12, tzinfo=zone) - timedelta(hours=12)
    with replaced(run / "positions.geojson") as part:
        part.write_text(json.dumps(geojson(replay, midnight), ensure_ascii=False), encoding="utf-8")
    (run / "gtfs-realtime").mkdir(exist_ok=True)
    for time_s in moments(replay, GTFS_RT_STEP_S):
        minute = round(time_s / 60)
        with replaced(run / "gtfs-realtime" / f"{minute // 60:02}{minute % 60:02}.pb") as part:
            part.write_bytes(gtfs_realtime(replay, midnight, time_s))


def geojson(replay: Replay, midnight: datetime) -> dict[str, Any]:
    """A LineString a vehicle, with its moments and riders on board as properties of equal length; a Point a stop.

    A vehicle that was seen at one place only is left out.

    References
    ----------
    RFC 7946.
    """
    tracks = [
        {
            "type": "Feature",
            "geometry": {
                "type": "LineString",
                "coordinates": [[round(lon, 6), round(lat, 6)] for lat, lon in zip(track.lat, track.lon, strict=True)],
            },
            "properties": {
                "vehicle": track.vehicle,
                "times": [_moment(midnight, time_s).isoformat(timespec="seconds") for time_s in track.times_s],
                "load": list(track.load),
            },
        }
        for track in replay.vehicles
        if len(track.times_s) > 1
    ]
    stops = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(stop.lon, 6), round(stop.lat, 6)]},
            "properties": {"stop": stop.name},
        }
        for stop in replay.stops
    ]
    return {"type": "FeatureCollection", "features": tracks + stops}


def gtfs_realtime(replay: Replay, midnight: datetime, time_s: float) -> bytes:
    """Vehicle positions at one moment of the day."""
    timestamp = round(_moment(midnight, time_s).timestamp())
    seen = [now for track in replay.vehicles if (now := moment_of(track, time_s)) is not None]
    return write_vehicle_positions([_vehicle(now, timestamp) for now in seen], timestamp)


def _vehicle(now: Moment, timestamp: int) -> VehiclePosition:
    stands = now.bearing is None
    return VehiclePosition(
        vehicle_id=str(now.vehicle + 1),
        lat=now.lat,
        lon=now.lon,
        bearing=now.bearing,
        status=VehicleStopStatus.STOPPED_AT if stands else VehicleStopStatus.IN_TRANSIT_TO,
        timestamp=timestamp,
    )


def _moment(midnight: datetime, time_s: float) -> datetime:
    # The service day begins twelve hours before noon, also on days that change the clock.
    return (midnight.astimezone(ZoneInfo("UTC")) + timedelta(seconds=time_s)).astimezone(midnight.tzinfo)
