from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drones.airspace import Altitude, Datum, Runway, RunwayEnd
from drones.surfaces import (
    ICAO_PRECISION_4,
    JAPAN_PRECISION,
    ReferencePoint,
    SurfaceError,
    SurfaceKind,
    surfaces_at,
)
from planner.geo import METRES_PER_DEGREE

MADE = ReferencePoint("Made", 0.0, 0.0, 10.0, is_designated=True)
SMALL = ReferencePoint("Small", 0.0, 0.0, 10.0)
BUSY = ReferencePoint("Busy", 0.0, 0.0, 10.0, is_designated=True, forbids_below=True)
# 標点 35°33'12"N 139°46'52"E, 6.4 m (tokyo-geo.or.jp technical note 49; ja.wikipedia 東京国際空港). The airport's own
# system answers 301 m for a place under the outer surface (drone-kyoka.hotta-gyosei.com): 6.4 + 45 + 12,500 / 50.
HANEDA = ReferencePoint("Haneda", 35.553333, 139.781111, 6.4, is_designated=True, forbids_below=True)
ICHIKAWA = (35.6685, 139.933)


def at(east_m: float, north_m: float) -> tuple[float, float]:
    return north_m / METRES_PER_DEGREE, east_m / METRES_PER_DEGREE


def end(name: str, east_m: float, elevation_m: float | None, bearing: float) -> RunwayEnd:
    return RunwayEnd(name, *at(east_m, 0.0), elevation_m, bearing)


EAST_WEST = Runway(3000.0, 60.0, (end("09", -1500.0, 10.0, 90.0), end("27", 1500.0, 10.0, 270.0)))
SLOPING = Runway(3000.0, 60.0, (end("09", -1500.0, 10.0, 90.0), end("27", 1500.0, 16.0, 270.0)))


def lowest(east_m: float, north_m: float, reference=MADE, runway=EAST_WEST, rules=JAPAN_PRECISION):
    found = surfaces_at(reference, (runway,), *at(east_m, north_m), rules)
    return (found[0].kind, pytest.approx(found[0].altitude.value_m, abs=0.01)) if found else None


STRIP, APPROACH, FAR = SurfaceKind.STRIP, SurfaceKind.APPROACH, SurfaceKind.EXTENDED_APPROACH
SIDE, FLAT, CONE, OUTER = (
    SurfaceKind.TRANSITIONAL,
    SurfaceKind.HORIZONTAL,
    SurfaceKind.CONICAL,
    SurfaceKind.OUTER_HORIZONTAL,
)


@pytest.mark.parametrize(
    ("east", "north", "kind", "height"),
    [
        (0, 0, STRIP, 10),
        (1560, 149, STRIP, 10),
        (1560 + 1000, 0, APPROACH, 10 + 20),
        (-1560 - 1000, 299, APPROACH, 10 + 20),
        (1560 + 1000, 307, SIDE, 10 + 20 + 1),
        (0, 150 + 70, SIDE, 10 + 10),
        (0, -150 - 316, FLAT, 10 + 45),
        (1560 + 2400, 0, FLAT, 10 + 45),
        (0, 3999, FLAT, 10 + 45),
        (0, 9000, CONE, 10 + 45 + 100),
        (0, 16_499, CONE, 10 + 45 + 249.98),
        (0, 20_000, OUTER, 10 + 45 + 250),
        (1560 + 10_000, 0, CONE, 10 + 45 + (11_560 - 4000) / 50),
    ],
)
def test_surfaces_of_a_made_runway_in_closed_form(east: float, north: float, kind: SurfaceKind, height: float) -> None:
    assert lowest(east, north) == (kind, height)


def test_approach_and_extended_approach_lie_on_one_plane_to_15_km() -> None:
    heights = {}
    for outward in (500, 2999, 3001, 14_999):
        found = surfaces_at(MADE, (EAST_WEST,), *at(1560 + outward, 0))
        heights |= {limit.kind: limit.altitude.value_m for limit in found if limit.kind in (APPROACH, FAR)}
        assert any(limit.altitude.value_m == pytest.approx(10 + outward / 50, abs=0.01) for limit in found)
    assert set(heights) == {APPROACH, FAR}
    assert all(limit.kind is not FAR for limit in surfaces_at(MADE, (EAST_WEST,), *at(1560 + 15_001, 0)))


def test_nothing_beyond_24_km_nor_beyond_4_km_of_an_undesignated_aerodrome() -> None:
    assert lowest(0, 24_010) is None
    assert lowest(0, 4010, SMALL) is None
    assert lowest(1560 + 2999, 0, SMALL) == (APPROACH, 10 + 59.98)
    assert lowest(1560 + 3001, 0, SMALL) is None


def test_a_strip_follows_the_runway_up_to_its_higher_end() -> None:
    assert lowest(0, 0, runway=SLOPING) == (STRIP, 13)
    assert lowest(1560 + 500, 0, runway=SLOPING) == (APPROACH, 16 + 10)
    assert lowest(-1560 - 500, 0, runway=SLOPING) == (APPROACH, 10 + 10)


def test_below_the_approach_is_forbidden_at_busy_airports_only_and_the_strip_everywhere() -> None:
    def below(reference: ReferencePoint, east: float) -> bool:
        return surfaces_at(reference, (EAST_WEST,), *at(east, 0))[0].is_forbidden_below

    assert [below(MADE, 2560), below(BUSY, 2560), below(MADE, 0), below(BUSY, 10_000)] == [False, True, True, False]


def test_annex_14_cone_is_steeper_and_ends_at_145_m() -> None:
    assert lowest(0, 5000, rules=ICAO_PRECISION_4) == (CONE, 10 + 45 + 50)
    assert lowest(0, 10_000, rules=ICAO_PRECISION_4) == (OUTER, 10 + 145)
    ahead = surfaces_at(MADE, (EAST_WEST,), *at(1560 + 9000, 0), ICAO_PRECISION_4)
    assert [limit.altitude.value_m for limit in ahead if limit.kind is FAR] == pytest.approx([10 + 150])


def test_ichikawa_lies_under_the_outer_surface_of_haneda_at_301_m() -> None:
    (limit,) = surfaces_at(HANEDA, (), *ICHIKAWA)
    assert limit.kind is OUTER
    assert limit.altitude == Altitude(pytest.approx(301.4), Datum.AMSL)
    assert surfaces_at(HANEDA, (), 35.6452, 140.0511) == ()


def test_a_runway_without_known_ends_still_has_its_circles() -> None:
    (limit,) = surfaces_at(MADE, (Runway(3000.0, 60.0),), *at(0, 0))
    assert limit.kind is FLAT


def test_a_runway_of_no_length_is_told_by_name() -> None:
    with pytest.raises(SurfaceError, match="Made: both ends of runway 09"):
        surfaces_at(MADE, (Runway(0.0, 60.0, (EAST_WEST.ends[0],) * 2),), 0.0, 0.0)


@given(st.floats(-23_000, 23_000), st.floats(-23_000, 23_000))
def test_the_lowest_surface_is_the_same_on_either_side_and_end_of_the_runway(east: float, north: float) -> None:
    if hypot(east, north) > 23_900 or min(abs(hypot(east, north) - r) for r in (4000, 16_500)) < 1:
        return
    mirrored = [lowest(e, n) for e, n in ((east, north), (-east, north), (east, -north))]
    heights = [
        surfaces_at(MADE, (EAST_WEST,), *at(e, n))[0].altitude.value_m for e, n in ((east, north), (-east, -north))
    ]
    assert all(mirrored)
    assert heights[0] == pytest.approx(heights[1], abs=0.05)
