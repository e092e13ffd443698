"""From a scenario file to what the simulator runs; what is inconsistent is named by line and field."""

from collections.abc import Mapping
from itertools import pairwise
from math import inf, nan

import numpy as np

from planner.errors import KaitekiError
from scenarios.scenario import (
    BatteryTable,
    EgressTable,
    FlowTable,
    PopulationTable,
    Scenario,
    ScenarioText,
    TastesTable,
)
from scenarios.toml_lines import Path as FieldPath
from simulator.choice import Tastes
from simulator.course import Course, Motion, line, loop
from simulator.demand import HOUR_S, Egress, Habits, Population, Rates, Source, synthetic_population
from simulator.domain import Closure, Domain, Limit, Weather, operating_domain
from simulator.energy import Drive
from simulator.events import NOBODY
from simulator.fleet import Battery, Duty, Plan, VehicleType, natural_headway_s, round_j
from simulator.metrics import J_PER_KWH, CostRates
from simulator.run import Choice, Gate, Setup

POPULATION_STREAM = 1
"""Names the random stream from which persons are made; it does not depend on the run's seed: they live there."""


def seconds(clock: str) -> float:
    """Seconds after midnight of a time such as "21:30" or "21:30:05"."""
    hours, minutes, *rest = clock.split(":")
    return int(hours) * HOUR_S + int(minutes) * 60 + sum(map(int, rest))


def setup_of(scenario: Scenario, text: ScenarioText) -> Setup:
    """What a replication of `scenario` depends on.

    Raises
    ------
    ScenarioError
        Fields that contradict each other, or name a stop that is none.
    """
    _check_order(text, ("day", "until"), scenario.day.counted_from, scenario.day.until)
    course, kind = _course(scenario, text), _vehicle_type(scenario)
    _check_battery(scenario, text, course, kind)
    gates = [egress.gate for egress in scenario.demand.egress if egress.gate is not None]
    habits = scenario.demand.travellers
    return Setup(
        course=course,
        kind=kind,
        plan=_plan(scenario, text, course, kind),
        domain=_domain(scenario, text, course),
        sources=_sources(scenario, text),
        habits=Habits(
            habits.access_m, habits.egress_m, habits.patience_min * 60, habits.patience_spread,
            habits.wheelchair_share, habits.walk_ms, habits.walk_spread_ms,
        ),
        until_s=seconds(scenario.day.until),
        gates=[Gate(gate.servers, gate.service_s, gate.is_random) for gate in gates],
        choice=_choice(scenario),
    )  # fmt: skip


def cost_rates(scenario: Scenario, headway_s: float = nan) -> CostRates:
    """What the fleet costs, earns and emits; without safety drivers the operators' hours are shared by the vehicles."""
    fleet, cost = scenario.fleet, scenario.cost
    return CostRates(
        places=scenario.vehicle.places,
        g_per_mj=scenario.vehicle.drive.g_per_mj,
        yen_vehicle_h=cost.vehicle_h,
        yen_km=cost.km,
        yen_kwh=cost.kwh,
        yen_staff_h=cost.staff_h,
        staff_per_vehicle=1.0 if fleet.safety_driver else fleet.operators / fleet.vehicles,
        yen_ride=0.0 if scenario.choice is None else scenario.choice.price_yen,
        headway_s=nan if fleet.duties else headway_s,
    )


def _course(scenario: Scenario, text: ScenarioText) -> Course:
    table = scenario.course
    last = len(table.stops) - 1
    for number, stop in enumerate(table.stops):
        is_end = table.kind == "line" and number == last
        if (stop.to_next_m is None) != is_end:
            sentence = "the last stop of a line has none" if is_end else "this field is missing"
            raise text.error(("course", "stops", number, "to_next_m"), f"{sentence}.")
    names = [stop.name for stop in table.stops]
    lengths = [stop.to_next_m for stop in table.stops if stop.to_next_m is not None]
    try:
        if table.kind == "line":
            return line(names, lengths)
        return loop(names, lengths, table.direction == "clockwise")
    except KaitekiError as error:
        raise text.error(("course", "stops"), str(error)) from error


def _vehicle_type(scenario: Scenario) -> VehicleType:
    table, drive = scenario.vehicle, scenario.vehicle.drive
    return VehicleType(
        places=table.places,
        wheelchair_places=table.wheelchair_places,
        doors=table.doors,
        motion=Motion(table.speed_kmh / 3.6, table.acceleration_ms2, table.deceleration_ms2),
        door_s=table.door_s,
        board_s=table.board_s,
        alight_s=table.alight_s,
        wheelchair_s=table.wheelchair_s,
        drive=Drive(
            drive.mass_kg, drive.rider_kg, drive.rolling, drive.drag_area_m2, drive.efficiency, drive.regeneration,
            drive.auxiliary_kw * 1000, drive.g_per_mj,
        ),
        battery=None if table.battery is None else _battery(table.battery),
    )  # fmt: skip


def _battery(table: BatteryTable) -> Battery:
    capacity_j = table.capacity_kwh * J_PER_KWH
    start, low, full = (share * capacity_j for share in (table.start_share, table.low_share, table.full_share))
    return Battery(capacity_j, start, low, full, table.charger_kw * 1000)


def _check_battery(scenario: Scenario, text: ScenarioText, course: Course, kind: VehicleType) -> None:
    """A vehicle that calls for its charger may have riders for a round, and needs another to come empty."""
    table, battery = scenario.vehicle.battery, kind.battery
    if table is None or battery is None:
        return
    needed_j = 2 * round_j(course, kind, scenario.fleet.minimum_dwell_s)
    if battery.low_j < needed_j:
        share = needed_j / battery.capacity_j
        sentence = f"two rounds take {share:.2f} of the battery, so charging cannot wait until {table.low_share:g}."
        raise text.error(("vehicle", "battery", "low_share"), sentence)
    if table.full_share <= table.low_share:
        raise text.error(("vehicle", "battery", "full_share"), f"it is not above low_share, {table.low_share:g}.")


def _plan(scenario: Scenario, text: ScenarioText, course: Course, kind: VehicleType) -> Plan:
    fleet, battery = scenario.fleet, scenario.vehicle.battery
    _check_order(text, ("fleet", "end"), fleet.start, fleet.end)
    controls = [_stop(course.stops, text, ("fleet", "controls"), name) for name in fleet.controls]
    natural_s = natural_headway_s(course, kind, fleet.vehicles, fleet.minimum_dwell_s)
    return Plan(
        vehicles=fleet.vehicles,
        depot=course.stop_at.index(_stop(course.stops, text, ("fleet", "depot"), fleet.depot)),
        start_s=seconds(fleet.start),
        end_s=seconds(fleet.end),
        headway_s=natural_s if fleet.headway_s is None else fleet.headway_s,
        controls=frozenset(position for position, stop in enumerate(course.stop_at) if stop in controls),
        max_hold_s=fleet.max_hold_s,
        minimum_dwell_s=fleet.minimum_dwell_s,
        interventions_per_km=fleet.interventions_per_km,
        intervention_s=fleet.intervention_s,
        operators=fleet.operators,
        has_safety_driver=fleet.safety_driver,
        chargers=battery.chargers if battery else 1,
        duties=_duties(scenario, text),
    )


def _duties(scenario: Scenario, text: ScenarioText) -> tuple[Duty, ...]:
    fleet = scenario.fleet
    if fleet.duties and len(fleet.duties) != fleet.vehicles:
        sentence = f"{fleet.vehicles} vehicles need as many duties, not {len(fleet.duties)}."
        raise text.error(("fleet", "duties"), sentence)
    duties = []
    for number, table in enumerate(fleet.duties):
        path = ("fleet", "duties", number)
        for field, clocks in (("departures", table.departures), ("charges", sum(table.charges, ()))):
            for before, after in pairwise(clocks):
                _check_order(text, (*path, field), before, after)
        if table.charges and scenario.vehicle.battery is None:
            raise text.error((*path, "charges"), "the vehicle has no battery.")
        charges = tuple((seconds(begin), seconds(end)) for begin, end in table.charges)
        duties.append(Duty(tuple(map(seconds, table.departures)), charges))
    return tuple(duties)


def _check_order(text: ScenarioText, path: FieldPath, start: str, end: str) -> None:
    if seconds(end) <= seconds(start):
        raise text.error(path, f"{end} is not after {start}.")


def _stop(stops: tuple[str, ...], text: ScenarioText, path: FieldPath, name: str) -> int:
    if name not in stops:
        raise text.error(path, f"the course has no stop '{name}'.")
    return stops.index(name)


def _domain(scenario: Scenario, text: ScenarioText, course: Course) -> Domain:
    table = scenario.domain
    closures = []
    for number, closure in enumerate(table.closures):
        path = ("domain", "closures", number)
        _check_order(text, (*path, "end"), closure.start, closure.end)
        stop = _stop(course.stops, text, (*path, "after"), closure.after)
        spans = seconds(closure.start), seconds(closure.end)
        closures += [Closure(position, *spans) for position, there in enumerate(course.stop_at) if there == stop]
    return operating_domain(
        len(course.stop_at),
        [Weather(seconds(spell.start), spell.rain_mm_h, spell.wind_ms) for spell in table.weather],
        [Limit(limit.speed_share, _or_never(limit.rain_mm_h), _or_never(limit.wind_ms)) for limit in table.limits],
        closures,
    )


def _or_never(limit: float | None) -> float:
    return inf if limit is None else limit


def _sources(scenario: Scenario, text: ScenarioText) -> list[Source]:
    demand, stops = scenario.demand, tuple(stop.name for stop in scenario.course.stops)
    sources: list[Source] = [
        _rates(flow, text, ("demand", "flows", number), stops) for number, flow in enumerate(demand.flows)
    ]
    gates = 0
    for number, egress in enumerate(demand.egress):
        gate = gates if egress.gate is not None else NOBODY
        gates += egress.gate is not None
        sources.append(_egress(egress, text, ("demand", "egress", number), stops, gate))
    for number, people in enumerate(demand.populations):
        sources.append(_population(people, text, ("demand", "populations", number), stops))
    return sources


def _rates(flow: FlowTable, text: ScenarioText, path: FieldPath, stops: tuple[str, ...]) -> Rates:
    _check_order(text, (*path, "end"), flow.start, flow.end)
    if (flow.per_hour is None) == (flow.matrix is None):
        raise text.error(path, "a flow has either per_hour or a matrix.")
    edges = seconds(flow.start), seconds(flow.end)
    if flow.matrix is not None:
        if len(flow.matrix) != len(stops) or any(len(row) != len(stops) for row in flow.matrix):
            raise text.error((*path, "matrix"), f"{len(stops)} stops need {len(stops)} rows of as many numbers.")
        return Rates(edges, np.array([flow.matrix]))
    even = dict.fromkeys(stops, 1.0)
    origins = _weights(flow.origins or even, text, (*path, "origins"), stops)
    weights = np.outer(origins, _weights(flow.destinations or even, text, (*path, "destinations"), stops))
    np.fill_diagonal(weights, 0.0)
    if weights.sum() == 0:
        raise text.error(path, "its weights leave no pair of different stops.")
    return Rates(edges, (weights / weights.sum() * flow.per_hour)[None])


def _weights(
    table: Mapping[str, float], text: ScenarioText, path: FieldPath, stops: tuple[str, ...]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weights = np.zeros(len(stops))
    for name, weight in table.items():
        weights[_stop(stops, text, path, name)] = weight
    if weights.sum() == 0:
        raise text.error(path, "all weights are 0.")
    return weights


def _egress(egress: EgressTable, text: ScenarioText, path: FieldPath, stops: tuple[str, ...], gate: int) -> Egress:
    shares = _weights(egress.destinations, text, (*path, "destinations"), stops)
    stop = _stop(stops, text, (*path, "stop"), egress.stop)
    if shares[stop]:
        raise text.error((*path, "destinations"), f"'{egress.stop}' is where they come from.")
    return Egress(
        stop, egress.persons, seconds(egress.end), egress.mean_min * 60, egress.shape,
        tuple((shares / shares.sum()).tolist()), gate,
    )  # fmt: skip


def _population(people: PopulationTable, text: ScenarioText, path: FieldPath, stops: tuple[str, ...]) -> Population:
    homes = _weights(people.homes, text, (*path, "homes"), stops)
    places = _weights(people.places, text, (*path, "places"), stops)
    for home in np.flatnonzero(homes):
        if places.sum() == places[home]:
            raise text.error((*path, "places"), f"who lives near '{stops[home]}' has nowhere else to go.")
    rng = np.random.default_rng(np.random.SeedSequence(POPULATION_STREAM))
    return synthetic_population(rng, homes.tolist(), places.tolist(), seconds(people.out), people.stay_h * HOUR_S)


def _choice(scenario: Scenario) -> Choice | None:
    table = scenario.choice
    if table is None:
        return None
    return Choice(tastes_of(table), table.price_yen, table.constant)


def tastes_of(table: TastesTable) -> Tastes:
    """What weighs in a choice, as the scenario says."""
    return Tastes(table.ride_min, table.wait_min, table.walk_min, table.yen, table.transfer, table.crowding)
