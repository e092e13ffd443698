"""Ground risk classes as SORA's table has them, and the metres flown over people."""

from dataclasses import replace

import pytest

from drones.airspace import PeopledBlock, ZoneKind
from drones.request import Airspace
from drones.risk import RiskError, ground_risk, intrinsic_grc
from feeds.makuhari.aircraft import read_aircraft
from tests.drones.test_legality import way
from tests.drones.test_planning import CAT3, GROUND, box


@pytest.mark.parametrize(
    ("size_m", "speed_ms", "people_km2", "grc"),
    [
        (0.9, 20, 4, 2),
        (1.0, 25, 4.9, 2),
        (1.0, 25.1, 4, 3),
        (1.01, 20, 4, 3),
        (3, 35, 49, 4),
        (3, 35, 5_000, 7),
        (1, 20, 60_000, 7),
        (40, 200, 49_999, 10),
    ],
)
def test_classes_of_the_table(size_m, speed_ms, people_km2, grc):
    assert intrinsic_grc(size_m, speed_ms, people_km2) == grc


def test_what_the_table_has_not_is_said():
    with pytest.raises(RiskError, match="50 m at 20 m/s"):
        intrinsic_grc(50, 20, 4)
    with pytest.raises(RiskError, match="60000 people"):
        intrinsic_grc(8, 20, 60_000)


def test_metres_over_people_are_those_of_the_town_without_its_river():
    town = replace(box("t", ZoneKind.REQ_AUTHORISATION, 35.63, 140.01, 35.65, 140.02), reasons=("POPULATION",))
    river = replace(box("r", ZoneKind.NO_RESTRICTION, 35.63, 140.012, 35.65, 140.013), reasons=("UNPEOPLED",))
    found = ground_risk(way(), Airspace((town, river), (), GROUND), CAT3)
    assert found.inhabited_m == pytest.approx(0.009 / 0.03 * found.length_m, rel=1e-6)
    assert found.grc == 7
    assert ground_risk(way(), Airspace((), (), GROUND), CAT3).grc == 3


def test_a_block_says_more_of_its_people_than_that_the_ground_is_inhabited():
    town = replace(box("t", ZoneKind.REQ_AUTHORISATION, 35.63, 140.01, 35.65, 140.02), reasons=("POPULATION",))
    whole, half = (
        PeopledBlock(box("b", ZoneKind.NO_RESTRICTION, 35.63, west, 35.65, 140.02).volumes[0].shape, 300.0)
        for west in (140.01, 140.015)
    )
    found = [ground_risk(way(), Airspace((town,), (), GROUND, blocks=(one,)), CAT3) for one in (whole, half)]
    assert [risk.people_km2 for risk in found] == [300.0, 10_000.0]
    assert [risk.grc for risk in found] == [5, 7]


def test_every_aircraft_has_a_size():
    for craft in read_aircraft().values():
        assert ground_risk(way(), Airspace((), (), GROUND), craft).grc in (2, 3)
