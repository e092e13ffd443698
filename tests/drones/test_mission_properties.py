"""What holds for every mission over any made airspace, looked at by samplers that know neither planner nor shapely."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from math import ceil, cos, hypot, radians

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drones.airspace import Altitude, Circle, Datum, Geozone, ZoneKind, ZoneVolume
from drones.contingency import SPACING_M
from drones.deconfliction import find_conflicts, plan_clear_of
from drones.intents import OperationalIntent, Uncertainty
from drones.mission import Mission, Pad
from drones.planning import plan_mission
from drones.request import Airspace, MissionRequest, Refusal
from planner.geo import METRES_PER_DEGREE
from tests.drones.test_planning import CAT3, EAST, GROUND, NOON, WEST

SITES = tuple(Pad(f"s{k}", f"Sand {k}", 35.64 + 0.004 * (-1) ** k, 140.005 + 0.007 * k, 2.0) for k in range(4))
CLEAR_M = 30.0


@st.composite
def zones(draw: st.DrawFn) -> Geozone:
    """A circle between the pads or beside the way, from the ground or from a height, up to a ceiling or without."""
    lat, lon = draw(st.floats(35.63, 35.65)), draw(st.floats(140.004, 140.026))
    lower = draw(st.sampled_from([None, Altitude(30.0, Datum.AMSL), Altitude(70.0, Datum.AMSL)]))
    upper = draw(st.sampled_from([None, Altitude(45.0, Datum.AMSL), Altitude(90.0, Datum.AMSL)]))
    if lower is not None and upper is not None and lower.value_m >= upper.value_m:
        upper = None
    volume = ZoneVolume(Circle(lat, lon, draw(st.floats(50, 400))), lower, upper)
    return Geozone(f"z{lat:.6f}-{lon:.6f}", "", "zone", ZoneKind.PROHIBITED, (volume,))


def asked(**changes) -> MissionRequest:
    return replace(MissionRequest("m", WEST, EAST, NOON, 1.0, (50.0, 110.0)), **changes)


def planned(found: list[Geozone], request: MissionRequest | None = None, wind=(0.0, 0.0)) -> Mission | Refusal:
    return plan_mission(request or asked(), Airspace(tuple(found), SITES, GROUND), CAT3, lambda *_: wind)


def metres(lat: float, lon: float) -> tuple[float, float]:
    return (lon - 140.015) * METRES_PER_DEGREE * cos(radians(35.64)), (lat - 35.64) * METRES_PER_DEGREE


def samples(mission: Mission):
    """East, north, altitude at every metre of the line."""
    points = [(*metres(w.lat, w.lon), w.altitude.value_m) for w in mission.waypoints]
    for a, b in pairwise(points):
        n = max(1, ceil(hypot(*(q - p for p, q in zip(a, b, strict=True)))))
        for k in range(n + 1):
            yield tuple(p + k / n * (q - p) for p, q in zip(a, b, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.lists(zones(), max_size=4))
def test_no_metre_of_a_mission_is_in_a_prohibited_volume(found):
    mission = planned(found)
    assume(isinstance(mission, Mission))
    volumes = []
    for zone in found:
        (volume,) = zone.volumes
        floor = -1e9 if volume.lower is None else volume.lower.value_m
        ceiling = 1e9 if volume.upper is None else volume.upper.value_m
        volumes.append((*metres(volume.shape.lat, volume.shape.lon), volume.shape.radius_m, floor, ceiling))
    for x, y, z in samples(mission):
        for east, north, radius, floor, ceiling in volumes:
            assert not (floor < z < ceiling) or hypot(x - east, y - north) > radius + CLEAR_M - 0.5


@settings(max_examples=40, deadline=None)
@given(st.lists(zones(), max_size=3), zones())
def test_one_more_zone_never_saves_energy(found, new):
    before, after = planned(found), planned([*found, new])
    if isinstance(after, Mission):
        assert isinstance(before, Mission)
        assert after.energy.energy_j >= before.energy.energy_j * (1 - 1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(zones(), max_size=3), st.floats(-7, 7), st.floats(-7, 7))
def test_energy_keeps_the_reserve_and_a_site_is_always_in_reach(found, east, north):
    mission = planned(found, wind=(east, north))
    assume(isinstance(mission, Mission))
    energy = mission.energy
    assert energy.energy_j <= energy.on_board_j - energy.reserve_j + 1e-6
    assert abs(energy.energy_j - sum(part.energy_j for part in energy.parts)) < 1e-6
    along = [reach.along_m for reach in mission.reaches]
    assert along[0] == 0
    assert all(b - a <= SPACING_M + 1e-6 for a, b in pairwise(along))
    for reach in mission.reaches:
        assert reach.needed_j <= reach.left_j
        assert reach.left_j >= energy.reserve_j - 1e-6


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 600), st.booleans(), st.floats(35.636, 35.644)), min_size=2, max_size=5))
def test_no_two_accepted_intents_overlap(flights):
    accepted: list[OperationalIntent] = []
    for k, (after_s, is_back, lat) in enumerate(flights):
        start, goal = replace(WEST, lat=lat), replace(EAST, lat=71.28 - lat)
        if is_back:
            start, goal = goal, start
        request = asked(id=f"m{k}", start=start, goal=goal, departure=NOON + timedelta(seconds=after_s))
        region = Airspace((), SITES, GROUND), CAT3, lambda *_: (0.0, 0.0)
        found = plan_clear_of(request, region, accepted, Uncertainty(), timedelta(minutes=20))
        if not isinstance(found, Refusal):
            accepted.append(found.intent)
    assert len(accepted) >= 2
    assert find_conflicts(accepted) == ()
    for one, other in ((a, b) for k, a in enumerate(accepted) for b in accepted[k + 1 :]):
        for p in one.volumes:
            for q in other.volumes:
                assert not (meets(p, q))


def meets(p, q) -> bool:
    """Two boxes around straight legs overlap in time, height and, by separating axes, on the ground."""
    if p.start >= q.end or q.start >= p.end or p.lower_m >= q.upper_m or q.lower_m >= p.upper_m:
        return False
    a, b = ([metres(lat, lon) for lat, lon in volume.outline[:-1]] for volume in (p, q))
    for ring in (a, b):
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            nx, ny = y2 - y1, x1 - x2
            one, other = ([x * nx + y * ny for x, y in points] for points in (a, b))
            if max(one) < min(other) or max(other) < min(one):
                return False
    return True
