"""What goes wrong: what vehicles do, what people are told and when, and what they do then."""

from dataclasses import replace

import numpy as np
import pytest

from planner.network import Network
from simulator.chains import Means
from simulator.city import CitySetup, facts_of, run_city, town
from simulator.city_metrics import city_metrics
from simulator.disruption import Breakdown, ClosedLine, Disruptions
from simulator.events import Events, Kind, Reason
from simulator.lives import LiftFailure
from tests.simulator.towns import H, makuhari_day

STRETCH = "Kaihimmakuhari", "Makuharitoyosuna", "ShinNarashino", "MinamiFunabashi"


def places(network: Network, *stations: str) -> frozenset[int]:
    return frozenset(
        place for name in stations for place in network.children[network.stop_index[f"makuhari_JR-East.{name}"]]
    )


@pytest.fixture(scope="module")
def setup(makuhari: Network) -> CitySetup:
    day = makuhari_day(makuhari, 400)
    supply = replace(day.supply, means=frozenset({Means.WALK, Means.BUS, Means.RAIL, Means.TAXI}), bus=None)
    return replace(day, supply=supply, nature=replace(day.nature, wheelchair_share=0.3))


def closed(makuhari: Network, setup: CitySetup, told_s: float) -> Events:
    line = ClosedLine(places(makuhari, *STRETCH), 8 * H, 11 * H, told_s)
    return run_city(replace(setup, disruptions=Disruptions(lines=(line,))), 3)


def test_nothing_runs_on_a_closed_stretch_and_trips_turn_short(makuhari, setup):
    events, base = closed(makuhari, setup, 8 * H), town(setup.place).first_stop
    stops = {base + stop for stop in places(makuhari, *STRETCH)}
    last: dict[int, int] = {}
    trips = int(town(setup.place).transit.day.trip_first[-1])
    turned = 0
    for row in events.of(Kind.ENTERED, Kind.ARRIVED, Kind.LEFT).tolist():
        vehicle, point, time_s = int(events.vehicle[row]), int(events.position[row]), float(events.time_s[row])
        if vehicle >= trips:
            continue
        if events.kind[row] == Kind.ARRIVED and {last[vehicle], point} <= stops:
            assert not 8 * H + 600 < time_s < 11 * H
        turned += events.kind[row] == Kind.LEFT and 8 * H < time_s < 11 * H and point in stops
        last[vehicle] = point
    assert turned > 10


def test_who_is_told_earlier_arrives_earlier(makuhari, setup):
    early, late = closed(makuhari, setup, 8 * H), closed(makuhari, setup, 10.9 * H)
    found = [city_metrics(one, facts_of(setup), 0.0, setup.until_s) for one in (early, late)]
    assert found[0]["replanned_line_closed"] < found[1]["replanned_line_closed"]
    assert found[0]["door_to_door_s_mean"] < found[1]["door_to_door_s_mean"]
    told = early.time_s[early.of(Kind.TOLD)]
    assert told.tolist() == [8 * H, 11 * H]


def test_whoever_waits_on_the_platform_is_told_too(makuhari, setup):
    events = closed(makuhari, setup, 8 * H + 600)
    rows = events.of(Kind.LEFT_QUEUE)
    rows = rows[events.reason[rows] == Reason.LINE_CLOSED]
    assert len(rows)
    assert (events.time_s[rows] == 8 * H + 600).all()


def test_a_breakdown_stops_one_vehicle_where_it_happens(makuhari, setup):
    first = next(iter(sorted(places(makuhari, "Soga"))))
    disruptions = Disruptions(breakdowns=(Breakdown("makuhari_JR-East.Keiyo", first, 8 * H),))
    broken = disruptions.broken_trips(town(setup.place))
    assert len(broken) == 1
    ((trip, call),) = broken.items()
    events = run_city(replace(setup, disruptions=disruptions), 3)
    own = np.flatnonzero(events.vehicle == trip)
    assert int(events.position[own[-1]]) == town(setup.place).first_stop + first
    assert events.kind[own[-1]] == Kind.LEFT
    assert events.time_s[own[-1]] >= 8 * H
    assert (events.kind[own] == Kind.ARRIVED).sum() == call


def test_without_a_lift_nobody_in_a_wheelchair_boards_there(makuhari, setup):
    stops = places(makuhari, "Kaihimmakuhari")
    base = town(setup.place).first_stop
    points = [base + stop for stop in stops]
    chairs = replace(setup, nature=replace(setup.nature, wheelchair_share=1.0))

    def boarded(*told_s: float) -> tuple[int, int]:
        lifts = tuple(LiftFailure(stop, 7 * H, 12 * H, told) for stop in sorted(stops) for told in told_s)
        events = run_city(replace(chairs, disruptions=Disruptions(lifts=lifts)), 3)
        rows = events.of(Kind.BOARDED)
        rows = rows[events.vehicle[rows] >= 0]
        replanned = events.reason[events.of(Kind.REPLANNED)] == Reason.LIFT_OUT
        return int(np.isin(events.position[rows], points).sum()), int(replanned.sum())

    assert boarded()[0] > 20
    untold, told = boarded(13 * H), boarded(0.0)
    assert untold[0] == told[0] == 0
    assert untold[1] > 10
    assert told[1] == 0
