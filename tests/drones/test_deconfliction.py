"""Declared flights kept apart in space and time, against every pair looked at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from drones.deconfliction import Means, Resolution, conflicts_with, find_conflicts, plan_clear_of
from drones.intents import IntentState, OperationalIntent, Uncertainty, Volume4D, advance, delayed, intent_of
from drones.mission import Pad
from drones.obstacles import Ground
from drones.phrases import Cause, named
from drones.planning import plan_mission
from drones.request import Airspace, MissionRequest, Refusal
from feeds.makuhari.aircraft import read_aircraft
from planner.errors import RequestError

T0 = datetime(2026, 5, 12, 3, tzinfo=UTC)
CAT3 = read_aircraft()["pf2-cat3"]


def volume(x: int, y: int, size: int, low: int, begin: int, length: int) -> Volume4D:
    s, w, n, e = (v / 1000 for v in (y, x, y + size, x + size))
    ring = ((s, w), (s, e), (n, e), (n, w), (s, w))
    return Volume4D(ring, low, low + 20, T0 + timedelta(seconds=begin), T0 + timedelta(seconds=begin + length))


volumes = st.builds(
    volume,
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(1, 8),
    st.integers(0, 60),
    st.integers(0, 900),
    st.integers(1, 400),
)


def meet(a: Volume4D, b: Volume4D) -> bool:
    is_near = a.start < b.end and b.start < a.end and a.lower_m < b.upper_m and b.lower_m < a.upper_m
    return is_near and Polygon(a.outline).intersects(Polygon(b.outline))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(volumes, min_size=1, max_size=4), max_size=12))
def test_conflicts_are_those_of_every_pair_compared(flights):
    intents = [OperationalIntent(f"f{i}", tuple(parts)) for i, parts in enumerate(flights)]
    expected = {
        (a.id, b.id) for a, b in combinations(intents, 2) if any(meet(v, w) for v in a.volumes for w in b.volumes)
    }
    assert {(c.first, c.second) for c in find_conflicts(intents)} == expected


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(volumes, min_size=1, max_size=4), st.integers(0, 1), st.sampled_from(IntentState)),
        min_size=1,
        max_size=8,
    )
)
def test_one_flight_meets_those_that_every_flight_compared_with_every_other_says(flights):
    first, *others = (
        OperationalIntent(f"f{i}", tuple(parts), state, rank) for i, (parts, rank, state) in enumerate(flights)
    )
    ahead = [other for other in others if other.priority >= first.priority]
    expected = tuple(found for found in find_conflicts([first, *ahead]) if found.first == first.id)
    assert conflicts_with(first, others) == expected


def test_flights_one_after_another_do_not_meet():
    first = OperationalIntent("a", (volume(0, 0, 5, 40, 0, 60),))
    assert find_conflicts([first, OperationalIntent("b", (volume(0, 0, 5, 40, 60, 60),))]) == ()
    assert find_conflicts([first, OperationalIntent("b", (volume(0, 0, 5, 40, 59, 60),))]) != ()


def test_an_ended_flight_meets_nobody():
    a, b = (OperationalIntent(name, (volume(0, 0, 5, 40, 0, 60),)) for name in "ab")
    assert find_conflicts([a, replace(b, state=IntentState.ENDED)]) == ()


def test_a_lower_priority_gives_way():
    a, b = (OperationalIntent(name, (volume(0, 0, 5, 40, 0, 60),)) for name in "ab")
    assert conflicts_with(replace(a, priority=1), [b]) == ()
    assert len(conflicts_with(a, [replace(b, priority=1)])) == 1


@pytest.mark.parametrize(
    ("states", "is_allowed"),
    [
        ("Accepted Activated Ended", True),
        ("Activated Nonconforming Activated", True),
        ("Activated Contingent Ended", True),
        ("Contingent Activated", False),
        ("Ended Activated", False),
        ("Accepted Nonconforming", False),
    ],
)
def test_states_follow_each_other_as_in_f3548(states, is_allowed):
    first, *rest = map(IntentState, states.split())
    intent = OperationalIntent("a", (), first)
    if is_allowed:
        for state in rest:
            intent = advance(intent, state)
        assert intent.state is rest[-1]
    else:
        with pytest.raises(RequestError, match="cannot go from"):
            advance(intent, rest[0])


def request(west=140.0, east=140.03, lat_from=35.64, lat_to=35.64, name="m", altitudes=(50.0,)) -> MissionRequest:
    start, goal = Pad("a", "A", lat_from, west, 3.0), Pad("b", "B", lat_to, east, 3.0)
    return MissionRequest(name, start, goal, T0, 1.0, altitudes)


AIR = Airspace((), (), Ground(0.0, 6.0, 36.7)), CAT3, lambda *_: (0.0, 0.0)


def declared(asked: MissionRequest) -> OperationalIntent:
    return intent_of(plan_mission(asked, *AIR), Uncertainty())


def test_volumes_hold_the_aircraft_at_every_second():
    planned = plan_mission(request(), *AIR)
    intent = intent_of(planned, Uncertainty())
    ways = planned.waypoints
    for second in range(int(planned.energy.seconds)):
        a, b = next((a, b) for a, b in pairwise(ways) if b.after_s >= second)
        share = (second - a.after_s) / (b.after_s - a.after_s)
        lat, lon = a.lat + share * (b.lat - a.lat), a.lon + share * (b.lon - a.lon)
        height = a.altitude.value_m + share * (b.altitude.value_m - a.altitude.value_m)
        now = T0 + timedelta(seconds=second)
        around = Polygon([(lat - 1e-9, lon), (lat + 1e-9, lon), (lat, lon + 1e-9)])
        assert any(
            v.start <= now <= v.end and v.lower_m <= height <= v.upper_m and Polygon(v.outline).contains(around)
            for v in intent.volumes
        )


def test_a_crossing_flight_waits():
    known = [declared(request(140.015, 140.0151, 35.627, 35.653, "n"))]
    found = plan_clear_of(request(), AIR, known, Uncertainty(), timedelta(minutes=10))
    assert isinstance(found, Resolution)
    assert found.means is Means.TIME
    assert find_conflicts([*known, found.intent]) == ()


def test_it_goes_over_where_it_may_not_wait():
    known = [declared(request(140.015, 140.0151, 35.627, 35.653, "n"))]
    found = plan_clear_of(request(altitudes=(50.0, 100.0)), AIR, known, Uncertainty(), timedelta(0))
    assert isinstance(found, Resolution)
    assert found.means is Means.ALTITUDE
    assert find_conflicts([*known, found.intent]) == ()


def test_it_goes_around_where_it_may_neither_wait_nor_climb():
    hover = [OperationalIntent("hover", (volume(140014, 35639, 2, 0, 0, 3000),))]
    blocked = [replace(hover[0], volumes=(replace(hover[0].volumes[0], upper_m=200.0),))]
    found = plan_clear_of(request(), AIR, blocked, Uncertainty(10.0), timedelta(0))
    assert isinstance(found, Resolution)
    assert found.means is Means.PATH


def test_it_is_refused_where_the_pad_is_taken():
    taken = [OperationalIntent("taken", (replace(volume(140029, 35639, 2, 0, 0, 9000), upper_m=200.0),))]
    found = plan_clear_of(request(), AIR, taken, Uncertainty(), timedelta(minutes=2))
    assert isinstance(found, Refusal)
    assert found.where == (named("taken"),)
    assert found.cause.code is Cause.CONFLICT


def test_a_delay_shifts_every_volume():
    intent = declared(request())
    later = delayed(intent, timedelta(minutes=5))
    assert [v.start - w.start for v, w in zip(later.volumes, intent.volumes, strict=True)] == [
        timedelta(minutes=5)
    ] * len(intent.volumes)
