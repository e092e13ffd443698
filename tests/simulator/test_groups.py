"""People who travel together: places, time and fares for each of them, or nobody goes."""

from dataclasses import replace

import numpy as np
import pytest

from planner.network import Network
from simulator.chains import Means
from simulator.city import CitySetup, facts_of, run_city
from simulator.city_metrics import city_metrics
from simulator.events import Events, Kind, Reason
from simulator.persons import Nature, persons
from tests.simulator.test_demand_bus import RULES, book, bus_of
from tests.simulator.towns import even_flows, makuhari_day


@pytest.fixture(scope="module")
def setup(makuhari: Network) -> CitySetup:
    return replace(makuhari_day(makuhari, 250), nature=Nature(wheelchair_share=0.05, parties=(0.5, 0.3, 0.1, 0.1)))


@pytest.fixture(scope="module")
def events(setup: CitySetup) -> Events:
    return run_city(setup, 3)


def test_boarding_takes_each_of_a_group_its_time():
    bus = bus_of(RULES)
    found = book(bus, 1, 100.0, (2, 5), party=3)
    bus.env.run(until=7200)
    assert found["picked_s"] == 100 + 2 * 120 + 3 * 10
    assert found["dropped_s"] == found["picked_s"] + 3 * 120 + 3 * 10
    loads = bus.log.events()
    assert loads.load[loads.of(Kind.ARRIVED)].tolist() == [0, 3]


def test_one_of_a_group_may_use_a_wheelchair():
    bus = bus_of(RULES)
    found = book(bus, 1, 100.0, (0, 1), wheelchair=True, party=2)
    bus.env.run(until=7200)
    assert found["booking"].service_s == 60 + 10
    both = bus_of(RULES)
    chairs = [book(both, number, 100.0, (0, 5), wheelchair=True, party=2) for number in (1, 2)]
    both.env.run(until=160)
    assert [isinstance(one["booking"], Reason) for one in chairs] == [False, True]


@pytest.mark.parametrize(("party", "is_refused"), [(4, False), (5, True)])
def test_a_group_gets_in_whole_or_not_at_all(party, is_refused):
    bus = bus_of(RULES)
    found = book(bus, 1, 100.0, (0, 1), party=party)
    bus.env.run(until=7200)
    assert (found["booking"] is Reason.NO_SEAT) == is_refused


def test_sizes_come_by_their_weights_and_change_nobody_else():
    sources = [even_flows(4, 4000, 0.0, 3600.0)]
    alone, together = (
        persons(sources, Nature(wheelchair_share=0.1, parties=weights), 1, 0) for weights in ((1.0,), (2.0, 1.0, 1.0))
    )
    assert {one.party for one in alone} == {1}
    shares = np.bincount([one.party for one in together])[1:] / len(together)
    assert shares == pytest.approx([0.5, 0.25, 0.25], abs=0.03)
    assert [replace(one, party=1, has_bicycle=False) for one in together] == [
        replace(one, has_bicycle=False) for one in alone
    ]


def test_loads_count_every_person(setup, events):
    rows = events.of(Kind.GENERATED)
    party = dict(zip(events.traveller[rows].tolist(), events.load[rows].tolist(), strict=True))
    first_truck, load = facts_of(setup).fleets[-1].first, dict[int, int]()
    for kind, who, vehicle, said in zip(
        *(column.tolist() for column in (events.kind, events.traveller, events.vehicle, events.load)), strict=True
    ):
        if not 0 <= vehicle < first_truck:
            continue
        if kind in (Kind.ARRIVED, Kind.DEPARTED):
            assert said == load.get(vehicle, 0)
        elif kind in (Kind.BOARDED, Kind.ALIGHTED, Kind.PUT_DOWN):
            load[vehicle] = load.get(vehicle, 0) + (party[who] if kind == Kind.BOARDED else -party[who])
    assert {2, 3, 4} <= set(party.values())


def test_groups_do_not_rent_and_each_of_them_pays(setup, events):
    found = city_metrics(events, facts_of(setup), 0.0, setup.until_s)
    assert found["persons"] == events.load[events.of(Kind.GENERATED)].sum() > found["generated"]
    rows = events.of(Kind.GENERATED)
    groups = set(events.traveller[rows[events.load[rows] > 1]].tolist())
    rented = events.of(Kind.UNLOCKED)
    assert len(rented)
    assert groups.isdisjoint(events.traveller[rented].tolist())
    party = dict(zip(events.traveller[rows].tolist(), events.load[rows].tolist(), strict=True))
    chose, paid = events.of(Kind.CHOSE), events.of(Kind.PAID)
    by_bus = set(events.traveller[chose[events.load[chose] == Means.DEMAND_BUS]].tolist())
    once = set(events.traveller[chose].tolist()) - set(events.traveller[events.of(Kind.REPLANNED)].tolist())
    fares = [
        (party[who], yen)
        for who, yen in zip(events.traveller[paid].tolist(), events.yen[paid].tolist(), strict=True)
        if who in by_bus & once
    ]
    assert fares
    assert all(yen == 300.0 * count for count, yen in fares)
