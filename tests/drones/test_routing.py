"""Paths around zones: exact on polygons, monotone in zones, never inside."""

from itertools import pairwise
from math import hypot

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon, box

from drones.free_space import Clearance, FreeSpace, Obstacle, entered
from drones.routing import NoPath, Obstruction, Path, Pricing, RiskArea, find_path, ground_speed_ms

INF = float("inf")
STILL = Pricing(1.0, ((0.0, 0.0),))


def wall(area: Polygon, floor_m: float = -INF, ceiling_m: float = INF, name: str = "zone") -> Obstacle:
    return Obstacle(name, area, floor_m, ceiling_m)


def space(*obstacles: Obstacle, altitudes: tuple[float, ...] = (50.0,), margin: float = 0.0) -> FreeSpace:
    return FreeSpace(obstacles, altitudes, Clearance(margin))


def path_of(free: FreeSpace, start=(0.0, 0.0, 0.0), goal=(1000.0, 0.0, 0.0), pricing: Pricing = STILL, **more) -> Path:
    found = find_path(free, start, goal, pricing, **more)
    assert isinstance(found, Path), found
    return found


def oracle_cost(areas: list[Polygon], start, goal, leg_cost) -> float:
    """Every pair of all vertices, held against each polygon by its DE-9IM relation; Dijkstra's method by networkx."""
    nodes = [start, goal, *{xy for area in areas for xy in area.exterior.coords}]
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(nodes)))
    for i, a in enumerate(nodes):
        for j, b in enumerate(nodes):
            if i != j and a != b and not any(LineString([a, b]).relate_pattern(area, "T********") for area in areas):
                cost = leg_cost(a, b)
                if np.isfinite(cost):
                    graph.add_edge(i, j, weight=cost)
    try:
        return nx.dijkstra_path_length(graph, 0, 1)
    except nx.NetworkXNoPath:
        return INF


def wind_cost(speed: float, wind: tuple[float, float]):
    def cost(a, b) -> float:
        length = hypot(b[0] - a[0], b[1] - a[1])
        over_ground = float(ground_speed_ms(speed, wind, np.asarray(b[0] - a[0]), np.asarray(b[1] - a[1])))
        return length / over_ground if over_ground > 0 else INF

    return cost


coordinates = st.integers(100, 900)
sizes = st.integers(20, 250)


@st.composite
def hulls(draw) -> Polygon:
    points = draw(st.lists(st.tuples(coordinates, st.integers(-400, 400)), min_size=3, max_size=6, unique=True))
    hull = MultiPoint(points).convex_hull
    return (
        hull if isinstance(hull, Polygon) and hull.area > 100 else box(*points[0], points[0][0] + 50, points[0][1] + 50)
    )


def disjoint(areas: list[Polygon]) -> list[Polygon]:
    """Zones that keep two metres apart, for the oracle sees no union."""
    kept: list[Polygon] = []
    for area in areas:
        if all(area.distance(other) > 2 for other in kept):
            kept.append(area)
    return kept


def test_without_zones_the_path_is_straight():
    assert path_of(space()).points == ((0, 0, 0), (0, 0, 50), (1000, 0, 50), (1000, 0, 0))


def test_around_a_square_by_pythagoras():
    free = space(wall(box(400, -100, 600, 300)))
    assert path_of(free).cost == pytest.approx(2 * hypot(400, 100) + 200, abs=0.1)


def test_horizontal_clearance_is_kept_on_the_whole_leg():
    area = box(400, -100, 600, 300)
    found = path_of(space(wall(area), margin=30.0))
    assert LineString([point[:2] for point in found.points]).distance(area) >= 30.0


def test_a_horseshoe_is_left_by_its_mouth():
    horseshoe = Polygon(
        [(-100, -100), (200, -100), (200, 100), (-100, 100), (-100, 60), (150, 60), (150, -60), (-100, -60)]
    )
    expected = oracle_cost([horseshoe], (0, 0), (1000, 0), wind_cost(1.0, (0, 0)))
    assert path_of(space(wall(horseshoe))).cost == pytest.approx(expected, abs=0.2)


@settings(max_examples=60, deadline=None)
@given(st.lists(hulls(), max_size=5), st.tuples(st.integers(-6, 6), st.integers(-6, 6)))
def test_costs_equal_those_of_the_full_visibility_graph_in_any_wind(areas, wind):
    areas = disjoint(areas)
    expected = oracle_cost(areas, (0, 0), (1000, 0), wind_cost(10.0, wind))
    found = find_path(space(*map(wall, areas)), (0, 0, 0), (1000, 0, 0), Pricing(10.0, (wind,)))
    assert (found.cost if isinstance(found, Path) else INF) == pytest.approx(expected, abs=0.1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(hulls(), max_size=6),
    hulls(),
    st.lists(st.tuples(st.integers(-8, 8), st.integers(-8, 8)), min_size=2, max_size=2),
)
def test_a_new_zone_never_shortens_a_path(areas, new, winds):
    pricing = Pricing(10.0, tuple(winds), climb_per_m=0.3)
    before, after = (
        find_path(
            space(*map(wall, zones), altitudes=(50, 100)), (0, 0, 0), (1000, 0, 0), pricing, changes=[(500.0, 500.0)]
        )
        for zones in (areas, [*areas, new])
    )
    assert not isinstance(before, NoPath) or isinstance(after, NoPath)
    if isinstance(after, Path):
        assert isinstance(before, Path)
        assert after.cost >= before.cost - 0.05


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(hulls(), st.sampled_from([(-INF, INF), (0, 60), (60, 120), (90, INF)])), max_size=8))
def test_a_sampler_at_one_metre_finds_no_point_inside(zones):
    obstacles = [wall(area, *limits) for area, limits in zones]
    found = find_path(space(*obstacles, altitudes=(50, 100)), (0, 0, 0), (1000, 0, 0), Pricing(10.0, ((0, 0), (3, 0))))
    if isinstance(found, NoPath):
        return
    for a, b in pairwise(found.points):
        for share in np.linspace(0, 1, int(np.ceil(np.linalg.norm(np.subtract(b, a)))) + 1):
            x, y, z = np.add(a, share * np.subtract(b, a))
            assert not any(o.floor_m < z < o.ceiling_m and o.area.contains(Point(x, y)) for o in obstacles)


def test_the_higher_layer_is_taken_where_the_lower_is_walled_off():
    free = space(wall(box(400, -5000, 600, 5000), 0, 80), altitudes=(50, 100))
    found = path_of(free, pricing=Pricing(1.0, ((0, 0), (0, 0)), climb_per_m=2.0, descent_per_m=1.0))
    assert [point[2] for point in found.points] == [0, 100, 100, 0]
    assert found.cost == pytest.approx(1000 + 300)


def test_the_layer_changes_over_a_named_point():
    walls = wall(box(400, -5000, 600, 5000), 0, 80), wall(box(700, -5000, 900, 5000), 90, INF)
    free = space(*walls, altitudes=(50, 100))
    pricing = Pricing(1.0, ((0, 0), (0, 0)))
    assert path_of(free, pricing=pricing).cost > 10_000
    found = path_of(free, pricing=pricing, changes=[(650.0, 0.0)])
    assert (650, 0, 100) in found.points
    assert (650, 0, 50) in found.points


def test_headwind_as_strong_as_the_airspeed_leaves_no_path():
    assert find_path(space(), (0, 0, 0), (1000, 0, 0), Pricing(10.0, ((-10.0, 0.0),))) == NoPath(Obstruction.WIND)


def test_ground_speed_in_head_tail_and_cross_wind():
    east, north = np.array([1.0, 1.0, 1.0]), np.zeros(3)
    assert ground_speed_ms(10.0, (-4.0, 0.0), east, north)[0] == pytest.approx(6)
    assert ground_speed_ms(10.0, (4.0, 0.0), east, north)[0] == pytest.approx(14)
    assert ground_speed_ms(10.0, (0.0, 6.0), east, north)[0] == pytest.approx(8)


def test_a_pad_under_a_zone_is_blocked_by_it():
    assert find_path(space(wall(box(-10, -10, 10, 10), name="port")), (0, 0, 0), (1000, 0, 0), STILL) == NoPath(
        Obstruction.START_BLOCKED, ("port",)
    )
    assert find_path(space(wall(box(990, -10, 1010, 10), name="bay")), (0, 0, 0), (1000, 0, 0), STILL) == NoPath(
        Obstruction.GOAL_BLOCKED, ("bay",)
    )


def test_a_zone_around_the_start_encloses():
    ring = box(-200, -200, 200, 200).difference(box(-100, -100, 100, 100))
    assert find_path(space(wall(ring)), (0, 0, 0), (1000, 0, 0), STILL) == NoPath(Obstruction.ENCLOSED)


def test_risk_is_gone_around_where_the_way_is_cheaper():
    town = RiskArea(box(300, -100, 700, 2000), 1.0)
    found = path_of(space(), pricing=Pricing(1.0, ((0.0, 0.0),), risks=(town,)))
    assert found.cost == pytest.approx(2 * hypot(300, 100) + 400, abs=0.1)
    lenient = Pricing(1.0, ((0.0, 0.0),), risks=(RiskArea(town.area, 0.01),))
    assert path_of(space(), pricing=lenient).cost == pytest.approx(1000 + 0.01 * 400)


@settings(max_examples=60, deadline=None)
@given(st.lists(hulls(), min_size=1, max_size=3), st.tuples(st.integers(0, 1000), st.integers(-400, 400)))
def test_a_free_leg_costs_its_length_and_that_within_the_risk_areas(areas, end):
    """The ends see nothing but each other where all corners are far dearer: weights too small to bend for."""
    pricing = Pricing(1.0, ((0.0, 0.0),), risks=tuple(RiskArea(area, 1e-9) for area in areas))
    found = path_of(space(), goal=(*map(float, end), 0.0), pricing=pricing)
    leg = LineString([(0, 0), end])
    within = sum(leg.intersection(area.buffer(-0.01)).length for area in areas)
    assert (found.cost - leg.length) / 1e-9 == pytest.approx(within, abs=0.5)


def test_a_second_search_of_the_same_space_answers_alike():
    free = space(wall(box(400, -100, 600, 300)))
    assert path_of(free) == path_of(free)


@pytest.mark.parametrize(("high", "is_in"), [(40.0, False), (60.0, True)])
def test_a_slanted_leg_is_held_against_the_zone_over_its_own_part_of_the_ground(high, is_in):
    zone = wall(box(400, -10, 600, 10), 30, 100)
    assert bool(entered([zone], [(0, 0, 0), (1000, 0, high)])) is is_in


def test_a_leg_between_two_free_waypoints_enters_the_zone_at_its_border():
    assert entered([wall(box(400, -10, 600, 10), name="x")], [(0, 0, 50), (1000, 0, 50)]) == [("x", (400.0, 0.0))]
