"""The law asked of a way: every rule that a made airspace brings in, its place, and what a permission changes."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import cos, radians, tan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drones.airspace import Altitude, Circle, Datum, Facility, Geozone, ZoneKind, ZoneVolume
from drones.legality import SPACING_M, findings_along, with_facilities
from drones.mission import Action, Mission, Waypoint
from drones.obstacles import Ground
from drones.operation import Craft, Operation
from drones.phrases import Cause, Where, named, phrase
from drones.planning import plan_mission
from drones.request import Airspace, MissionRequest, Objective, Refusal
from drones.rules import AccessControl, Verdict, rulings
from drones.rules_japan import RULES
from drones.surfaces import ReferencePoint, surfaces_at
from tests.drones.test_planning import CAT3, EAST, GROUND, NOON, WEST, box

DAY = NOON, NOON + timedelta(minutes=20)
NIGHT = NOON + timedelta(hours=9), NOON + timedelta(hours=9, minutes=20)
CRAFT, OPERATION = Craft(9.8, 0, True), Operation(is_notified=True)
TOWN = (35.63, 140.010, 35.65, 140.020)


def way(height_m: float = 50.0) -> tuple[Waypoint, ...]:
    at = Altitude(height_m, Datum.AMSL)
    return Waypoint(35.64, 140.00, at, Action.TAKE_OFF), Waypoint(35.64, 140.03, at, Action.LAND)


def zone(reason: str, kind: ZoneKind = ZoneKind.CONDITIONAL) -> Geozone:
    return replace(box("z", kind, *TOWN), reasons=(reason,))


def air(*zones: Geozone, **more) -> Airspace:
    return Airspace(zones, (), GROUND, **more)


def verdicts(airspace: Airspace, waypoints=None, during=DAY, operation=OPERATION, permits=()) -> dict[str, Verdict]:
    found = findings_along(waypoints or way(), during, airspace, (operation, CRAFT), frozenset(permits))
    return {one.rule.id: one.verdict for one in found}


def test_over_water_by_day_only_sight_is_asked():
    assert {k for k, v in verdicts(air()).items() if v is not Verdict.OK} == {"sight"}


@pytest.mark.parametrize(
    ("reason", "rule", "verdict"),
    [
        ("POPULATION", "did", Verdict.NEEDS),
        ("VEHICLES", "crossing", Verdict.NEEDS),
        ("HARBOUR", "harbour", Verdict.OK),
        ("EVENT", "event", Verdict.NEEDS),
        ("EMERGENCY", "emergency", Verdict.PROHIBITED),
    ],
)
def test_what_lies_below_brings_in_its_rule(reason, rule, verdict):
    assert verdicts(air(zone(reason)))[rule] is verdict
    beside = tuple(replace(waypoint, lat=35.70) for waypoint in way())
    assert rule not in verdicts(air(zone(reason)), beside)


def test_permission_for_the_district_is_permission_for_districts():
    assert verdicts(air(zone("POPULATION")), permits={"z"})["did"] is Verdict.OK
    two = air(zone("POPULATION"), replace(zone("POPULATION"), id="y"))
    assert verdicts(two, permits={"z"})["did"] is Verdict.NEEDS


def test_the_place_names_leg_kilometres_and_zone():
    found = rulings(findings_along(way(), DAY, air(zone("POPULATION")), (OPERATION, CRAFT), frozenset()))
    (ruling,) = [one for one in found if one.rule.id == "did"]
    (place,) = ruling.places
    leg = dict(dict(place.values)["leg"].values)
    assert (place.code, dict(place.values)["zones"]) == (Where.LEG_OVER, "z (z)")
    assert leg == {"number": 1, "first_km": 0.0, "last_km": pytest.approx(2.7, abs=0.05)}
    assert "132条の85" in ruling.rule.clause
    assert ruling.verdict is Verdict.NEEDS


def test_low_over_a_town_people_are_near():
    assert "distance" not in verdicts(air(zone("POPULATION")), way(30.0))
    assert verdicts(air(zone("POPULATION")), way(29.9))["distance"] is Verdict.NEEDS
    assert "distance" not in verdicts(air(), way(29.9))


def test_from_150_metres_on_height_needs_permission_unless_at_a_structure():
    assert "height" not in verdicts(air(), way(149.9))
    assert verdicts(air(), way(150.0))["height"] is Verdict.NEEDS
    mast = Geozone("mast", "", "m", ZoneKind.PROHIBITED, (ZoneVolume(Circle(35.64, 140.0, 25.0), None, None),))
    up = tuple(replace(waypoint, lon=140.0003) for waypoint in way(160.0))
    assert "height" not in verdicts(air(replace(mast, reasons=("STRUCTURE",))), up)
    assert "height" in verdicts(air(replace(mast, reasons=("STRUCTURE",))), tuple(replace(w, lon=140.001) for w in up))


def test_people_where_nothing_is_restricted_are_no_district_of_the_census():
    assert "did" not in verdicts(air(zone("POPULATION", ZoneKind.NO_RESTRICTION)))


def test_a_fairway_is_crossed_and_not_flown_along():
    """A strip of 100 m that a leg meets at an angle: crossings of twice its breadth are the limit, 30 degrees."""
    strip = replace(box("f", ZoneKind.CONDITIONAL, 35.60, 140.0150, 35.68, 140.0161), reasons=("HARBOUR",))
    at = Altitude(50.0, Datum.AMSL)

    def crossing(degrees: float) -> tuple[Waypoint, ...]:
        north, east = 0.003 / tan(radians(degrees)) * cos(radians(35.64)), 0.003
        return Waypoint(35.64 - north, 140.0155 - east, at), Waypoint(35.64 + north, 140.0155 + east, at)

    assert "fairway" not in verdicts(air(strip), crossing(32))
    assert verdicts(air(strip), crossing(28))["fairway"] is Verdict.NEEDS
    assert verdicts(air(strip), crossing(28), permits={"fairway"})["fairway"] is Verdict.OK


def test_night_asks_for_approval():
    assert verdicts(air(), during=NIGHT)["night"] is Verdict.NEEDS


def test_the_camera_level_is_not_for_towns():
    camera = Operation(AccessControl.CAMERA, licence_class=2, has_insurance=True, is_notified=True)
    assert verdicts(air(), operation=camera)["level-3.5"] is Verdict.OK
    assert verdicts(air(zone("POPULATION")), operation=camera)["level-3.5-place"] is Verdict.NEEDS


PORT = ReferencePoint("Port", 35.64, 139.90, 5.0, is_designated=True)


@settings(deadline=None)
@given(st.floats(139.86, 140.2), st.floats(20.0, 320.0))
def test_surfaces_are_met_wherever_a_fine_sampler_meets_them(lon, height):
    """The leg of 2.7 km is checked every 25 m and to the safe side; the oracle looks every metre."""
    legs = tuple(replace(w, lon=w.lon - 140.0 + lon) for w in way(height))
    lowest = min(
        (limit.altitude.value_m for k in range(2711) for limit in surfaces_at(PORT, (), 35.64, lon + 0.03 * k / 2710)),
        default=float("inf"),
    )
    asks = "airport" in verdicts(air(aerodromes=((PORT, ()),)), legs)
    assert asks or height <= lowest
    assert not asks or height > lowest - SPACING_M / 7


def test_half_a_metre_above_the_surface_asks_for_permission():
    """Between two places looked at the surface may be a little lower, so the check errs to the safe side only."""
    start = 139.955
    legs = tuple(replace(w, lon=w.lon - 140.0 + start) for w in way())
    lowest = min(surfaces_at(PORT, (), 35.64, start + 0.03 * k / 2710)[0].altitude.value_m for k in range(2711))
    for over_m, asks in ((0.5, True), (-4.0, False)):
        line = tuple(replace(w, altitude=Altitude(lowest + over_m, Datum.AMSL)) for w in legs)
        assert ("airport" in verdicts(air(aerodromes=((PORT, ()),)), line)) is asks


def test_a_facility_closes_its_surroundings_from_the_act_on():
    plant = Facility("plant", "Plant", Circle(35.64, 140.015, 100.0), "made")
    assert with_facilities(air(facilities=(plant,)), datetime(2016, 1, 1).date(), frozenset()).zones == ()
    (closed,) = with_facilities(air(facilities=(plant,)), NOON.date(), frozenset()).zones
    assert closed.volumes[0].shape.radius_m == 400.0
    assert closed.conditions == RULES["facility"].clause


def planned(airspace: Airspace, **changes) -> Mission | Refusal:
    request = replace(MissionRequest("m", WEST, EAST, NOON, 1.0, (50.0,)), **changes)
    return plan_mission(request, airspace, CAT3, lambda *_: (0.0, 0.0))


def test_a_flight_goes_around_a_facility_and_is_refused_at_it():
    plant = Facility("plant", "Plant", Circle(35.64, 140.015, 100.0), "made")
    around = planned(air(facilities=(plant,)))
    assert isinstance(around, Mission)
    assert len(around.waypoints) > 4
    refused = planned(air(facilities=(replace(plant, grounds=Circle(EAST.lat, EAST.lon, 100.0)),)))
    assert isinstance(refused, Refusal)
    assert (refused.clause, refused.where) == (RULES["facility"].clause, (named(EAST.name),))


def test_a_mission_carries_what_it_needs_and_a_surface_refuses_it():
    found = planned(air())
    assert isinstance(found, Mission)
    assert [one.rule.id for one in found.rulings if one.verdict is Verdict.NEEDS] == ["sight", "flight-plan"]
    low = ReferencePoint("Low", EAST.lat, EAST.lon, 0.0)
    refused = planned(air(aerodromes=((low, ()),)))
    assert isinstance(refused, Refusal)
    assert (refused.cause, refused.clause) == (phrase(Cause.LAW, rule="airport"), RULES["airport"].clause)
    assert "HORIZONTAL(aerodrome=Low, height_m=" in str(refused.where[0])
    assert isinstance(planned(air(aerodromes=((low, ()),)), authorised=frozenset({"airport"})), Mission)


def test_an_altitude_free_of_permission_is_taken_before_one_that_is_not():
    found = planned(air(), altitudes_m=(50.0, 160.0))
    assert isinstance(found, Mission)
    assert max(w.altitude.value_m for w in found.waypoints) == 50.0


COAST = (((35.642, 139.99), (35.642, 140.04)),)


def test_a_distance_from_the_shore_is_kept_and_told():
    near, off = (
        planned(Airspace((), (), GROUND, COAST), shore_m=shore, objective=Objective.RISK) for shore in (0.0, 600.0)
    )
    assert isinstance(near, Mission)
    assert isinstance(off, Mission)
    middle = [reach.shore_m for reach in off.reaches][len(off.reaches) // 2]
    assert middle >= 599
    assert max(reach.shore_m for reach in near.reaches) == pytest.approx(222.4, abs=1)


def test_a_corridor_is_flown_corner_by_corner():
    found = planned(air(), via=((35.63, 140.01), (35.65, 140.02)))
    assert isinstance(found, Mission)
    assert [(round(w.lat, 6), round(w.lon, 6)) for w in found.waypoints[2:-2]] == [(35.63, 140.01), (35.65, 140.02)]


def test_a_corner_of_the_corridor_in_a_zone_is_no_fault_of_a_pad():
    shut = box("shut", ZoneKind.PROHIBITED, 35.62, 140.005, 35.635, 140.015)
    refused = planned(air(shut), via=((35.63, 140.01),))
    assert isinstance(refused, Refusal)
    assert refused.cause.code is Cause.ENCLOSED


def test_heights_over_the_ellipsoid_count_over_the_sea():
    waypoints = tuple(replace(w, altitude=Altitude(186.6, Datum.WGS84)) for w in way())
    assert "height" not in verdicts(Airspace((), (), Ground(0.0, 6.0, 36.7)), waypoints)
    assert "height" in verdicts(Airspace((), (), Ground(0.0, 6.0, 36.5)), waypoints)
