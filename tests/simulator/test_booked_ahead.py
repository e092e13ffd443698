"""Demand buses booked before setting out, and the day before: for a later time, kept, and in the order of asking."""

from dataclasses import replace

import numpy as np
import pytest

from planner.network import Network
from simulator.chains import Means
from simulator.city import CitySetup, facts_of, run_city
from simulator.city_metrics import city_metrics
from simulator.events import Events, Kind, Reason
from simulator.persons import Nature, persons
from tests.simulator.towns import H, even_flows, makuhari_day

LEADS = (0.5 * H, 20 * H)


@pytest.fixture(scope="module")
def setup(makuhari: Network) -> CitySetup:
    day = makuhari_day(makuhari, 150)
    liked = replace(day.preferences, constants={Means.DEMAND_BUS: 3.0})
    return replace(day, nature=Nature(ahead_share=0.6, ahead_s=LEADS), preferences=liked)


@pytest.fixture(scope="module")
def events(setup: CitySetup) -> Events:
    return run_city(setup, 5)


def rows_by_traveller(events: Events, kind: Kind) -> dict[int, float]:
    rows = events.of(kind)
    return dict(zip(events.traveller[rows].tolist()[::-1], events.time_s[rows].tolist()[::-1], strict=True))


def test_who_plans_ahead_is_drawn_evenly_and_changes_nobody_else():
    sources = [even_flows(4, 3000, 0.0, 3600.0)]
    late, early = (persons(sources, Nature(ahead_share=share, ahead_s=LEADS), 1, 0) for share in (0.0, 0.4))
    leads = np.array([one.ahead_s for one in early])
    assert (leads > 0).mean() == pytest.approx(0.4, abs=0.03)
    assert leads[leads > 0].mean() == pytest.approx(np.mean(LEADS), rel=0.05)
    assert leads[leads > 0].min() >= LEADS[0]
    assert [replace(one, ahead_s=0.0) for one in early] == late


def test_bookings_are_made_when_people_ask_or_as_the_day_begins(setup, events):
    asked = {one.number: one for one in persons(setup.sources, setup.nature, 5, 0)}
    booked, began = rows_by_traveller(events, Kind.BOOKED), rows_by_traveller(events, Kind.GENERATED)
    ahead = {who: time_s for who, time_s in booked.items() if time_s < began.get(who, np.inf)}
    assert len(ahead) > 10
    for who, time_s in ahead.items():
        assert time_s == max(asked[who].time_s - asked[who].ahead_s, setup.from_s)
    assert {time_s == setup.from_s for time_s in ahead.values()} == {True, False}
    found = city_metrics(events, facts_of(setup), 0.0, setup.until_s)
    assert found["booked_ahead"] == len(ahead) < found["booked"]


def test_who_booked_ahead_is_taken_in_the_promised_window(setup, events):
    booked, began = rows_by_traveller(events, Kind.BOOKED), rows_by_traveller(events, Kind.GENERATED)
    joined, boarded = rows_by_traveller(events, Kind.JOINED), rows_by_traveller(events, Kind.BOARDED)
    ahead = [who for who, time_s in booked.items() if time_s < began.get(who, np.inf)]
    service_s, wait_s = setup.supply.bus.board_s, setup.supply.bus.max_wait_s
    for who in ahead:
        assert service_s - 1e-6 <= boarded[who] - joined[who] <= wait_s + service_s + 1e-6
    assert len(events.of(Kind.BROKE_PROMISE)) == 0


def test_the_earlier_asker_gets_the_only_place(setup):
    few = replace(setup.supply.bus, vehicles=1, seats=1, max_wait_s=300.0)
    events = run_city(replace(setup, supply=replace(setup.supply, bus=few)), 5)
    booked, refused = events.of(Kind.BOOKED), events.of(Kind.REFUSED)
    at_begin = [rows[events.time_s[rows] == setup.from_s] for rows in (booked, refused)]
    assert min(len(rows) for rows in at_begin) > 0
    asked = {one.number: one.time_s - one.ahead_s for one in persons(setup.sources, setup.nature, 5, 0)}
    in_order = np.sort(np.concatenate(at_begin))
    times = [asked[who] for who in events.traveller[in_order].tolist()]
    assert times == sorted(times)
    assert {Reason(reason) for reason in events.reason[at_begin[1]].tolist()} <= {Reason.NO_TIME, Reason.NO_SEAT}


@pytest.mark.parametrize("until_h", [7.5, 9.0, 12.0])
def test_nobody_is_lost_who_booked_ahead(setup, until_h):
    found = city_metrics(run_city(replace(setup, until_s=until_h * H), 5), facts_of(setup), 0.0, until_h * H)
    states = ("served", "on_foot", "gave_up", "walking", "waiting", "riding")
    assert sum(found[state] for state in states) == found["generated"] > 10
