"""Tables of a log against its numbers, and against a recount in plain Python."""

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest

from simulator.demand import Habits
from simulator.events import EventLog, Events, Kind, Reason
from simulator.fleet import Battery
from simulator.metrics import CostRates, balance, fleet_metrics, journeys, traveller_metrics
from simulator.run import run
from simulator.tallies import STAGE_AFTER, STAGES, by_place, by_traveller, by_vehicle
from tests.simulator.rings import BUS, HOUR_S, flow, ring

UNTIL_S = 3 * HOUR_S
RATES = CostRates(places=4, g_per_mj=100.0)


@pytest.fixture(scope="module")
def events() -> Events:
    battery = Battery(40e6, 40e6, 15e6, 36e6, 50e3)
    kind = replace(BUS, places=4, battery=battery, board_s=2.0, alight_s=2.0, wheelchair_places=0)
    setup = ring(fleet=2, until_h=3, kind=kind, end_s=2.5 * HOUR_S, interventions_per_km=0.3, intervention_s=20.0)
    habits = Habits(100.0, 100.0, 300.0, 0.5, 0.1)
    return run(replace(setup, sources=(flow(30, 2.9),), habits=habits), 7)


def test_travellers_agree_with_their_journeys(events: Events) -> None:
    table, found = by_traveller(events, UNTIL_S), journeys(events)
    assert table["traveller"].tolist() == list(range(len(found.generated_s)))
    assert table["generated_s"] == pytest.approx(found.generated_s)
    rode = ~np.isnan(found.alighted_s)
    assert table["riding_s"][rode] == pytest.approx((found.alighted_s - found.boarded_s)[rode])
    assert table["waiting_s"][rode] == pytest.approx((found.boarded_s - found.joined_s)[rode])
    assert table["ridden_m"][rode] == pytest.approx(found.ride_m[rode])
    ends = Counter(Kind(kind).name for kind in table["end"].tolist())
    states = balance(events)
    assert ends["GAVE_UP"] == states["gave_up"]
    assert ends["REJECTED"] == states["rejected"]
    assert ends["REACHED"] == states["served"] + states["on_foot"]


def test_the_stages_fill_the_time(events: Events) -> None:
    table = by_traveller(events, UNTIL_S)
    stages = sum(table[f"{stage}_s"] for stage in STAGES)
    assert stages == pytest.approx(table["end_s"] - table["generated_s"])


def test_the_stages_recounted(events: Events) -> None:
    since: dict[int, tuple[float, str]] = {}
    spent: dict[int, Counter[str]] = defaultdict(Counter)
    for time_s, kind, who in zip(events.time_s.tolist(), events.kind.tolist(), events.traveller.tolist(), strict=True):
        if who >= 0 and Kind(kind) in STAGE_AFTER:
            if who in since:
                spent[who][since[who][1]] += time_s - since[who][0]
            since[who] = time_s, STAGE_AFTER[Kind(kind)]
    for who, (time_s, stage) in since.items():
        spent[who][stage] += UNTIL_S - time_s
    table = by_traveller(events, UNTIL_S)
    for stage in STAGES:
        assert table[f"{stage}_s"] == pytest.approx([spent[who][stage] for who in table["traveller"].tolist()])


def test_reasons_are_those_of_the_end(events: Events) -> None:
    table = by_traveller(events, UNTIL_S)
    gave_up = table["reason"][table["end"] == Kind.GAVE_UP]
    assert set(gave_up.tolist()) == {Reason.PATIENCE, Reason.SERVICE_ENDED}


def test_vehicles_add_up_to_the_fleet(events: Events) -> None:
    table, fleet = by_vehicle(events), fleet_metrics(events, RATES, 0.0, UNTIL_S)
    assert table["km"].sum() == pytest.approx(fleet["vehicle_km"])
    assert table["person_km"].sum() == pytest.approx(fleet["person_km"])
    assert table["energy_kwh"].sum() == pytest.approx(fleet["energy_kwh"])
    assert table["empty_km"].sum() / table["km"].sum() == pytest.approx(fleet["empty_share"])
    assert (table["left_s"] - table["entered_s"]).sum() / 3600 == pytest.approx(fleet["vehicle_h"])
    assert table["interventions"].sum() == fleet["interventions"]
    assert table["boarded"].tolist() == table["alighted"].tolist()
    assert table["most_on_board"].tolist() == [4, 4]


def test_places_add_up_to_the_travellers(events: Events) -> None:
    table, numbers = by_place(events), traveller_metrics(events)
    assert table["joined"].sum() == table["boarded"].sum() + table["gave_up"].sum()
    assert table["gave_up"].sum() == numbers["gave_up"]
    assert table["calls"].sum() == len(events.of(Kind.ARRIVED))
    assert table["left_behind"].sum() == len(events.of(Kind.LEFT_BEHIND))


def test_the_longest_queue(events: Events) -> None:
    queue: Counter[int] = Counter()
    longest: Counter[int] = Counter()
    steps = {Kind.JOINED: 1, Kind.PUT_DOWN: 1, Kind.BOARDED: -1, Kind.GAVE_UP: -1}
    for kind, place in zip(events.kind.tolist(), events.position.tolist(), strict=True):
        queue[place] += steps.get(Kind(kind), 0)
        longest[place] = max(longest[place], queue[place])
    table = by_place(events)
    assert table["longest_queue"].tolist() == [longest[place] for place in table["position"].tolist()]


def test_a_log_of_nothing_has_empty_tables() -> None:
    nothing = EventLog().events()
    for table in (by_traveller(nothing, 1.0), by_vehicle(nothing), by_place(nothing)):
        assert {len(column) for column in table.values()} == {0}
