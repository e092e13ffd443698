"""A replication in the formats of other programs: a line in those of Eclipse SUMO."""

from math import ceil
from pathlib import Path

import numpy as np

from feeds.sumo import SumoLine, SumoRide, write_sumo_line
from feeds.sumo_words import SumoVehicle
from planner.errors import RequestError
from scenarios.cases import is_of_city
from scenarios.city_scenario import read_city_scenario
from scenarios.export_demand_bus import export_demand_bus
from scenarios.scenario import read_scenario
from scenarios.setups import setup_of
from simulator.course import cycle_s
from simulator.demand import travellers
from simulator.events import Events, Kind
from simulator.run import Setup, run

SPARE_S = 3600.0
"""Vehicles go on for so long after the end of service, for who still waits then."""


def check_sumo(scenario: Path, is_timetabled: bool = False) -> None:
    """Make sure that a scenario has something SUMO can play.

    Parameters
    ----------
    is_timetabled : bool
        It will be given a timetable of rounds and pauses.

    Raises
    ------
    ScenarioError
        It is no scenario.
    RequestError
        It is a city without demand bus, or its vehicles keep a timetable of rounds and pauses.
    """
    if is_of_city(scenario):
        if read_city_scenario(scenario)[0].supply.demand_bus is None:
            raise RequestError("--sumo", "--sumo writes lines, loops and demand buses; this city has no demand bus.")
    elif is_timetabled or read_scenario(scenario)[0].fleet.duties:
        raise RequestError("--sumo", "--sumo cannot write duties; leave them, or --timetable, out.")


def export_sumo(played: Path, folder: Path, seed: int) -> None:
    """Write the line, or the demand bus, of a run's first replication and its travellers as input of Eclipse SUMO."""
    if is_of_city(played / "scenario.toml"):
        export_demand_bus(played, folder)
        return
    setup = setup_of(*read_scenario(played / "scenario.toml"))
    write_sumo_line(sumo_line(setup, run(setup, seed), seed), folder, setup.until_s)


def sumo_line(setup: Setup, events: Events, seed: int, replication: int = 0) -> SumoLine:
    """The line of a setup, and who came to its stops in a replication whose log is `events`, when they came.

    What SUMO has no words for is left out: holding, charging, interventions, weather, wheelchairs, patience.
    """
    plan, kind, course = setup.plan, setup.kind, setup.course
    last_s = min(plan.end_s, setup.until_s) + SPARE_S
    names = [course.stops[stop] for stop in course.stop_at]
    return SumoLine(
        names=names,
        lengths_m=course.lengths_m,
        vehicle=SumoVehicle(
            "bus", kind.places, kind.motion.speed_ms, kind.motion.acceleration_ms2, kind.motion.deceleration_ms2,
            kind.board_s / kind.doors,
        ),
        depot=plan.depot,
        departures_s=[plan.start_s + number * plan.headway_s for number in range(plan.vehicles)],
        dwell_s=max(plan.minimum_dwell_s, kind.door_s),
        rounds=ceil((last_s - plan.start_s) / cycle_s(course, kind.motion, plan.minimum_dwell_s)),
        rides=_rides(setup, events, seed, replication),
    )  # fmt: skip


def _rides(setup: Setup, events: Events, seed: int, replication: int) -> list[SumoRide]:
    """By the time they joined the queue, once each."""
    people = travellers(setup.sources, setup.habits, setup.direct_m(), seed, replication)
    rows = events.of(Kind.JOINED)
    rows = rows[np.sort(np.unique(events.traveller[rows], return_index=True)[1])]
    found = []
    for row in rows.tolist():
        person = people[int(events.traveller[row])]
        board, alight, _ = setup.course.rides[person.origin, person.destination]
        found.append(SumoRide(f"traveller{person.number}", float(events.time_s[row]), board, alight))
    return found
