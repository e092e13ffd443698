"""Numbers of a city's day against a recount in plain Python; Little's law at every queue."""

import itertools
import statistics
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.network import Network
from simulator.chains import Means
from simulator.city import CitySetup, facts_of, run_city
from simulator.city_metrics import city_metrics
from simulator.city_queues import city_queues, stop_queues
from simulator.events import Events, Kind, Reason
from simulator.persons import Nature, persons
from simulator.population import Tours
from tests.simulator.towns import H, makuhari_day


@pytest.fixture(scope="module")
def setup(makuhari: Network) -> CitySetup:
    return makuhari_day(makuhari, 300)


@pytest.fixture(scope="module")
def events(setup: CitySetup) -> Events:
    return run_city(setup, 11)


def rows(events: Events):
    columns = (events.time_s, events.kind, events.traveller, events.vehicle, events.position, events.load,
               events.distance_m, events.reason, events.yen)  # fmt: skip
    for time_s, kind, *others in zip(*(column.tolist() for column in columns), strict=True):
        yield time_s, Kind(kind), *others


def lasted(events: Events, begin: set[Kind], end: set[Kind], is_shared: bool = False) -> list[float]:
    """Seconds from one event of a traveller to the next of another kind."""
    since, found = {}, []
    for time_s, kind, who, vehicle, *_ in rows(events):
        if kind in end and who in since and (vehicle >= 0 or not is_shared):
            found.append(time_s - since.pop(who))
        if kind in begin:
            since[who] = time_s
    return found


def summed(events: Events, kind: Kind, column: str) -> dict[int, float]:
    """A column of all events of a kind by traveller."""
    found: dict[int, float] = {}
    for row in events.of(kind).tolist():
        who = int(events.traveller[row])
        found[who] = found.get(who, 0.0) + float(getattr(events, column)[row])
    return found


def test_times_equal_a_recount_of_the_log(setup, events):
    found = city_metrics(events, facts_of(setup), 0.0, setup.until_s)
    boarded, begun = {Kind.BOARDED}, {Kind.BOARDED, Kind.UNLOCKED}
    waits = lasted(events, {Kind.JOINED}, boarded)
    assert found["wait_boarding_s_mean"] == pytest.approx(statistics.fmean(waits))
    assert found["wait_boarding_s_max"] == pytest.approx(max(waits))
    rides = lasted(events, begun, {Kind.ALIGHTED, Kind.LOCKED})
    assert found["ride_s_mean"] == pytest.approx(statistics.fmean(rides))
    shared = lasted(events, {Kind.UNLOCKED}, {Kind.LOCKED}, is_shared=True)
    assert found["shared_rides"] == len(shared) > 0
    assert found["shared_rides_15_min"] == pytest.approx(sum(s <= 900 for s in shared) / len(shared))


def test_ways_and_shares_equal_a_recount_of_the_log(setup, events):
    found = city_metrics(events, facts_of(setup), 0.0, setup.until_s)
    chose = {who: (Means(load), distance_m) for _, kind, who, _, _, load, distance_m, *_ in rows(events)
             if kind is Kind.CHOSE}  # fmt: skip
    reached = [who for _, kind, who, *_ in rows(events) if kind is Kind.REACHED]
    for means in Means:
        share = sum(chose[who][0] is means for who in reached) / len(reached)
        assert found[f"share_{means.name.lower()}"] == pytest.approx(share)
    riders = {who for _, kind, who, *_ in rows(events) if kind in (Kind.BOARDED, Kind.UNLOCKED)}
    ridden, cycled = summed(events, Kind.ALIGHTED, "distance_m"), summed(events, Kind.LOCKED, "distance_m")
    direct, by_vehicle = summed(events, Kind.GENERATED, "distance_m"), [who for who in reached if who in riders]
    way = sum(ridden.get(who, 0.0) + cycled.get(who, 0.0) + chose[who][1] for who in by_vehicle)
    assert found["detour"] == pytest.approx(way / sum(direct[who] for who in by_vehicle))
    assert found["served"] == len(by_vehicle)


def test_fleets_equal_a_recount_of_the_log(setup, events):
    found = city_metrics(events, facts_of(setup), 0.0, setup.until_s)
    bus = {fleet.name: fleet for fleet in facts_of(setup).fleets}["demand_bus"]
    own = [row for row in rows(events) if bus.first <= row[3] < bus.end]
    assert found["demand_bus_vehicle_km"] == pytest.approx(sum(row[6] for row in own if row[1] is Kind.ARRIVED) / 1000)
    assert found["demand_bus_rides"] == sum(row[1] is Kind.ALIGHTED for row in own) > 0
    assert found["revenue_yen"] == pytest.approx(sum(summed(events, Kind.PAID, "yen").values()))


def test_cost_is_unknown_where_no_fleet_states_one(setup, events):
    facts = facts_of(setup)
    silent = city_metrics(events, facts, 0.0, setup.until_s)
    assert np.isnan(silent["cost_yen"])
    stated = replace(facts, fleets=[replace(fleet, yen_km=100.0) for fleet in facts.fleets])
    found = city_metrics(events, stated, 0.0, setup.until_s)
    kilometres = [value for name, value in found.items() if name.endswith("_vehicle_km")]
    assert found["cost_yen"] == pytest.approx(100.0 * sum(kilometres)) != 0


def test_reasons_are_a_recount_of_the_log(setup, events):
    found = city_metrics(events, facts_of(setup), 0.0, setup.until_s)
    for name, kind in (("gave_up", Kind.GAVE_UP), ("refused", Kind.REFUSED), ("replanned", Kind.REPLANNED)):
        counts = {}
        for _, happened, _, _, _, _, _, reason, _ in rows(events):
            if happened is kind:
                counts[Reason(reason)] = counts.get(Reason(reason), 0) + 1
        for reason, count in counts.items():
            assert found[f"{name}_{reason.name.lower()}"] == count


def test_warm_up_is_cut(setup, events):
    late = city_metrics(events, facts_of(setup), 9 * H, setup.until_s)
    began = {who: time_s for time_s, kind, who, *_ in rows(events) if kind is Kind.GENERATED}
    assert late["generated"] == sum(time_s >= 9 * H for time_s in began.values())


def test_littles_law_holds_at_every_queue(setup, events):
    for queue in stop_queues(events, setup.from_s, setup.until_s):
        assert queue.mean_length == pytest.approx(queue.rate_s * queue.mean_time_s, rel=1e-9)
    found = city_queues(events, setup.from_s, setup.until_s)
    assert found["queue_persons"] == pytest.approx(found["queue_joined_h"] / 3600 * found["queue_wait_s"])
    assert found["queue_joined_h"] * 5.5 == pytest.approx(len(events.of(Kind.JOINED)))


def test_ports_stock_is_where_the_docks_say(setup, events):
    facts = facts_of(setup)
    stock = dict(facts.port_start)
    for _, kind, _, vehicle, point, load, _, _, _ in rows(events):
        if kind is Kind.MOVED:
            stock[point] -= load
        elif kind in (Kind.UNLOCKED, Kind.LOCKED) and vehicle >= 0:
            stock[point] += 1 if kind is Kind.LOCKED else -1
        if point in stock:
            assert 0 <= stock[point] <= facts.port_capacity[point]


@given(st.integers(0, 10**6))
def test_tours_go_out_and_come_home(seed):
    tours = Tours(40, np.array([0.0, 2.0, 1.0]), np.array([1.0, 0.0, 3.0]), 8 * H, 600.0, 4 * H, 8.0)
    trips = tours(np.random.default_rng(seed))
    out, back = slice(0, 40), slice(40, 80)
    assert np.array_equal(trips.origin[out], trips.destination[back])
    assert np.array_equal(trips.origin[back], trips.destination[out])
    assert set(trips.origin[out].tolist()) <= {1, 2}
    assert set(trips.destination[out].tolist()) <= {0, 2}
    assert (trips.time_s[back] >= trips.time_s[out]).all()


def test_tours_have_the_stated_shares_and_times():
    tours = Tours(20_000, np.array([0.0, 2.0, 1.0]), np.array([1.0, 0.0, 3.0]), 8 * H, 600.0, 4 * H, 8.0)
    trips = tours(np.random.default_rng(3))
    out = slice(0, 20_000)
    assert (trips.origin[out] == 1).mean() == pytest.approx(2 / 3, abs=0.01)
    assert (trips.destination[out] == 2).mean() == pytest.approx(3 / 4, abs=0.01)
    assert trips.time_s[out].mean() == pytest.approx(8 * H, abs=20)
    stayed = trips.time_s[20_000:] - trips.time_s[out]
    assert stayed.mean() == pytest.approx(4 * H, rel=0.02)
    assert stayed.std() == pytest.approx(4 * H / np.sqrt(8), rel=0.03)


def test_persons_differ_as_stated():
    tours = Tours(10_000, np.ones(5), np.ones(5), 8 * H, 600.0, 4 * H, 8.0)
    people = persons([tours], Nature(600.0, 0.5, 0.1, 0.4), 1, 0)
    assert [one.number for one in people] == list(range(len(people)))
    assert all(a.time_s <= b.time_s for a, b in itertools.pairwise(people))
    assert all(one.origin != one.destination for one in people)
    chairs = [one for one in people if one.uses_wheelchair]
    assert len(chairs) / len(people) == pytest.approx(0.1, abs=0.01)
    assert {one.speed_ms for one in chairs} == {0.9}
    assert not any(one.has_bicycle for one in chairs)
    others = [one for one in people if not one.uses_wheelchair]
    assert sum(one.has_bicycle for one in others) / len(others) == pytest.approx(0.4, abs=0.02)
    assert statistics.median(one.patience_s for one in people) == pytest.approx(600, rel=0.03)
    assert statistics.fmean(one.speed_ms for one in others) == pytest.approx(1.34, abs=0.01)
