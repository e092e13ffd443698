"""A scenario file: everything one run of a line or loop depends on, as checked records."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from planner.errors import KaitekiError
from scenarios.toml_lines import Path as FieldPath
from scenarios.toml_lines import line_of, path_of

Positive = Annotated[float, Meta(gt=0)]
Amount = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=1)]
Heads = Annotated[int, Meta(ge=0)]
Clock = Annotated[str, Meta(pattern=r"^[0-3]?\d:[0-5]\d$")]
"""Time of day such as "21:30"; hours may pass 24."""
ExactClock = Annotated[str, Meta(pattern=r"^[0-3]?\d:[0-5]\d(:[0-5]\d)?$")]
"""The same, with or without seconds."""


Kind = TypeVar("Kind")


class ScenarioError(KaitekiError):
    """A scenario that cannot be run; names file, line and field."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Part of a scenario; a misspelt field is an error."""


class Day(Record, frozen=True):
    """When the simulated day begins to be counted and ends; what `kaiteki simulate` does unless told otherwise."""

    until: Clock = "24:00"
    counted_from: Clock = "00:00"
    replications: Count = 10
    seed: Annotated[int, Meta(ge=0)] = 1


class Stop(Record, frozen=True):
    """A stop, and the metres from it to the next; on a line the last has none."""

    name: Annotated[str, Meta(min_length=1)]
    to_next_m: Positive | None = None


class CourseTable(Record, frozen=True):
    """Stops in counter-clockwise order on a loop, from end to end on a line."""

    kind: Literal["loop", "line"]
    stops: Annotated[tuple[Stop, ...], Meta(min_length=2)]
    direction: Literal["counterclockwise", "clockwise"] = "counterclockwise"


class DriveTable(Record, frozen=True):
    """See `simulator.energy.Drive`."""

    mass_kg: Positive
    rolling: Positive
    drag_area_m2: Positive
    efficiency: Annotated[float, Meta(gt=0, le=1)]
    auxiliary_kw: Amount
    g_per_mj: Amount
    rider_kg: Positive = 65.0
    regeneration: Share = 0.0


class BatteryTable(Record, frozen=True):
    """Shares are of the capacity."""

    capacity_kwh: Positive
    charger_kw: Positive
    start_share: Share = 1.0
    low_share: Share = 0.3
    full_share: Share = 0.9
    chargers: Count = 1


class VehicleTable(Record, frozen=True):
    """See `simulator.fleet.VehicleType`."""

    places: Count
    speed_kmh: Positive
    drive: DriveTable
    wheelchair_places: Annotated[int, Meta(ge=0)] = 0
    doors: Count = 1
    acceleration_ms2: Positive = 1.0
    deceleration_ms2: Positive = 1.0
    door_s: Amount = 5.0
    board_s: Amount = 2.0
    alight_s: Amount = 1.75
    wheelchair_s: Amount = 60.0
    battery: BatteryTable | None = None


class DutyTable(Record, frozen=True):
    """A vehicle's departures from the depot, and from when until when it charges there."""

    departures: tuple[ExactClock, ...]
    charges: tuple[tuple[ExactClock, ExactClock], ...] = ()


class FleetTable(Record, frozen=True):
    """See `simulator.fleet.Plan`; without `headway_s` vehicles are spread evenly over the course.

    With `duties`, one a vehicle, they keep that timetable.
    """

    vehicles: Count
    depot: str
    start: Clock
    end: Clock
    headway_s: Positive | None = None
    controls: tuple[str, ...] = ()
    max_hold_s: Amount = 180.0
    minimum_dwell_s: Amount = 15.0
    interventions_per_km: Amount = 0.0
    intervention_s: Amount = 30.0
    operators: Count = 1
    safety_driver: bool = False
    duties: tuple[DutyTable, ...] = ()


class WeatherTable(Record, frozen=True):
    """From then on, until the next."""

    start: Clock
    rain_mm_h: Amount = 0.0
    wind_ms: Amount = 0.0


class LimitTable(Record, frozen=True):
    """From so much rain or wind on, the share of the usual speed; 0: vehicles are withdrawn."""

    speed_share: Share
    rain_mm_h: Amount | None = None
    wind_ms: Amount | None = None


class ClosureTable(Record, frozen=True):
    """The stretch that leaves a stop is closed."""

    after: str
    start: Clock
    end: Clock


class DomainTable(Record, frozen=True):
    """The operating domain and what meets it that day."""

    weather: tuple[WeatherTable, ...] = ()
    limits: tuple[LimitTable, ...] = ()
    closures: tuple[ClosureTable, ...] = ()


class FlowTable(Record, frozen=True):
    """Poisson flows: `per_hour` in all, spread by the weights of origins and destinations, or a matrix of them."""

    start: Clock
    end: Clock
    per_hour: Amount | None = None
    origins: dict[str, Amount] = {}
    destinations: dict[str, Amount] = {}
    matrix: tuple[tuple[Amount, ...], ...] | None = None


class GateTable(Record, frozen=True):
    """Where people leave one by one."""

    servers: Count
    service_s: Positive
    is_random: bool = False


class CrowdTable(Record, frozen=True):
    """How many leave an event, and when."""

    persons: Heads
    end: Clock
    mean_min: Positive
    shape: Positive = 3.0


class EgressTable(CrowdTable, frozen=True, kw_only=True):
    """The end of an event at a stop; see `simulator.demand.Egress`."""

    stop: str
    destinations: Annotated[dict[str, Amount], Meta(min_length=1)]
    gate: GateTable | None = None


class PopulationTable(Record, frozen=True):
    """Persons who live near stops and go out for a while; see `simulator.demand.synthetic_population`."""

    homes: Annotated[dict[str, Heads], Meta(min_length=1)]
    places: Annotated[dict[str, Amount], Meta(min_length=1)]
    out: Clock
    stay_h: Positive


class TemperTable(Record, frozen=True):
    """How people differ: patience, wheelchairs, walking speed."""

    patience_min: Positive = 20.0
    patience_spread: Amount = 0.5
    wheelchair_share: Share = 0.0
    walk_ms: Positive = 1.34
    walk_spread_ms: Amount = 0.26


class TravellerTable(TemperTable, frozen=True):
    """See `simulator.demand.Habits`."""

    access_m: Amount = 0.0
    egress_m: Amount = 0.0


class DemandTable(Record, frozen=True):
    """Who wants to go where."""

    travellers: TravellerTable = TravellerTable()
    flows: tuple[FlowTable, ...] = ()
    egress: tuple[EgressTable, ...] = ()
    populations: tuple[PopulationTable, ...] = ()


class TastesTable(Record, frozen=True):
    """What weighs in a choice; see `simulator.choice.Tastes`."""

    ride_min: float = -0.04
    wait_min: float = -0.08
    walk_min: float = -0.08
    yen: float = -0.001
    transfer: float = -0.4
    crowding: float = -0.2


class ChoiceTable(TastesTable, frozen=True):
    """Travellers may walk instead."""

    price_yen: Amount = 0.0
    constant: float = 0.0


class CostTable(Record, frozen=True):
    """In yen; staff are the safety drivers, or the operators far away."""

    vehicle_h: Amount = 0.0
    km: Amount = 0.0
    kwh: Amount = 0.0
    staff_h: Amount = 0.0


class Scenario(Record, frozen=True):
    """One scenario file."""

    title: str
    course: CourseTable
    vehicle: VehicleTable
    fleet: FleetTable
    demand: DemandTable
    day: Day = Day()
    domain: DomainTable = DomainTable()
    choice: ChoiceTable | None = None
    cost: CostTable = CostTable()


class ScenarioText(msgspec.Struct, frozen=True):
    """A scenario as it was written, for complaints that name lines."""

    name: str
    toml: str

    def error(self, path: FieldPath, sentence: str) -> ScenarioError:
        """The complaint about a field of this file."""
        field = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
        place = f", {field}" if field else ""
        return ScenarioError(f"{self.name}, line {line_of(self.toml, path)}{place}: {sentence}")


def read_scenario(file: Path) -> tuple[Scenario, ScenarioText]:
    """Read a scenario file of a line or loop.

    Raises
    ------
    ScenarioError
        It is no scenario; one sentence names file, line and field.
    """
    return read_as(file, Scenario)


def read_as(file: Path, kind: type[Kind]) -> tuple[Kind, ScenarioText]:
    """Read a scenario file as one of the kinds there are.

    Raises
    ------
    ScenarioError
        It is none of that kind; one sentence names file, line and field.
    """
    if not file.is_file():
        raise ScenarioError(f"There is no scenario {file}.")
    try:
        text = ScenarioText(str(file), file.read_text(encoding="utf-8"))
        values = tomllib.loads(text.toml)
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{file} is not written in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_no_toml(file, str(error))) from error
    try:
        return msgspec.convert(values, kind), text
    except msgspec.ValidationError as error:
        raise _refusal(text, values, str(error)) from error


def _no_toml(file: Path, said: str) -> str:
    place = re.search(r"\(at line (\d+)", said)
    line = f", line {place[1]}" if place else ""
    return f"{file}{line}: this is no TOML: {said.split(' (at ', maxsplit=1)[0].lower()}."


def _refusal(text: ScenarioText, values: Any, said: str) -> ScenarioError:
    sentence, _, where = said.partition(" - at `")
    path = path_of(where.rstrip("`"))
    if named := re.fullmatch(r"Object (contains unknown|missing required) field `(.+)`", sentence):
        path = (*path, named[2])
        sentence = "there is no such field" if named[1].startswith("contains") else "this field is missing"
        return text.error(path, f"{sentence}.")
    return text.error(path, f"{_lowered(sentence)}, not {_value(values, path)!r}.")


def _lowered(sentence: str) -> str:
    if "regex" in sentence:
        return "expected a time of day such as 21:30"
    if sentence.startswith("Invalid enum value"):
        return "expected one of the possible words"
    return sentence.split(", got", maxsplit=1)[0].replace("`", "").replace("E", "e", 1)


def _value(values: Any, path: FieldPath) -> Any:
    for step in path:
        values = values[step]
    return values
