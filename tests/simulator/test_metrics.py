"""Numbers against a recount of the log, row by row."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from simulator.demand import Habits
from simulator.domain import Limit, Weather, operating_domain
from simulator.events import EventLog, Events, Kind, Reason
from simulator.fleet import Battery
from simulator.metrics import CostRates, State, balance, fleet_metrics, journeys, metrics, spread, traveller_metrics
from simulator.run import run
from tests.simulator.rings import BUS, HOUR_S, flow, ring

UNTIL_S = 6 * HOUR_S


@pytest.fixture(scope="module")
def events() -> Events:
    kind = replace(
        BUS, places=5, door_s=3.0, board_s=2.0, alight_s=1.5, wheelchair_s=40.0,
        battery=Battery(30e6, 30e6, 15e6, 28e6, 50e3),
    )  # fmt: skip
    setup = ring(fleet=3, until_h=6, kind=kind, interventions_per_km=0.3, intervention_s=60.0, end_s=5 * HOUR_S)
    weather = [Weather(0.0), Weather(2 * HOUR_S, 60.0), Weather(2.3 * HOUR_S)]
    return run(
        replace(
            setup,
            sources=(flow(18, 5.5),),
            habits=Habits(60.0, 90.0, 600.0, 0.5, 0.05),
            domain=operating_domain(4, weather, [Limit(0.0, rain_mm_h=50.0)]),
        ),
        3,
    )


def rows(events: Events) -> list[tuple[float, Kind, int, int, int]]:
    columns = events.time_s.tolist(), map(Kind, events.kind), events.traveller.tolist(), events.vehicle.tolist()
    return list(zip(*columns, events.position.tolist(), strict=True))


def test_waits_and_rides_are_those_of_the_log(events: Events) -> None:
    first: dict[tuple[int, Kind], float] = {}
    last: dict[tuple[int, Kind], float] = {}
    departed: dict[int, float] = {}
    on_board: dict[int, set[int]] = defaultdict(set)
    for time, kind, traveller, vehicle, _ in rows(events):
        if traveller >= 0:
            first.setdefault((traveller, kind), time)
            last[traveller, kind] = time
        if kind is Kind.BOARDED:
            on_board[vehicle].add(traveller)
        elif kind in (Kind.ALIGHTED, Kind.PUT_DOWN):
            on_board[vehicle].discard(traveller)
        elif kind is Kind.DEPARTED:
            for rider in on_board[vehicle]:
                departed.setdefault(rider, time)
    found = journeys(events)
    nan = float("nan")
    for number in range(len(found.generated_s)):
        assert found.joined_s[number] == pytest.approx(first.get((number, Kind.JOINED), nan), nan_ok=True)
        assert found.boarded_s[number] == pytest.approx(first.get((number, Kind.BOARDED), nan), nan_ok=True)
        assert found.departed_s[number] == pytest.approx(departed.get(number, nan), nan_ok=True)
        assert found.alighted_s[number] == pytest.approx(last.get((number, Kind.ALIGHTED), nan), nan_ok=True)


def test_who_is_left_behind_was_waiting_when_a_vehicle_left(events: Events) -> None:
    waiting: dict[int, set[int]] = defaultdict(set)
    left: dict[int, int] = defaultdict(int)
    boarded: set[int] = set()
    for _, kind, traveller, _, position in rows(events):
        if kind in (Kind.JOINED, Kind.PUT_DOWN):
            waiting[position].add(traveller)
        elif kind in (Kind.BOARDED, Kind.GAVE_UP):
            waiting[position].discard(traveller)
            boarded.add(traveller)
        elif kind is Kind.LEFT_BEHIND:
            for number in waiting[position] - boarded:
                left[number] += 1
    assert max(left.values()) > 1
    assert {number: int(count) for number, count in enumerate(journeys(events).left_behind) if count} == dict(left)


def test_those_left_behind_are_counted_by_the_vehicle_too(events: Events) -> None:
    waiting: dict[int, int] = defaultdict(int)
    for row, (_, kind, _, _, position) in enumerate(rows(events)):
        waiting[position] += (kind in (Kind.JOINED, Kind.PUT_DOWN)) - (kind in (Kind.BOARDED, Kind.GAVE_UP))
        if kind is Kind.LEFT_BEHIND:
            # Whoever is passing the door has left the queue, and nobody is when a vehicle leaves.
            assert events.load[row] == waiting[position] > 0


def test_person_kilometres_are_loads_times_ways(events: Events) -> None:
    person_m = empty_m = 0.0
    load: dict[int, int] = defaultdict(int)
    for row, (_, kind, _, vehicle, _) in enumerate(rows(events)):
        load[vehicle] += (kind is Kind.BOARDED) - (kind in (Kind.ALIGHTED, Kind.PUT_DOWN))
        if kind is Kind.ARRIVED:
            person_m += load[vehicle] * events.distance_m[row]
            empty_m += events.distance_m[row] * (load[vehicle] == 0)
    found = fleet_metrics(events, CostRates(5, 100.0), 0.0, UNTIL_S)
    assert found["person_km"] == pytest.approx(person_m / 1000)
    assert found["empty_share"] * found["vehicle_km"] == pytest.approx(empty_m / 1000)
    assert found["load_factor"] * 5 == pytest.approx(found["occupancy"])


def test_person_kilometres_are_the_rides_of_the_riders() -> None:
    quiet = run(replace(ring(until_h=6, end_s=5 * HOUR_S), sources=(flow(18, 4.5),)), 3)
    found = fleet_metrics(quiet, CostRates(5, 100.0), 0.0, UNTIL_S)
    assert found["person_km"] * 1000 == pytest.approx(quiet.distance_m[quiet.of(Kind.BOARDED)].sum())


def test_costs_are_hours_kilometres_energy_and_staff(events: Events) -> None:
    found = fleet_metrics(events, CostRates(5, 100.0, 1000.0, 20.0, 25.0, 2500.0, 0.5), 0.0, UNTIL_S)
    entered, left = (events.time_s[events.of(kind)] for kind in (Kind.ENTERED, Kind.LEFT))
    assert found["vehicle_h"] == pytest.approx((left.sum() - entered.sum()) / 3600)
    expected = found["vehicle_h"] * (1000 + 1250) + found["vehicle_km"] * 20 + found["energy_kwh"] * 25
    assert found["cost_yen"] == pytest.approx(expected)


def test_riders_pay_once_and_are_counted_by_the_hours_of_vehicles(events: Events) -> None:
    log = EventLog()
    log.vehicle(0.0, Kind.ENTERED, 0, 0, 0)
    for time_s, kind, traveller in ((10.0, Kind.BOARDED, 0), (20.0, Kind.PUT_DOWN, 0), (30.0, Kind.BOARDED, 0),
                                    (30.0, Kind.BOARDED, 1), (UNTIL_S + 1, Kind.BOARDED, 2)):  # fmt: skip
        log.traveller(time_s, kind, traveller, 0, 0)
    found = fleet_metrics(log.events(), CostRates(5, 100.0, yen_ride=210.0), 0.0, UNTIL_S)
    assert found["revenue_yen"] == 2 * 210
    assert found["boarded_vehicle_h"] == 3 / 6
    whole = fleet_metrics(events, CostRates(5, 100.0), 0.0, UNTIL_S)
    count = sum(kind is Kind.BOARDED for _, kind, _, _, _ in rows(events))
    assert whole["boarded_vehicle_h"] == pytest.approx(count / whole["vehicle_h"])


@pytest.mark.parametrize("headway_s", [60.0, 300.0])
def test_intervals_are_regular_up_to_a_quarter_more_than_planned(events: Events, headway_s: float) -> None:
    last: dict[int, float] = {}
    intervals = []
    for time_s, kind, _, _, position in rows(events):
        if kind is Kind.DEPARTED:
            if position in last:
                intervals.append(time_s - last[position])
            last[position] = time_s
    found = fleet_metrics(events, CostRates(5, 100.0, headway_s=headway_s), 0.0, UNTIL_S)
    kept = sum(one <= 1.25 * headway_s for one in intervals)
    assert 0 < kept < len(intervals)
    assert found["regular_share"] == pytest.approx(kept / len(intervals))


def test_nothing_is_regular_without_a_plan(events: Events) -> None:
    assert np.isnan(fleet_metrics(events, CostRates(5, 100.0), 0.0, UNTIL_S)["regular_share"])


def test_warm_up_is_not_counted(events: Events) -> None:
    early, late = traveller_metrics(events, 0.0), traveller_metrics(events, 3 * HOUR_S)
    generated = events.time_s[events.of(Kind.GENERATED)]
    assert early["generated"] - late["generated"] == (generated < 3 * HOUR_S).sum()
    assert late["served"] + late["gave_up"] + late["rejected"] == late["generated"]


def test_shares_by_reason_add_up(events: Events) -> None:
    found = traveller_metrics(events)
    for name in ("gave_up", "rejected"):
        assert sum(count for key, count in found.items() if key.startswith(f"{name}_")) == found[name] > 0


def test_a_day_without_travellers_has_no_waits() -> None:
    found = metrics(run(ring(until_h=1), 1), CostRates(5, 100.0), 0.0, HOUR_S)
    assert found["generated"] == 0
    assert np.isnan(found["wait_boarding_s_mean"])
    assert found["empty_share"] == 1


def test_a_log_of_nothing() -> None:
    nothing = EventLog().events()
    assert len(nothing) == 0
    assert sum(balance(nothing).values()) == 0
    assert np.isnan(fleet_metrics(nothing, CostRates(5, 100.0), 0.0, HOUR_S)["occupancy"])


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((Kind.GENERATED,), State.WALKING),
        ((Kind.GENERATED, Kind.QUEUED_AT_GATE), State.AT_GATE),
        ((Kind.GENERATED, Kind.JOINED), State.WAITING),
        ((Kind.GENERATED, Kind.JOINED, Kind.BOARDED), State.RIDING),
        ((Kind.GENERATED, Kind.JOINED, Kind.BOARDED, Kind.PUT_DOWN), State.WAITING),
        ((Kind.GENERATED, Kind.JOINED, Kind.BOARDED, Kind.ALIGHTED), State.WALKING),
        ((Kind.GENERATED, Kind.JOINED, Kind.BOARDED, Kind.ALIGHTED, Kind.REACHED), State.SERVED),
        ((Kind.GENERATED, Kind.CHOSE_WALKING, Kind.REACHED), State.ON_FOOT),
        ((Kind.GENERATED, Kind.JOINED, Kind.GAVE_UP), State.GAVE_UP),
    ],
)
def test_where_a_traveller_is(kinds: tuple[Kind, ...], state: State) -> None:
    log = EventLog()
    for time, kind in enumerate(kinds):
        log.traveller(float(time), kind, 0, 0, reason=Reason.NONE)
    assert [found for found, count in balance(log.events()).items() if count] == [state]


def test_percentiles_of_what_is_known() -> None:
    values = np.array([np.nan, *range(101)])
    assert spread("x", values) == {"x_mean": 50, "x_p50": 50, "x_p90": 90, "x_p95": 95, "x_max": 100}
