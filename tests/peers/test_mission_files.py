"""Mission files taken by programs not ours: MAVSDK uploads them to a MAVLink vehicle on loopback, fastkml reads KML."""

import json
import os
import socket
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from drones.airspace import Circle, Polygon, ZoneKind
from drones.mission import Action, Mission, distances_m
from drones.planning import plan_mission
from feeds.missions import write_kml, write_plan, write_waypoints
from scenarios.drone_files import DroneScenario, drone_scenario_path, read_drone_scenario

MISSION, FENCE, RALLY = range(3)
"""MAV_MISSION_TYPE."""


@pytest.fixture(scope="module", params=["drone-akanehama-cat3", "drone-medicine-2024"])
def flown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Mission, DroneScenario, Path]:
    scenario = read_drone_scenario(drone_scenario_path(request.param))
    mission = plan_mission(scenario.request, scenario.airspace, scenario.aircraft, scenario.wind)
    assert isinstance(mission, Mission)
    folder = tmp_path_factory.mktemp("mission")
    write_plan(mission, scenario.airspace.zones, scenario.airspace.sites, folder / "m.plan")
    write_waypoints(mission, folder / "m.waypoints")
    write_kml(mission, folder / "m.kml")
    return mission, scenario, folder


@pytest.fixture(scope="module")
def ground_station() -> Iterator[tuple[Any, Any]]:
    """MAVSDK's mission plugin connected to a vehicle, and the vehicle."""
    pytest.importorskip("mavsdk", reason="the peer mavsdk is not installed")
    pytest.importorskip("pymavlink", reason="the peer pymavlink is not installed")
    os.environ["MAVLINK20"] = "1"
    from mavsdk import ComponentType, Configuration, Mavsdk
    from mavsdk.plugins.mission_raw import MissionRaw

    from tests.peers.mavlink_vehicle import MavlinkVehicle

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mavsdk = Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION))
    mavsdk.add_any_connection(f"udpin://127.0.0.1:{port}")
    vehicle = MavlinkVehicle(port)
    system = mavsdk.first_autopilot(20)
    assert system is not None
    missions = MissionRaw(system)
    yield missions, vehicle
    missions.destroy()
    mavsdk.destroy()
    vehicle.close()


def items_of(mission: Mission) -> int:
    """One for each waypoint but the pad under the first climb, and one more for each winch drop."""
    drops = sum(waypoint.action is Action.WINCH_DROP for waypoint in mission.waypoints)
    return len(mission.waypoints) - 1 + drops


def test_mavsdk_takes_the_plan_and_uploads_mission_fence_and_rally_points(flown, ground_station):
    mission, scenario, folder = flown
    missions, vehicle = ground_station
    found = missions.import_qgroundcontrol_mission(str(folder / "m.plan"))
    missions.upload_mission(found.mission_items)
    missions.upload_geofence(found.geofence_items)
    missions.upload_rally_points(found.rally_items)
    shut = [v.shape for zone in scenario.airspace.zones if zone.kind is ZoneKind.PROHIBITED for v in zone.volumes]
    fence = sum(1 if isinstance(shape, Circle) else len(shape.rings[0]) - 1 for shape in shut)
    assert any(isinstance(shape, Circle | Polygon) for shape in shut)
    counts = [len(vehicle.received[kind]) for kind in (MISSION, FENCE, RALLY)]
    assert counts == [items_of(mission), fence, len(scenario.airspace.sites)]


def test_what_the_vehicle_received_is_the_mission_field_by_field(flown, ground_station):
    mission, _, folder = flown
    missions, vehicle = ground_station
    missions.upload_mission(missions.import_qgroundcontrol_mission(str(folder / "m.plan")).mission_items)
    placed = [item for item in vehicle.received[MISSION] if item.x or item.y]
    expected = [mission.waypoints[0], *mission.waypoints[2:]]
    assert len(placed) == len(expected)
    for item, waypoint in zip(placed, expected, strict=True):
        assert (item.x / 1e7, item.y / 1e7) == pytest.approx((waypoint.lat, waypoint.lon), abs=1e-6)
    heights = [mission.waypoints[1].altitude.value_m, *(w.altitude.value_m for w in mission.waypoints[2:])]
    assert [item.z for item in placed] == pytest.approx(heights, abs=0.01)
    assert (placed[0].command, placed[-1].command) == (22, 21)
    assert {item.frame for item in placed} <= {0, 5}


def test_mavsdk_takes_the_waypoints_too(flown, ground_station):
    mission, _, folder = flown
    missions, vehicle = ground_station
    found = missions.import_mission_planner_mission(str(folder / "m.waypoints"))
    missions.upload_mission(found.mission_items)
    # The list begins with the home position, which a ground station may send or keep.
    assert len(vehicle.received[MISSION]) - items_of(mission) in (0, 1)
    assert len(vehicle.received[MISSION]) == len(found.mission_items)


def test_a_plan_without_an_item_is_counted_as_such(flown, ground_station, tmp_path):
    """The count is the vehicle's own: it falls with the items of the file."""
    mission, _, folder = flown
    missions, vehicle = ground_station
    plan = json.loads((folder / "m.plan").read_text(encoding="utf-8"))
    del plan["mission"]["items"][2]
    (tmp_path / "less.plan").write_text(json.dumps(plan), encoding="utf-8")
    missions.upload_mission(missions.import_qgroundcontrol_mission(str(tmp_path / "less.plan")).mission_items)
    assert len(vehicle.received[MISSION]) == items_of(mission) - 1


def test_fastkml_reads_the_line_and_the_sites(flown):
    kml = pytest.importorskip("fastkml", reason="the peer fastkml is not installed")
    mission, _, folder = flown
    (document,) = kml.KML.parse(folder / "m.kml").features
    line, *sites = document.features
    points = list(line.geometry.coords)
    assert [(lat, lon, height) for lon, lat, height in points] == [
        pytest.approx((w.lat, w.lon, w.altitude.value_m), abs=0.05) for w in mission.waypoints
    ]
    assert str(line.kml_geometry.altitude_mode.value) == "absolute"
    assert {site.name for site in sites} == {reach.site.name for reach in mission.reaches}
    assert all(b >= a for a, b in pairwise(distances_m(mission.waypoints)))
