from dataclasses import replace

import pytest

from drones.aircraft import AircraftError, EnergyStore, flying_mass_kg, payload_limit_kg, source_of
from drones.energy import endurance_s, still_air_range_m
from feeds.makuhari.aircraft import aircraft_from_rows, read_aircraft
from feeds.makuhari.timetable import read_table
from feeds.notices import FeedError

AIRCRAFT = read_aircraft()
PF2 = AIRCRAFT["pf2-cat3"]
G4S = AIRCRAFT["g4-s"]


def rows(ident: str = "pf2-cat3", **changed: str) -> list[dict[str, str]]:
    found = [dict(row) for row in read_table("drone_aircraft.csv") if row["aircraft"] == ident]
    for row in found:
        row["value"] = changed.get(row["figure"], row["value"])
    return found


def test_the_fleet_has_a_certified_copter_a_hybrid_a_cargo_copter_a_small_quadcopter_and_a_wing() -> None:
    assert list(AIRCRAFT) == ["pf2-cat3", "g4-s", "cargo-7kg", "matrice-100", "firefly6-pro"]
    assert [a.id for a in AIRCRAFT.values() if a.certificate_class == 1] == ["pf2-cat3"]
    assert [a.id for a in AIRCRAFT.values() if a.store is EnergyStore.FUEL] == ["g4-s"]
    assert [a.id for a in AIRCRAFT.values() if a.wing] == ["firefly6-pro"]


@pytest.mark.parametrize("aircraft", AIRCRAFT.values(), ids=AIRCRAFT)
def test_every_figure_has_a_source_and_a_confidence(aircraft) -> None:
    assert all(figure.source and figure.confidence for figure in aircraft.figures)
    assert {"mass_kg", "energy_j", "wind_limit_ms"} <= {figure.name for figure in aircraft.figures}


def test_airframe_battery_and_payload_of_the_pf2_make_its_take_off_mass() -> None:
    assert flying_mass_kg(PF2, 1.0) == pytest.approx(PF2.takeoff_mass_max_kg) == pytest.approx(5.53 + 3.27 + 1.0)


def test_take_off_mass_limits_the_payload_of_a_full_tank() -> None:
    assert G4S.payload_max_kg == 7
    assert payload_limit_kg(G4S) == pytest.approx(5.0)


@pytest.mark.parametrize("payload", [-0.1, 1.01, float("nan")])
def test_a_payload_it_cannot_carry_is_told_in_one_sentence(payload: float) -> None:
    with pytest.raises(AircraftError, match=r"ACSL PF2-CAT3 carries 0 to 1 kg, not"):
        flying_mass_kg(PF2, payload)


def test_pf2_hovers_17_and_a_half_minutes_full_by_calibration_and_then_20_empty_within_4_percent() -> None:
    assert endurance_s(PF2, 1.0) == pytest.approx(source_of(PF2, "endurance_full_s").value, rel=0.002)
    assert endurance_s(PF2, 0.0) == pytest.approx(source_of(PF2, "endurance_empty_s").value, rel=0.04)


def test_the_published_range_of_the_pf2_lies_between_full_and_empty() -> None:
    published = source_of(PF2, "range_published_m").value
    assert still_air_range_m(PF2, 1.0, 0.0) < published < still_air_range_m(PF2, 0.0, 0.0)


def test_g4s_flies_200_minutes_empty_by_calibration_and_then_150_with_3_kg_within_1_percent() -> None:
    assert endurance_s(G4S, 0.0) == pytest.approx(12000, rel=0.002)
    assert endurance_s(G4S, 3.0) == pytest.approx(9000, rel=0.01)


def test_firefly_flies_its_published_59_minutes_on_the_wing_with_a_third_of_its_payload() -> None:
    firefly = AIRCRAFT["firefly6-pro"]
    assert endurance_s(firefly, 0.233, firefly.cruise_ms) == pytest.approx(3540, rel=0.02)
    assert endurance_s(firefly, 0.233) < 1500


def test_an_unrecorded_figure_has_no_source() -> None:
    with pytest.raises(AircraftError, match="colour"):
        source_of(PF2, "colour")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"mass_kg": "heavy"}, "mass_kg is 'heavy', not a number"),
        ({"wind_limit_ms": "0"}, "wind_limit_ms is 0, which no aircraft has"),
        ({"energy_j": "inf"}, "energy_j is inf, which no aircraft has"),
        ({"store": "STEAM"}, "store is 'STEAM'"),
    ],
)
def test_a_figure_no_aircraft_has_is_told_in_one_sentence(changed: dict[str, str], sentence: str) -> None:
    with pytest.raises(FeedError, match=sentence):
        aircraft_from_rows("pf2-cat3", rows(**changed))


def test_a_missing_or_doubled_figure_is_told_in_one_sentence() -> None:
    whole = rows()
    with pytest.raises(FeedError, match="cruise_ms is missing"):
        aircraft_from_rows("x", [row for row in whole if row["figure"] != "cruise_ms"])
    with pytest.raises(FeedError, match="given twice"):
        aircraft_from_rows("x", [*whole, whole[0]])
    with pytest.raises(FeedError, match="a wing needs"):
        aircraft_from_rows("x", [row for row in rows("firefly6-pro") if row["figure"] != "wing_efficiency"])


def test_no_winch_is_zero_metres_a_second() -> None:
    assert replace(PF2, winch_ms=0.0) == PF2
