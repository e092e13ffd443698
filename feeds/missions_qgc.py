"""Missions as QGroundControl and other ground stations exchange them: .plan and .waypoints, read and written.

References
----------
QGroundControl developer guide, Plan file format; MAVLink, File formats, mission plain-text format; MAV_CMD, MAV_FRAME.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drones.airspace import Altitude, Circle, Datum, Geozone, Polygon, ZoneKind
from drones.mission import Action, Mission, Pad, Waypoint
from feeds.notices import FeedError

WAYPOINT, LAND, TAKE_OFF, RETURN, WINCH = 16, 21, 22, 20, 42600
LENGTH_CONTROL = 1
"""WINCH_ACTIONS: let down the length in the third parameter."""

OVER_SEA, RELATIVE, OVER_GROUND = 0, 3, 10
DATUMS = {0: Datum.AMSL, 5: Datum.AMSL, 3: None, 6: None, 10: Datum.AGL, 11: Datum.AGL}
"""Heights of MAV_FRAME; None: over the home position."""

ACTIONS = {WAYPOINT: Action.FLY, LAND: Action.LAND, TAKE_OFF: Action.TAKE_OFF}
PX4, MULTICOPTER = 12, 2
HEADER = "QGC WPL 110"


@dataclass(frozen=True, slots=True)
class MissionFile:
    """A mission someone made: waypoints without times, rally points, height of the home position over the sea."""

    waypoints: tuple[Waypoint, ...]
    rally: tuple[Pad, ...] = ()
    fence: tuple[Polygon, ...] = ()


@dataclass(frozen=True, slots=True)
class _Item:
    command: int
    frame: int
    params: tuple[float, ...]


def write_plan(mission: Mission, zones: Sequence[Geozone], sites: Sequence[Pad], path: Path) -> None:
    """Write a QGroundControl plan: items over mean sea level, prohibited zones as fence, sites as rally points."""
    items = [
        {
            "type": "SimpleItem",
            "autoContinue": True,
            "command": item.command,
            "doJumpId": number,
            "frame": item.frame,
            "params": list(item.params),
            **({} if item.command == WINCH else {"Altitude": item.params[6], "AltitudeMode": 2}),
        }
        for number, item in enumerate(_items(mission), 1)
    ]
    home = [mission.start.lat, mission.start.lon, mission.start.elevation_m]
    plan = {
        "fileType": "Plan",
        "version": 1,
        "groundStation": "QGroundControl",
        "geoFence": {"version": 2, "circles": _circles(zones), "polygons": _fence(zones)},
        "rallyPoints": {"version": 2, "points": [[site.lat, site.lon, site.elevation_m] for site in sites]},
        "mission": {
            "version": 2,
            "firmwareType": PX4,
            "vehicleType": MULTICOPTER,
            "cruiseSpeed": mission.cruise_ms,
            "hoverSpeed": mission.cruise_ms,
            "plannedHomePosition": home,
            "items": items,
        },
    }
    path.write_text(json.dumps(plan, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _items(mission: Mission) -> list[_Item]:
    items = []
    for i, waypoint in enumerate(mission.waypoints):
        command = {Action.LAND: LAND, Action.TAKE_OFF: TAKE_OFF}.get(waypoint.action, WAYPOINT)
        altitude = waypoint.altitude.value_m
        if waypoint.action is Action.TAKE_OFF:
            # The command names the height to climb to, the next waypoint's, over the pad.
            altitude = mission.waypoints[i + 1].altitude.value_m
        elif i == 1:
            continue
        items.append(_Item(command, OVER_SEA, (0.0, 0.0, 0.0, 0.0, waypoint.lat, waypoint.lon, altitude)))
        if waypoint.action is Action.WINCH_DROP:
            items.append(_Item(WINCH, 2, (1.0, LENGTH_CONTROL, waypoint.cable_m, 0.0, 0.0, 0.0, 0.0)))
    return items


def _fence(zones: Sequence[Geozone]) -> list[dict[str, Any]]:
    outlines = [
        volume.shape.rings[0]
        for zone in zones
        if zone.kind is ZoneKind.PROHIBITED
        for volume in zone.volumes
        if isinstance(volume.shape, Polygon)
    ]
    return [{"version": 1, "inclusion": False, "polygon": [list(point) for point in ring[:-1]]} for ring in outlines]


def _circles(zones: Sequence[Geozone]) -> list[dict[str, Any]]:
    circles = [
        volume.shape
        for zone in zones
        if zone.kind is ZoneKind.PROHIBITED
        for volume in zone.volumes
        if isinstance(volume.shape, Circle)
    ]
    return [
        {"version": 1, "inclusion": False, "circle": {"center": [circle.lat, circle.lon], "radius": circle.radius_m}}
        for circle in circles
    ]


def write_waypoints(mission: Mission, path: Path) -> None:
    """Write the plain-text mission, its first line the home position."""
    home = _Item(WAYPOINT, OVER_SEA, (0, 0, 0, 0, mission.start.lat, mission.start.lon, mission.start.elevation_m))
    lines = [HEADER]
    for number, item in enumerate([home, *_items(mission)]):
        *params, lat, lon, altitude = item.params
        numbers = [f"{value:g}" for value in params] + [f"{lat:.8f}", f"{lon:.8f}", f"{altitude:.2f}"]
        lines.append("\t".join([str(number), str(int(number == 0)), str(item.frame), str(item.command), *numbers, "1"]))
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def read_mission(path: Path) -> MissionFile:
    """Read a .plan or .waypoints file, whichever it is.

    Raises
    ------
    FeedError
        If it is neither, or an item is no place or its altitude has no datum.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedError(f"{path.name} is no text in UTF-8.") from error
    if text.startswith("QGC WPL"):
        return _read_waypoints(text, path.name)
    try:
        plan = json.loads(text)
        if not isinstance(plan, dict) or plan.get("fileType") != "Plan":
            raise FeedError(f"{path.name} is neither a QGroundControl plan nor a list of waypoints.")
        return _read_plan(plan, path.name)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FeedError(f"{path.name} is neither a QGroundControl plan nor a list of waypoints.") from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        if isinstance(error, FeedError):
            raise
        raise FeedError(f"{path.name}: a part of the plan is missing or of the wrong kind ({error}).") from error


def _read_plan(plan: dict[str, Any], name: str) -> MissionFile:
    mission = plan["mission"]
    items = []
    for number, entry in enumerate(mission["items"], 1):
        if entry.get("type") != "SimpleItem":
            raise FeedError(f"{name}: item {number} is a {entry.get('type')!s:.40}; only simple items can be checked.")
        params = tuple(0.0 if value is None else float(value) for value in entry["params"])
        items.append((number, _Item(int(entry["command"]), int(entry["frame"]), params)))
    home = mission.get("plannedHomePosition")
    rally = [
        Pad(f"rally-{i}", f"rally point {i}", float(p[0]), float(p[1]), float(p[2]))
        for i, p in enumerate(plan.get("rallyPoints", {}).get("points", []), 1)
    ]
    fence = [
        Polygon(((*(points := tuple((float(p[0]), float(p[1])) for p in polygon["polygon"])), points[0]),))
        for polygon in plan.get("geoFence", {}).get("polygons", [])
        if not polygon.get("inclusion", True)
    ]
    home_m = None if home is None else float(home[2])
    return MissionFile(_waypoints(items, home_m, name), tuple(rally), tuple(fence))


def _read_waypoints(text: str, name: str) -> MissionFile:
    header, *lines = text.splitlines()
    if header.strip() not in (HEADER, "QGC WPL 120"):
        raise FeedError(f"{name}: version {header.strip()!r:.40} of the list of waypoints is not known.")
    items = []
    for number, line in enumerate(lines, 2):
        cells = line.split()
        if not cells:
            continue
        try:
            values = [float(cell) for cell in cells]
        except ValueError:
            values = []
        if len(values) != 12:
            raise FeedError(f"{name}, line {number}: {line.strip()!r:.60} is not the 12 numbers of a waypoint.")
        items.append((number, _Item(int(values[3]), int(values[2]), tuple(values[4:11]))))
    if not items:
        raise FeedError(f"{name} has no waypoints.")
    home, *rest = items
    return MissionFile(_waypoints(rest, home[1].params[6], name))


def _waypoints(items: list[tuple[int, _Item]], home_m: float | None, name: str) -> tuple[Waypoint, ...]:
    found: list[Waypoint] = []
    for number, item in items:
        if item.command == WINCH and found:
            last = found.pop()
            cable = item.params[2]
            found.append(Waypoint(last.lat, last.lon, last.altitude, Action.WINCH_DROP, cable_m=cable))
        elif item.command in ACTIONS:
            found += _placed(number, item, home_m, name)
    if len(found) < 2:
        raise FeedError(f"{name} has {len(found)} waypoints, so it is no flight.")
    return tuple(found)


def _placed(number: int, item: _Item, home_m: float | None, name: str) -> list[Waypoint]:
    if len(item.params) != 7 or not all(math.isfinite(value) for value in item.params[4:]):
        raise FeedError(f"{name}: item {number} has no place.")
    lat, lon, height = item.params[4:]
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise FeedError(f"{name}: item {number} is at latitude {lat:g}, longitude {lon:g}, nowhere on the earth.")
    altitude = _altitude(number, item.frame, height, home_m, name)
    if item.command == TAKE_OFF and home_m is not None:
        ground = Waypoint(lat, lon, Altitude(home_m, Datum.AMSL), Action.TAKE_OFF)
        return [ground, Waypoint(lat, lon, altitude)]
    return [Waypoint(lat, lon, altitude, ACTIONS[item.command])]


def _altitude(number: int, frame: int, height: float, home_m: float | None, name: str) -> Altitude:
    if frame not in DATUMS:
        raise FeedError(f"{name}: the altitude {height:g} m of item {number} has no datum (frame {frame}).")
    datum = DATUMS[frame]
    if datum is not None:
        return Altitude(height, datum)
    if home_m is None:
        raise FeedError(
            f"{name}: the altitude {height:g} m of item {number} is over a home position that is not given."
        )
    return Altitude(height + home_m, Datum.AMSL)
