"""A scenario file of a whole city's day, as checked records."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, field

from scenarios.scenario import (
    Amount,
    Clock,
    Count,
    CrowdTable,
    Day,
    Heads,
    Positive,
    Record,
    ScenarioText,
    Share,
    TastesTable,
    TemperTable,
    WeatherTable,
    read_as,
)

Weights = str | dict[str, Amount]
"""Weights by the name of a site, or the name of a column of the sites."""

MeansName = Literal[
    "walk", "bicycle", "shared_bicycle", "personal_mobility", "demand_bus", "taxi", "bus", "rail"
]  # fmt: skip


class CityTable(Record, frozen=True):
    """Which city and day: a folder made by `kaiteki build`, or the embedded city.

    `slot_min` keeps the planner's answers for so long (0: every traveller asks anew). Routes in `without_routes` run
    for nobody, at `closed_stations` nothing stops. Journeys whose price the feeds do not tell cost `unpriced_yen`;
    without it nobody makes them.
    """

    date: date
    network: str = "makuhari"
    start: Clock = "04:30"
    slot_min: Amount = 0.0
    without_routes: tuple[str, ...] = ()
    closed_stations: tuple[str, ...] = ()
    unpriced_yen: Amount | None = None


class SiteTable(Record, frozen=True):
    """Where people are: a point, or a station by its id, with heads by column."""

    name: Annotated[str, Meta(min_length=1)]
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    station: str | None = None
    heads: dict[str, Amount] = field(default_factory=dict)


class ToursTable(Record, frozen=True):
    """See `simulator.population.Tours`."""

    purpose: str
    persons: Heads
    homes: Weights
    places: Weights
    out: Clock
    stay_h: Positive
    spread_min: Amount = 40.0
    shape: Positive = 8.0


class CityFlowTable(Record, frozen=True):
    """Poisson: so many an hour, by the weights of origins and destinations."""

    start: Clock
    end: Clock
    per_hour: Amount
    origins: Weights
    destinations: Weights


class CityEgressTable(CrowdTable, frozen=True, kw_only=True):
    """The end of an event at a site; see `simulator.demand.Egress`."""

    site: str
    destinations: Weights


class PeopleTable(TemperTable, frozen=True):
    """See `simulator.persons.Nature`; `parties` are weights of who goes alone, by two, by three and so on.

    `ahead_share` of them plan so many hours before setting out, `ahead_h` at least and at most, and book a demand bus
    then; who does so before the day begins has booked the day before.
    """

    bicycle_share: Share = 0.0
    parties: Annotated[tuple[Amount, ...], Meta(min_length=1, max_length=8)] = (1.0,)
    ahead_share: Share = 0.0
    ahead_h: tuple[Positive, Positive] = (1.0, 24.0)


class CityDemandTable(Record, frozen=True):
    """Who goes where; `table` adds the sites of the embedded city's population."""

    table: Literal["makuhari"] | None = None
    sites: tuple[SiteTable, ...] = ()
    people: PeopleTable = PeopleTable()
    tours: tuple[ToursTable, ...] = ()
    flows: tuple[CityFlowTable, ...] = ()
    egress: tuple[CityEgressTable, ...] = ()


class CityChoiceTable(TastesTable, frozen=True):
    """See `simulator.choice.Tastes`; `constants` by means, `wet` added to them while it rains."""

    constants: dict[MeansName, float] = field(default_factory=dict)
    wet: dict[MeansName, float] = field(default_factory=dict)


class LineTable(Record, frozen=True):
    """See `simulator.lines.Stock`; `taken_share` of the places is taken by people who are not simulated."""

    places: Count
    taken_share: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    doors: Count = 2
    door_s: Amount = 4.0
    board_s: Amount = 2.5
    alight_s: Amount = 2.0
    wheelchair_s: Amount = 60.0
    late_share: Share = 0.0
    late_min: Amount = 0.0
    g_person_km: Amount = 0.0
    yen_km: Amount = 0.0


class SharedTable(Record, frozen=True):
    """How shared vehicles of a kind are run; see `simulator.docks.FleetRules`."""

    range_km: Positive = 30.0
    low_km: Amount = 5.0
    repair_km: Positive | None = None
    g_person_km: Amount = 0.0
    returns_alone: bool = False


class PortsTable(Record, frozen=True):
    """Instead of a system's own ports: some of those within a distance of a site, spread evenly by distance.

    All have so many racks; vehicles are spread evenly too.
    """

    system: str
    near: str
    within_km: Positive
    ports: Count
    racks: Count
    vehicles: Heads


class RebalancingTable(Record, frozen=True):
    """See `simulator.rebalancing.Rebalancing`; `reward_yen` is off the fare where a port is filled below `low`."""

    trucks: Heads = 0
    places: Count = 20
    at: tuple[Clock, ...] = ()
    hours: Positive = 3.0
    low: Share = 0.25
    high: Share = 0.75
    goal: Share = 0.5
    platoon_every_min: Amount = 0.0
    g_km: Amount = 0.0
    yen_km: Amount = 0.0
    reward_yen: Amount = 0.0


class DemandBusTable(Record, frozen=True):
    """See `simulator.demand_bus.BusRules`; `stops` are ids, or how many of the network's, nearest to `near`.

    `virtual` stops are sites by name: the bus calls there though nothing stands there.
    """

    vehicles: Count
    start: Clock
    end: Clock
    stops: tuple[str, ...] | Count
    near: str = ""
    virtual: tuple[str, ...] = ()
    seats: Count = 8
    wheelchair_places: Heads = 1
    yen: Amount = 0.0
    max_wait_min: Positive = 15.0
    detour: Annotated[float, Meta(ge=1)] = 1.5
    detour_min: Amount = 5.0
    board_s: Amount = 10.0
    wheelchair_s: Amount = 60.0
    reoptimise_s: Amount = 60.0
    steps: Count = 200
    rests_at_hubs: bool = True
    g_km: Amount = 0.0
    kwh_km: Amount = 0.0
    yen_km: Amount = 0.0
    yen_h: Amount = 0.0


class GatesTable(Record, frozen=True):
    """The ticket gates of a station let in so many persons a minute; a station that is not named has no queue there."""

    station: str
    persons_min: Positive


class SupplyTable(Record, frozen=True):
    """What there is to travel by; `lines` by mode or, before it, by route id."""

    means: tuple[MeansName, ...]
    lines: dict[str, LineTable] = field(default_factory=dict)
    shared: dict[str, SharedTable] = field(default_factory=dict)
    ports: tuple[PortsTable, ...] = ()
    rebalancing: RebalancingTable = RebalancingTable()
    demand_bus: DemandBusTable | None = None
    gates: tuple[GatesTable, ...] = ()
    taxi_wait_min: Amount = 5.0
    taxi_g_km: Amount = 0.0


class ClosedLineTable(Record, frozen=True):
    """Nothing runs between any two of some stations; people know from `told` on, without it from the start."""

    stations: Annotated[tuple[str, ...], Meta(min_length=2)]
    start: Clock
    end: Clock
    told: Clock | None = None


class BreakdownTable(Record, frozen=True):
    """The next vehicle of a route that would leave a station breaks down there."""

    route: str
    station: str
    time: Clock


class LiftTable(Record, frozen=True):
    """The lifts of a station are out of order."""

    station: str
    start: Clock
    end: Clock
    told: Clock | None = None


class DisruptionTable(Record, frozen=True):
    """What goes wrong."""

    lines: tuple[ClosedLineTable, ...] = ()
    breakdowns: tuple[BreakdownTable, ...] = ()
    lifts: tuple[LiftTable, ...] = ()
    weather: tuple[WeatherTable, ...] = ()


class CityScenario(Record, frozen=True):
    """One scenario file of a city."""

    title: str
    city: CityTable
    demand: CityDemandTable
    supply: SupplyTable
    day: Day = Day()
    choice: CityChoiceTable = CityChoiceTable()
    disruption: DisruptionTable = DisruptionTable()


def read_city_scenario(file: Path) -> tuple[CityScenario, ScenarioText]:
    """Read a scenario file of a city.

    Raises
    ------
    ScenarioError
        It is none; one sentence names file, line and field.
    """
    return read_as(file, CityScenario)
