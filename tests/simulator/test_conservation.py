"""Nobody is lost, whatever happens; Little's law; the same seed gives the same log."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.choice import Tastes
from simulator.course import line, loop
from simulator.demand import Egress, Habits
from simulator.domain import Closure, Limit, Weather, operating_domain
from simulator.events import Kind
from simulator.fleet import Battery
from simulator.metrics import State, balance, traveller_metrics
from simulator.queues import queues
from simulator.run import Choice, Gate, Setup, run
from tests.simulator.rings import BUS, HOUR_S, flow, ring


@st.composite
def setups(draw: st.DrawFn) -> Setup:
    """A few hours with everything that can happen, in random strength."""
    course = draw(st.sampled_from([loop("ABCD", (400.0, 300.0, 200.0, 100.0)), line("ABCD", (400.0, 30.0, 200.0))]))
    kind = replace(
        BUS, places=draw(st.integers(1, 12)), wheelchair_places=draw(st.integers(0, 1)), doors=draw(st.integers(1, 2)),
        door_s=3.0, board_s=2.0, alight_s=1.5, wheelchair_s=40.0,
        battery=draw(st.sampled_from([None, Battery(20e6, 18e6, 12e6, 19e6, 50e3)])),
    )  # fmt: skip
    setup = ring(
        course, fleet=draw(st.integers(1, 4)), until_h=draw(st.sampled_from([1.0, 3.0])), kind=kind,
        end_s=draw(st.sampled_from([1800.0, 7200.0])), controls=draw(st.sampled_from([frozenset(), frozenset({0, 2})])),
        interventions_per_km=draw(st.sampled_from([0.0, 1.0])), intervention_s=60.0,
    )  # fmt: skip
    weather = [Weather(900.0, 20.0), Weather(draw(st.floats(1000, 4000)), 0.0, 30.0), Weather(4500.0)]
    limits = [Limit(0.5, rain_mm_h=10.0), Limit(0.0, wind_ms=25.0)]
    closures = [Closure(draw(st.integers(0, 3)), 200.0, draw(st.floats(300, 1500)))]
    return replace(
        setup,
        domain=operating_domain(len(course.stop_at), weather, limits, closures),
        sources=(flow(draw(st.floats(1, 30)), 2.5), Egress(1, 100, 1200.0, 300.0, 3.0, (0.5, 0.0, 0.25, 0.25), 0)),
        habits=Habits(50.0, 80.0, draw(st.floats(60, 3000)), 0.5, 0.1),
        gates=(Gate(2, 3.0, is_random=True),),
        choice=draw(st.sampled_from([None, Choice(Tastes(), 100.0)])),
    )


@settings(max_examples=40, deadline=None)
@given(setups(), st.integers(0, 2**32))
def test_everyone_generated_is_somewhere(setup: Setup, seed: int) -> None:
    events = run(setup, seed)
    where = balance(events)
    assert sum(where.values()) == len(events.of(Kind.GENERATED))
    assert where[State.GAVE_UP] == len(events.of(Kind.GAVE_UP))
    assert where[State.REJECTED] == len(events.of(Kind.REJECTED))
    assert (np.diff(events.time_s) >= 0).all()
    ins, outs = len(events.of(Kind.BOARDED)), len(events.of(Kind.ALIGHTED, Kind.PUT_DOWN))
    assert ins - outs == where[State.RIDING]


@settings(max_examples=25, deadline=None)
@given(setups(), st.integers(0, 2**32))
def test_loads_are_who_got_in_and_has_not_got_out(setup: Setup, seed: int) -> None:
    events = run(setup, seed)
    on_board = dict.fromkeys(range(setup.plan.vehicles), 0)
    for kind, vehicle, load in zip(events.kind, events.vehicle, events.load, strict=True):
        if kind == Kind.BOARDED:
            on_board[vehicle] += 1
        elif kind in (Kind.ALIGHTED, Kind.PUT_DOWN):
            on_board[vehicle] -= 1
        elif kind in (Kind.ARRIVED, Kind.DEPARTED):
            assert load == on_board[vehicle] <= setup.kind.places


@settings(max_examples=25, deadline=None)
@given(setups(), st.integers(0, 2**32))
def test_littles_law(setup: Setup, seed: int) -> None:
    for queue in queues(run(setup, seed), setup.until_s):
        assert queue.mean_length == pytest.approx(queue.rate_s * queue.mean_time_s, rel=1e-9)


def test_the_same_seed_gives_the_same_log_and_another_another() -> None:
    setup = replace(ring(until_h=2, interventions_per_km=1.0, intervention_s=30.0), sources=(flow(20, 2),))
    first, again = run(setup, 7, 3), run(setup, 7, 3)
    assert first.octets() == again.octets()
    assert first.octets() != run(setup, 8, 3).octets()
    assert first.octets() != run(setup, 7, 4).octets()


def test_two_fleets_meet_the_same_people() -> None:
    few, many = (run(replace(ring(fleet=fleet, until_h=2), sources=(flow(20, 2),)), 7) for fleet in (1, 4))
    for kind in (Kind.GENERATED, Kind.JOINED):
        assert few.time_s[few.of(kind)].tolist() == many.time_s[many.of(kind)].tolist()


def test_more_vehicles_are_waited_for_less() -> None:
    waits = [
        traveller_metrics(run(replace(ring(fleet=fleet, until_h=4), sources=(flow(20, 3),)), 7))[
            "wait_departure_s_mean"
        ]
        for fleet in (1, 2, 4)
    ]
    assert waits[0] > waits[1] > waits[2]


@pytest.mark.parametrize(("share", "reason"), [(0.0, "gave_up_patience"), (1.0, "rejected_no_wheelchair_space")])
def test_why_nobody_is_served(share: float, reason: str) -> None:
    setup = ring(fleet=1, until_h=2, kind=replace(BUS, places=1, wheelchair_places=0), start_s=1.5 * HOUR_S)
    setup = replace(setup, sources=(flow(10, 1),), habits=Habits(patience_s=60.0, wheelchair_share=share))
    found = traveller_metrics(run(setup, 1))
    assert found["generated"] == found[reason] > 0
