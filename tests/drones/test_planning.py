"""Requests become missions or refusals that say what would help."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from shapely import Point

from drones.airspace import Altitude, Circle, Datum, Geozone, Polygon, QuietPlace, ZoneKind, ZoneVolume
from drones.checking import check_waypoints
from drones.energy import mission_energy
from drones.mission import Action, Mission, Pad, altitude_profile, distances_m
from drones.noise import quiet_near
from drones.obstacles import Ground, obstacles_of_zone
from drones.phases import phases_of
from drones.phrases import Cause, Remedy, named, phrase
from drones.plane import to_plane
from drones.planning import plan_mission, plane_of
from drones.request import HIGH_FLIGHT, Airspace, MissionRequest, Objective, Refusal
from feeds.makuhari.aircraft import read_aircraft
from planner.errors import RequestError

NOON = datetime(2026, 5, 12, 3, tzinfo=UTC)
WEST, EAST = Pad("west", "West pad", 35.64, 140.00, 3.0), Pad("east", "East pad", 35.64, 140.03, 3.0)
GROUND = Ground(0.0, 6.0, 36.7)
CAT3, HYBRID = (read_aircraft()[name] for name in ("pf2-cat3", "g4-s"))


def box(ident: str, kind: ZoneKind, south: float, west: float, north: float, east: float, upper=None) -> Geozone:
    ring = ((south, west), (south, east), (north, east), (north, west), (south, west))
    return Geozone(ident, "", ident, kind, (ZoneVolume(Polygon((ring,)), None, upper),), (), (), f"clause of {ident}")


ACROSS = (35.60, 140.014, 35.68, 140.016)


def asked(**changes) -> MissionRequest:
    return replace(MissionRequest("m", WEST, EAST, NOON, 1.0, (50.0,)), **changes)


def planned(request=None, *zones: Geozone, aircraft=CAT3, wind=(0.0, 0.0), sites=()) -> Mission | Refusal:
    return plan_mission(request or asked(), Airspace(zones, sites, GROUND), aircraft, lambda *_: wind)


def mission(*args, **more) -> Mission:
    found = planned(*args, **more)
    assert isinstance(found, Mission), found
    return found


def refusal(*args, **more) -> Refusal:
    found = planned(*args, **more)
    assert isinstance(found, Refusal)
    return found


def test_a_free_flight_goes_straight_up_over_and_down():
    found = mission()
    assert [(w.action, w.altitude.value_m) for w in found.waypoints] == [
        (Action.TAKE_OFF, 3.0), (Action.FLY, 50.0), (Action.FLY, 50.0), (Action.LAND, 3.0),
    ]  # fmt: skip
    assert altitude_profile(found)[-1] == (pytest.approx(2710, abs=15), 3.0)


def test_times_are_those_of_climb_cruise_and_descent():
    found = mission()
    length = distances_m(found.waypoints)[-1]
    expected = [0, 47 / 3, 47 / 3 + length / 10, 47 / 3 + length / 10 + 47 / 2]
    assert [w.after_s for w in found.waypoints] == pytest.approx(expected, rel=1e-3)


def test_energy_is_within_battery_less_reserve():
    energy = mission().energy
    assert energy.energy_j <= energy.on_board_j - energy.reserve_j


def test_a_prohibited_zone_is_gone_around_thirty_metres_off():
    zone = box("port", ZoneKind.PROHIBITED, 35.635, 140.014, 35.643, 140.016)
    found = mission(asked(), zone)
    plane = plane_of(asked())
    area = obstacles_of_zone(zone, plane, GROUND)[0].area
    points = [to_plane(plane, w.lat, w.lon) for w in found.waypoints]
    for a, b in pairwise(points):
        for k in range(1001):
            x, y = (p + k / 1000 * (q - p) for p, q in zip(a, b, strict=True))
            assert area.distance(Point(x, y)) > 29.9
    assert check_waypoints(found.waypoints, Airspace((zone,), (), GROUND), frozenset(), (NOON, NOON)) == ()


def test_a_zone_that_needs_permission_bars_the_pad_and_is_named():
    inside = box("town", ZoneKind.REQ_AUTHORISATION, 35.638, 140.028, 35.642, 140.032)
    found = refusal(asked(), inside)
    assert (found.clause, found.where) == ("clause of town", (named("East pad"),))
    assert found.cause == phrase(Cause.GOAL_BLOCKED, pad="East pad", zones="town (town)")
    assert found.remedies == (phrase(Remedy.PERMISSION, zones="town (town)"),)


def test_permission_opens_it_and_the_mission_says_so():
    inside = box("town", ZoneKind.REQ_AUTHORISATION, 35.638, 140.028, 35.642, 140.032)
    assert mission(asked(authorised=frozenset({"town"})), inside).opened_zone_ids == ("town",)


def test_no_permission_opens_a_prohibited_zone():
    inside = box("base", ZoneKind.PROHIBITED, 35.638, 140.028, 35.642, 140.032)
    found = refusal(asked(authorised=frozenset({"base"})), inside)
    assert found.remedies == ()
    assert "base" in str(found.cause)


def test_a_low_zone_is_flown_over():
    low = box("rail", ZoneKind.PROHIBITED, *ACROSS, upper=Altitude(20.0, Datum.AGL))
    assert len(mission(asked(), low).waypoints) == 4


def test_too_far_says_how_many_kilometres_and_minutes_are_missing():
    far = replace(EAST, lon=140.12)
    found = refusal(asked(goal=far))
    assert found.cause.code is Cause.ENERGY
    assert 0 < found.missing_km < 11
    assert found.missing_min == pytest.approx(found.missing_km / 0.6, rel=1e-6)


def test_missing_kilometres_are_what_a_shorter_way_needs():
    """A way shorter by the missing kilometres just suffices."""
    found = refusal(asked(goal=replace(EAST, lon=140.10)))
    way = mission(asked()).waypoints
    shorter = distances_m((way[0], replace(way[-1], lon=140.10)))[-1] / 1000 - found.missing_km
    stretched = 140.0 + (140.10 - 140.0) * shorter / (shorter + found.missing_km)
    line = tuple(replace(w, lon=stretched) if w.lon > 140.01 else w for w in way)
    assert mission_energy(CAT3, phases_of(line, 1.0, lambda _: (0.0, 0.0))).missing_j == pytest.approx(0, abs=2000)


def test_headwind_makes_a_flight_impossible_that_still_air_allows():
    far = replace(EAST, lon=140.062)
    mission(asked(goal=far))
    assert phrase(Remedy.NO_WIND) in refusal(asked(goal=far), wind=(-6.0, 0.0)).remedies


def test_wind_over_the_limit_is_refused_before_a_path_is_sought():
    assert refusal(wind=(0.0, 11.0)).cause.code is Cause.WIND_LIMIT
    assert refusal(asked(gust_ms=12.5)).cause.code is Cause.GUST_LIMIT


def test_a_heavier_parcel_than_the_aircraft_carries_is_refused():
    assert refusal(asked(payload_kg=1.5)).remedies == (phrase(Remedy.LIGHTER_PARCEL, limit_kg=1.0),)


def test_over_150_metres_needs_permission():
    assert "132条の85" in refusal(asked(altitudes_m=(150.0,))).clause
    mission(asked(altitudes_m=(149.0,)))
    mission(asked(altitudes_m=(160.0,), authorised=frozenset({HIGH_FLIGHT})))


def test_a_winch_flight_returns_empty_to_its_pad():
    found = mission(asked(cable_m=15.0, returns=True), aircraft=HYBRID)
    assert [w.action for w in found.waypoints if w.action is not Action.FLY] == [
        Action.TAKE_OFF, Action.WINCH_DROP, Action.LAND,
    ]  # fmt: skip
    assert (found.waypoints[-1].lat, found.waypoints[-1].lon) == pytest.approx((WEST.lat, WEST.lon))
    loads = [part.phase.payload_kg for part in found.energy.parts]
    assert loads == sorted(loads, reverse=True)
    assert loads[-1] == 0


def test_from_every_quarter_kilometre_a_site_is_in_reach():
    reaches = mission().reaches
    assert all(b.along_m - a.along_m <= 250 for a, b in pairwise(reaches))
    assert all(reach.needed_j <= reach.left_j for reach in reaches)


def test_a_diversion_goes_to_a_nearer_site_in_between():
    halfway = Pad("half", "Sand bank", 35.641, 140.015)
    assert "half" in {reach.site.id for reach in mission(sites=(halfway,)).reaches}


def test_a_tower_is_landed_on_from_above():
    roof = replace(EAST, elevation_m=109.0)
    body = ZoneVolume(Circle(35.64, 140.03, 25.0), None, Altitude(109.0, Datum.AMSL))
    tower = Geozone("tower", "", "tower", ZoneKind.PROHIBITED, (body,))
    found = mission(asked(goal=roof, altitudes_m=(50.0, 149.0)), tower)
    assert [w.altitude.value_m for w in found.waypoints][-2:] == [149.0, 109.0]


def test_the_riskless_way_leaves_out_inhabited_ground():
    town = replace(box("town", ZoneKind.NO_RESTRICTION, 35.636, 140.010, 35.641, 140.020), reasons=("POPULATION",))
    straight, around = (mission(asked(objective=objective), town) for objective in (Objective.TIME, Objective.RISK))
    assert distances_m(around.waypoints)[-1] > distances_m(straight.waypoints)[-1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"payload_kg": -1.0}, "-1 kg"),
        ({"altitudes_m": ()}, "no altitude"),
        ({"altitudes_m": (-5.0,)}, "-5 m is not above the sea floor"),
        ({"departure": datetime(2026, 5, 12)}, "without its zone"),
        ({"cable_m": 15.0}, "no winch"),
    ],
)
def test_impossible_requests_are_refused_in_one_sentence(changes, words):
    with pytest.raises(RequestError, match=words):
        planned(asked(**changes))


def test_a_zone_that_crosses_itself_is_named():
    bow = Polygon((((35.0, 140.0), (35.1, 140.1), (35.0, 140.1), (35.1, 140.0), (35.0, 140.0)),))
    zone = Geozone("bow", "", "bow", ZoneKind.PROHIBITED, (ZoneVolume(bow, None, None),))
    with pytest.raises(RequestError, match="zone bow crosses itself"):
        planned(asked(), zone)


def test_an_aircraft_without_any_wind_limit_never_flies():
    with pytest.raises(RequestError, match="limit of 0 m/s"):
        planned(aircraft=replace(CAT3, wind_limit_ms=0.0))


def test_the_way_keeps_from_a_school_and_tells_how_near_it_comes():
    airspace = Airspace((), (), GROUND, quiet=(QuietPlace("s", "school", "school", 35.64, 140.015),))
    lengths, distances = [], []
    for quiet_m in (0.0, 200.0):
        found = plan_mission(asked(quiet_m=quiet_m), airspace, CAT3, lambda *_: (0.0, 0.0))
        assert isinstance(found, Mission)
        lengths.append(distances_m(found.waypoints)[-1])
        distances += [metres for _, metres in quiet_near(found.waypoints, airspace.quiet, 1000.0)]
        assert quiet_near(found.waypoints, airspace.quiet, distances[-1] - 1) == ()
    assert distances == pytest.approx([0.0, 200.0], abs=40.0)
    assert lengths[0] < lengths[1]
