from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drones.airspace import Altitude, Datum
from drones.daylight import EDGE_DEG, is_night, is_partly_night, sun_height_deg
from drones.phrases import Where, named, phrase
from drones.rules import (
    AccessControl,
    Category,
    Flight,
    FlightLeg,
    Level,
    Over,
    RuleError,
    Verdict,
    category_of,
    check_flight,
    height_over_ground_m,
    height_over_sea_m,
    level_of,
)
from drones.rules_japan import FACILITY_RADII, RULES, facility_radius_m
from drones.surfaces import SurfaceKind, SurfaceLimit

JST = timezone(timedelta(hours=9))
MAKUHARI = (35.645, 140.05)
OK, NEEDS, PROHIBITED = Verdict.OK, Verdict.NEEDS, Verdict.PROHIBITED


def agl(metres: float) -> Altitude:
    return Altitude(metres, Datum.AGL)


BAY = FlightLeg(named("bay"), agl(50.0), ground_m=0.0)
PARK = FlightLeg(named("park"), agl(50.0), ground_m=4.0, over=frozenset({Over.DID}))
IN_SIGHT = Flight(
    legs=(BAY,),
    start=datetime(2026, 5, 1, 10, tzinfo=JST),
    end=datetime(2026, 5, 1, 10, 20, tzinfo=JST),
    lat=MAKUHARI[0],
    lon=MAKUHARI[1],
    takeoff_mass_kg=9.8,
    access_control=AccessControl.GROUND,
    is_in_sight=True,
)
BEYOND = replace(IN_SIGHT, is_in_sight=False)
LEVEL_3_5 = replace(BEYOND, access_control=AccessControl.CAMERA, has_camera=True, has_insurance=True, licence_class=2)
LEVEL_4 = replace(
    BEYOND,
    legs=(BAY, replace(PARK, over=frozenset({Over.DID, Over.PEOPLE}), people_m=20.0)),
    access_control=AccessControl.NONE,
    certificate_class=1,
    licence_class=1,
    is_notified=True,
    has_log=True,
    permits=frozenset({"sight", "did", "distance", "category-3-permit"}),
)


def on(day: date, flight: Flight) -> Flight:
    start = flight.start.replace(year=day.year, month=day.month, day=day.day)
    return replace(flight, start=start, end=start + (flight.end - flight.start))


def over(*what: Over, **changed) -> FlightLeg:
    return replace(BAY, over=frozenset(what), **changed)


def verdicts(flight: Flight) -> dict[str, Verdict]:
    return {found.rule.id: found.verdict for found in check_flight(flight)}


def test_every_rule_names_clause_source_and_both_languages() -> None:
    for rule in RULES.values():
        assert rule.clause
        assert rule.source
        assert rule.ja.endswith("。")
        assert rule.en.endswith(".")
        assert bool(rule.remedy_ja) == bool(rule.remedy_en)
    assert [rule.id for rule in RULES.values() if not rule.is_verified] == ["facility-bill", "fairway"]


def test_in_sight_over_empty_water_by_day_nothing_is_asked() -> None:
    assert verdicts(IN_SIGHT) == {"category-1": OK}
    assert category_of(IN_SIGHT) is Category.I


@pytest.mark.parametrize(
    ("flight", "rule"),
    [
        (replace(IN_SIGHT, legs=(PARK,)), "did"),
        (replace(IN_SIGHT, legs=(replace(BAY, altitude=agl(150.0)),)), "height"),
        (replace(IN_SIGHT, legs=(replace(BAY, people_m=29.9),)), "distance"),
        (replace(IN_SIGHT, legs=(over(Over.EVENT),)), "event"),
        (BEYOND, "sight"),
        (replace(IN_SIGHT, drops=True), "drop"),
        (replace(IN_SIGHT, has_dangerous_goods=True), "dangerous"),
        (replace(IN_SIGHT, end=datetime(2026, 5, 1, 18, 45, tzinfo=JST)), "night"),
    ],
)
def test_each_specified_flight_needs_its_permission_and_has_it_once_given(flight: Flight, rule: str) -> None:
    assert verdicts(flight)[rule] is NEEDS
    assert verdicts(flight)["flight-plan"] is NEEDS
    assert verdicts(replace(flight, permits=frozenset({rule})))[rule] is OK
    (found,) = [found for found in check_flight(flight) if found.rule.id == rule]
    assert found.rule is RULES[rule]
    assert found.rule.remedy_en


@pytest.mark.parametrize(
    "leg", [replace(BAY, altitude=agl(149.9)), replace(BAY, people_m=30.0), replace(BAY, altitude=agl(0.0))]
)
def test_just_inside_the_limits_is_category_1(leg: FlightLeg) -> None:
    assert category_of(replace(IN_SIGHT, legs=(leg,))) is Category.I


def test_category_2b_with_certificate_and_licence_needs_no_permission() -> None:
    held = replace(BEYOND, legs=(PARK,), certificate_class=2, licence_class=2)
    assert category_of(held) is Category.II_B
    assert (verdicts(held)["did"], verdicts(held)["sight"]) == (OK, OK)
    assert verdicts(replace(held, licence_class=0))["did"] is NEEDS
    assert verdicts(replace(held, certificate_class=0))["did"] is NEEDS


@pytest.mark.parametrize("changed", [{"drops": True}, {"takeoff_mass_kg": 25.0}, {"has_dangerous_goods": True}])
def test_category_2a_needs_permission_even_with_certificate_and_licence(changed: dict[str, object]) -> None:
    heavier = replace(BEYOND, certificate_class=2, licence_class=2, **changed)
    assert category_of(heavier) is Category.II_A
    assert verdicts(heavier)["sight"] is NEEDS


def test_people_under_a_category_2_path_are_prohibited() -> None:
    assert verdicts(replace(BEYOND, legs=(over(Over.PEOPLE),)))["access-control"] is PROHIBITED


def test_level_4_with_everything_held_is_allowed() -> None:
    assert category_of(LEVEL_4) is Category.III
    assert level_of(LEVEL_4) is Level.L4
    assert set(verdicts(LEVEL_4).values()) == {OK}


@pytest.mark.parametrize(
    ("changed", "rule", "verdict"),
    [
        ({"certificate_class": 2}, "category-3", PROHIBITED),
        ({"licence_class": 2}, "category-3-licence", NEEDS),
        ({"permits": frozenset({"sight", "did", "distance"})}, "category-3-permit", NEEDS),
        ({"is_notified": False}, "flight-plan", NEEDS),
        ({"has_log": False}, "flight-log", NEEDS),
        ({"is_registered": False}, "registration", PROHIBITED),
        ({"has_remote_id": False}, "remote-id", NEEDS),
    ],
)
def test_level_4_lacks_each_thing_it_needs(changed: dict[str, object], rule: str, verdict: Verdict) -> None:
    found = verdicts(replace(LEVEL_4, **changed))
    assert {name: said for name, said in found.items() if said is not OK} == {rule: verdict}


def test_level_4_did_not_exist_on_4_december_2022_nor_certificates_that_spare_permission() -> None:
    before, since = date(2022, 12, 4), date(2022, 12, 5)
    assert verdicts(on(before, LEVEL_4))["category-3-before"] is PROHIBITED
    assert "category-3-before" not in verdicts(on(since, LEVEL_4))
    held = replace(BEYOND, certificate_class=2, licence_class=2)
    assert (verdicts(on(before, held))["sight"], verdicts(on(since, held))["sight"]) == (NEEDS, OK)
    assert "flight-plan" not in verdicts(on(before, held))


def test_level_3_5_exists_since_26_december_2023() -> None:
    assert level_of(LEVEL_3_5) is Level.L3_5
    assert verdicts(on(date(2023, 12, 25), LEVEL_3_5))["level-3.5-before"] is PROHIBITED
    assert verdicts(on(date(2023, 12, 26), LEVEL_3_5))["level-3.5"] is OK


@pytest.mark.parametrize("changed", [{"has_camera": False}, {"has_insurance": False}, {"licence_class": 0}])
def test_level_3_5_needs_licence_insurance_and_camera(changed: dict[str, object]) -> None:
    assert verdicts(replace(LEVEL_3_5, **changed))["level-3.5"] is NEEDS


def test_level_3_5_crosses_vehicles_but_not_people_and_is_not_meant_for_towns() -> None:
    assert verdicts(replace(LEVEL_3_5, legs=(over(Over.VEHICLES),)))["level-3.5"] is OK
    assert verdicts(replace(LEVEL_3_5, legs=(over(Over.PEOPLE),)))["access-control"] is PROHIBITED
    assert verdicts(replace(LEVEL_3_5, legs=(PARK,)))["level-3.5-place"] is NEEDS


def test_level_3_stops_before_roads() -> None:
    assert level_of(BEYOND) is Level.L3
    assert verdicts(replace(BEYOND, legs=(over(Over.VEHICLES),)))["crossing"] is NEEDS


def test_levels_in_sight_depend_on_who_steers() -> None:
    assert level_of(IN_SIGHT) is Level.L2
    assert level_of(replace(IN_SIGHT, is_automatic=False)) is Level.L1


def test_no_permission_opens_an_emergency_airspace() -> None:
    leg = over(Over.EMERGENCY_AIRSPACE)
    assert verdicts(replace(IN_SIGHT, legs=(leg,), permits=frozenset({"emergency"})))["emergency"] is PROHIBITED


def test_ichikawa_is_free_below_the_outer_surface_of_haneda_at_301_m() -> None:
    limit = SurfaceLimit("Haneda", SurfaceKind.OUTER_HORIZONTAL, Altitude(301.4, Datum.AMSL))
    low = replace(BAY, where=named("Ichikawa"), altitude=agl(149.0), ground_m=3.0, surface=limit)
    assert "airport" not in verdicts(replace(IN_SIGHT, legs=(low,)))
    high = replace(low, altitude=Altitude(302.0, Datum.AMSL))
    found = check_flight(replace(IN_SIGHT, legs=(high,)))
    outer = phrase(SurfaceKind.OUTER_HORIZONTAL, aerodrome="Haneda", height_m=301.4)
    assert [(f.rule.id, f.where) for f in found][:2] == [
        ("airport", phrase(Where.UNDER_SURFACE, leg=named("Ichikawa"), sea_m=302.0, surface=outer)),
        ("height", phrase(Where.ABOVE_GROUND, leg=named("Ichikawa"), height_m=299.0)),
    ]


def test_below_an_approach_surface_of_a_busy_airport_permission_is_needed_too() -> None:
    limit = SurfaceLimit("Haneda", SurfaceKind.APPROACH, Altitude(40.0, Datum.AMSL), is_forbidden_below=True)
    assert verdicts(replace(IN_SIGHT, legs=(replace(BAY, altitude=agl(10.0), surface=limit),)))["airport"] is NEEDS


def test_within_30_m_of_a_tower_150_m_is_no_limit_since_24_september_2021() -> None:
    tower = replace(IN_SIGHT, legs=(replace(BAY, altitude=agl(160.0), is_at_object=True),))
    assert "height" not in verdicts(on(date(2021, 9, 24), tower))
    assert verdicts(on(date(2021, 9, 23), tower))["height"] is NEEDS


def test_heights_keep_their_datum() -> None:
    over_sea = replace(BAY, altitude=Altitude(160.0, Datum.AMSL), ground_m=20.0)
    assert (height_over_ground_m(over_sea), height_over_sea_m(over_sea)) == (140.0, 160.0)
    ellipsoid = replace(over_sea, altitude=Altitude(196.5, Datum.WGS84), geoid_m=36.5)
    assert (height_over_ground_m(ellipsoid), height_over_sea_m(ellipsoid)) == (140.0, 160.0)
    with pytest.raises(RuleError, match=r"leg bay: 196\.5 m over WGS84 needs the geoid"):
        height_over_ground_m(replace(ellipsoid, geoid_m=None))


def test_critical_facilities_keep_300_m_free_since_7_april_2016() -> None:
    assert [facility_radius_m(date(2016, 4, day)) for day in (6, 7)] == [0.0, 300.0]
    assert facility_radius_m(date(2026, 11, 21)) == 300.0
    near = replace(IN_SIGHT, legs=(replace(BAY, facility_m=300.0),))
    assert verdicts(near)["facility"] is PROHIBITED
    assert verdicts(replace(near, permits=frozenset({"facility"})))["facility"] is OK


def test_between_300_m_and_the_kilometre_of_the_bill_one_must_ask_whether_it_is_in_force() -> None:
    assert [zone.is_verified for zone in FACILITY_RADII] == [True, False]
    farther = replace(IN_SIGHT, legs=(replace(BAY, facility_m=301.0),))
    assert verdicts(farther)["facility-bill"] is NEEDS
    assert "facility-bill" not in verdicts(on(date(2025, 5, 1), farther))
    assert "facility-bill" not in verdicts(replace(farther, legs=(replace(BAY, facility_m=1001.0),)))


def test_flying_over_a_fairway_needs_no_permit_of_its_own() -> None:
    assert verdicts(replace(IN_SIGHT, legs=(over(Over.HARBOUR),)))["harbour"] is OK


def test_toys_below_100_g_need_no_registration() -> None:
    assert "registration" not in verdicts(replace(IN_SIGHT, takeoff_mass_kg=0.099, is_registered=False))


@given(
    st.sampled_from([IN_SIGHT, BEYOND, LEVEL_3_5, LEVEL_4]),
    st.sets(st.sampled_from(sorted(RULES))),
    st.sets(st.sampled_from(sorted(Over))),
)
def test_a_permission_never_worsens_and_more_below_never_betters_a_flight(flight, permits, below) -> None:
    def worst(flown: Flight) -> int:
        return max([OK, NEEDS, PROHIBITED].index(found.verdict) for found in check_flight(flown))

    asked = replace(flight, permits=frozenset())
    assert worst(replace(asked, permits=frozenset(permits))) <= worst(asked)
    assert worst(replace(asked, legs=(*asked.legs, over(*below)))) >= worst(asked)


@pytest.mark.parametrize(
    ("flight", "sentence"),
    [
        (replace(IN_SIGHT, legs=()), "without legs"),
        (replace(IN_SIGHT, end=IN_SIGHT.start - timedelta(hours=1)), "before it starts"),
        (replace(IN_SIGHT, start=datetime(2026, 5, 1, 10)), "no offset"),
    ],
)
def test_a_flight_that_cannot_be_checked_is_told_in_one_sentence(flight: Flight, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence):
        check_flight(flight)


@pytest.mark.parametrize(
    ("day", "sunrise", "sunset"),
    [
        (date(2024, 6, 21), (4, 25), (19, 0)),
        (date(2024, 12, 21), (6, 47), (16, 32)),
        (date(2024, 3, 20), (5, 45), (17, 53)),
    ],
)
def test_sun_of_tokyo_rises_and_sets_as_the_national_observatory_says(day, sunrise, sunset) -> None:
    for hour, minute in (sunrise, sunset):
        edge = datetime(day.year, day.month, day.day, hour, minute, tzinfo=JST)
        assert sun_height_deg(edge, 35.6581, 139.7414) == pytest.approx(EDGE_DEG, abs=0.3)


def test_a_flight_across_sunset_is_partly_night() -> None:
    noon, evening = (datetime(2026, 5, 1, hour, tzinfo=JST) for hour in (12, 20))
    assert (is_night(noon, *MAKUHARI), is_night(evening, *MAKUHARI)) == (False, True)
    assert is_partly_night(noon, evening, *MAKUHARI)
    assert is_partly_night(noon, noon + timedelta(days=1), *MAKUHARI)
    assert not is_partly_night(noon, noon, *MAKUHARI)
