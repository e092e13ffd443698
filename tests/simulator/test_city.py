"""A whole city's day: nobody and no vehicle is lost, the same seed gives the same day, everything adds up."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from planner.network import Network
from simulator.chains import Means
from simulator.city import CitySetup, Effort, facts_of, run_city
from simulator.city_metrics import city_metrics
from simulator.domain import Weather
from simulator.events import Events, Kind, Reason
from simulator.lines import Stock
from tests.simulator.towns import RAIL, H, makuhari_day

TINY = Stock(places=2, doors=2, door_s=4, board_s=2.5, alight_s=2.0, wheelchair_s=60)


@pytest.fixture(scope="module")
def setup(makuhari: Network) -> CitySetup:
    return makuhari_day(makuhari, 500)


@pytest.fixture(scope="module")
def events(setup: CitySetup) -> Events:
    return run_city(setup, 7)


def test_everything_happens(events):
    chosen = {Means(int(load)) for load in events.load[events.of(Kind.CHOSE)]}
    assert chosen >= {Means.WALK, Means.RAIL, Means.BUS, Means.SHARED_BICYCLE, Means.DEMAND_BUS, Means.TAXI}
    assert {Kind.UNLOCKED, Kind.BOOKED, Kind.PAID, Kind.MOVED} <= {Kind(int(kind)) for kind in events.kind}


@pytest.mark.parametrize("until_h", [8.0, 9.1, 12.0])
def test_travellers_are_conserved_whenever_one_looks(setup, until_h):
    found = city_metrics(run_city(replace(setup, until_s=until_h * H), 7), facts_of(setup), 0.0, until_h * H)
    states = ("served", "on_foot", "gave_up", "walking", "waiting", "riding")
    assert sum(found[state] for state in states) == found["generated"] > 100
    assert found["gave_up"] == found["gave_up_no_way"] + found["gave_up_too_often"]
    assert until_h == 12 or found["riding"] > 0


def test_a_traveller_does_one_thing_after_the_other(events):
    begins, ends = {Kind.BOARDED: Kind.JOINED, Kind.ALIGHTED: Kind.BOARDED, Kind.LOCKED: Kind.UNLOCKED}, {}
    for kind, who in zip(events.kind.tolist(), events.traveller.tolist(), strict=True):
        if who >= 0 and kind not in (Kind.PAID, Kind.BOOKED, Kind.BROKE_PROMISE, Kind.FOUND_FULL):
            if Kind(kind) in begins:
                assert ends[who] == begins[Kind(kind)]
            ends[who] = Kind(kind)
    assert set(ends.values()) <= {Kind.REACHED, Kind.GAVE_UP, Kind.BOARDED, Kind.JOINED, Kind.SET_OUT, Kind.UNLOCKED,
                                  Kind.CHOSE, Kind.ALIGHTED, Kind.LOCKED}  # fmt: skip


def test_loads_are_a_recount_of_boarding_and_alighting(setup, events):
    load, first_truck = Counter(), facts_of(setup).fleets[-1].first
    for row in range(len(events)):
        kind, vehicle = int(events.kind[row]), int(events.vehicle[row])
        if not 0 <= vehicle < first_truck:
            continue
        if kind in (Kind.ARRIVED, Kind.DEPARTED):
            assert events.load[row] == load[vehicle]
        load[vehicle] += {Kind.BOARDED: 1, Kind.ALIGHTED: -1, Kind.PUT_DOWN: -1}.get(kind, 0)
        assert load[vehicle] >= 0


def test_the_same_seed_gives_the_same_day_octet_by_octet(setup, events):
    assert run_city(setup, 7).octets() == events.octets()
    assert run_city(setup, 8).octets() != events.octets()


def test_setups_with_the_same_demand_meet_the_same_people(setup, events):
    other = run_city(replace(setup, supply=replace(setup.supply, means=frozenset({Means.WALK, Means.RAIL}))), 7)
    rows, others = events.of(Kind.GENERATED), other.of(Kind.GENERATED)
    assert np.array_equal(events.time_s[rows], other.time_s[others])
    assert np.array_equal(events.position[rows], other.position[others])


def test_kept_answers_answer_much_and_change_little(setup, events):
    efforts: list[Effort] = []
    kept = run_city(replace(setup, slot_s=900.0), 7, tell=efforts.append)
    assert efforts[0].kept > 0.05 * efforts[0].asked > 0
    off, on = (city_metrics(one, facts_of(setup), 0.0, setup.until_s) for one in (events, kept))
    assert on["generated"] == off["generated"]
    assert on["door_to_door_s_mean"] == pytest.approx(off["door_to_door_s_mean"], rel=0.1)


def test_full_vehicles_leave_people_behind_who_ask_again(setup):
    tight = replace(setup.supply, stock={"RAIL": RAIL, "MONORAIL": RAIL, "BUS": TINY})
    only = replace(tight, means=frozenset({Means.BUS}))
    events = run_city(replace(setup, supply=only), 7)
    behind = events.of(Kind.LEFT_QUEUE)
    behind = behind[events.reason[behind] == Reason.FULL]
    assert len(behind)
    for row in behind.tolist():
        after = next(i for i in range(row + 1, len(events)) if events.traveller[i] == events.traveller[row])
        assert (events.kind[after], events.reason[after]) in (
            (Kind.REPLANNED, Reason.FULL),
            (Kind.GAVE_UP, Reason.TOO_OFTEN),
        )
    on_board = events.load[events.of(Kind.DEPARTED)]
    assert on_board.max() == TINY.places


def test_rain_keeps_people_from_cycling(setup):
    def cycled(weather: tuple[Weather, ...]) -> int:
        wet = {Means.BICYCLE: -5.0, Means.SHARED_BICYCLE: -5.0}
        preferences = replace(setup.preferences, wet=wet)
        events = run_city(replace(setup, weather=weather, preferences=preferences), 7)
        return int(np.isin(events.load[events.of(Kind.CHOSE)], list(wet)).sum())

    assert cycled((Weather(0.0, rain_mm_h=5.0),)) < 0.2 * cycled((Weather(0.0, rain_mm_h=5.0), Weather(6 * H)))
