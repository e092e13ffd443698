"""Any scenario that can be played, whatever its kind: a line or loop, or a whole city."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scenarios.city_scenario import CityScenario, read_city_scenario
from scenarios.city_setups import city_setup_of
from scenarios.scenario import Scenario, ScenarioText, read_scenario
from scenarios.setups import cost_rates, seconds, setup_of
from simulator.city import CitySetup, Told, facts_of, run_city, town
from simulator.city_metrics import city_metrics
from simulator.city_queues import city_queues
from simulator.events import Events
from simulator.metrics import CostRates, metrics
from simulator.queues import queue_metrics
from simulator.run import Setup, run

Numbers = dict[str, float]


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario ready to be played; its functions can be sent to another process.

    Attributes
    ----------
    play : callable
        The log of a seed and the number of a replication; a city's day tells what it took, if asked to.
    numbers : callable
        All metrics of a log.
    places : callable
        Names of the log's positions.
    """

    scenario: Scenario | CityScenario
    text: ScenarioText
    play: Callable[[int, int, Told | None], Events]
    numbers: Callable[[Events], Numbers]
    places: Callable[[], Mapping[int, str]]
    until_s: float


def read_any(file: Path) -> tuple[Scenario, ScenarioText] | tuple[CityScenario, ScenarioText]:
    """Read a scenario file of either kind.

    Raises
    ------
    ScenarioError
        It is none; one sentence names file, line and field.
    """
    return read_city_scenario(file) if is_of_city(file) else read_scenario(file)


def is_of_city(file: Path) -> bool:
    """Whether a file has the table that only scenarios of a city have."""
    return has_table(file, "city")


def has_table(file: Path, name: str) -> bool:
    """Whether a file is TOML with such a table."""
    try:
        return name in tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def case_of(file: Path) -> Case:
    """Read and check a scenario file.

    Raises
    ------
    ScenarioError
        It cannot be played; one sentence names file, line and field.
    """
    if is_of_city(file):
        city, text = read_city_scenario(file)
        setup = city_setup_of(city, text)
        from_s = seconds(city.day.counted_from)
        if setup.until_s <= from_s:
            raise text.error(("day", "until"), f"{city.day.until} is not after {city.day.counted_from}.")
        numbers = partial(_city_numbers, setup, from_s)
        return Case(city, text, partial(run_city, setup), numbers, partial(_points, setup), setup.until_s)
    scenario, text = read_scenario(file)
    line = setup_of(scenario, text)
    reckon = partial(_line_numbers, line, cost_rates(scenario, line.plan.headway_s), seconds(scenario.day.counted_from))
    return Case(scenario, text, partial(_played_line, line), reckon, partial(_stops, line), line.until_s)


def _city_numbers(setup: CitySetup, from_s: float, events: Events) -> Numbers:
    numbers = city_metrics(events, facts_of(setup), from_s, setup.until_s)
    return numbers | city_queues(events, setup.from_s, setup.until_s)


def _points(setup: CitySetup) -> dict[int, str]:
    return dict(enumerate(town(setup.place).names))


def _played_line(setup: Setup, seed: int, number: int, _: Told | None) -> Events:
    return run(setup, seed, number)


def _line_numbers(setup: Setup, rates: CostRates, from_s: float, events: Events) -> Numbers:
    numbers = metrics(events, rates, from_s, setup.until_s)
    return numbers | queue_metrics(events, len(setup.course.stop_at), setup.until_s)


def _stops(setup: Setup) -> dict[int, str]:
    return {place: setup.course.stops[stop] for place, stop in enumerate(setup.course.stop_at)}
