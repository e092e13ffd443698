"""From a scenario file of a city to what the simulator plays; what is inconsistent is named by line and field."""

from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from planner.errors import NetworkError
from planner.geo import great_circle_m
from planner.network import Network, open_network
from scenarios.city_scenario import (
    CityScenario,
    ClosedLineTable,
    DemandBusTable,
    GatesTable,
    LineTable,
    PeopleTable,
    PortsTable,
    SharedTable,
    SiteTable,
    Weights,
)
from scenarios.embedded import embedded_network
from scenarios.scenario import ScenarioText
from scenarios.setups import seconds, tastes_of
from scenarios.toml_lines import Path as FieldPath
from simulator.chains import Means
from simulator.city import CitySetup, Place, Preferences, Supply
from simulator.demand import HOUR_S, Egress, Rates, Source
from simulator.demand_bus import BusRules
from simulator.disruption import Breakdown, ClosedLine, Disruptions
from simulator.docks import FleetRules
from simulator.domain import Weather
from simulator.lines import Stock
from simulator.lives import LiftFailure
from simulator.persons import Nature
from simulator.population import Tours
from simulator.rebalancing import Rebalancing
from simulator.town import Site

EMBEDDED = "makuhari"

Heads = Mapping[str, NDArray[np.float64]]
"""Numbers of people by column, site by site."""


def city_setup_of(scenario: CityScenario, text: ScenarioText) -> CitySetup:
    """What a replication of `scenario` depends on.

    Raises
    ------
    ScenarioError
        Fields that contradict each other, or name what the city has not.
    """
    network, folder = _network(scenario, text)
    sites, heads = _sites(scenario, text, network)
    names = {site.name: row for row, site in enumerate(sites)}
    city = scenario.city
    for number, route in enumerate(city.without_routes):
        _check_route(network, text, ("city", "without_routes", number), route)
    for number, station in enumerate(city.closed_stations):
        _stops(network, text, ("city", "closed_stations", number), station)
    people, choice = scenario.demand.people, scenario.choice
    constants, wet = ({Means[name.upper()]: u for name, u in table.items()} for table in (choice.constants, choice.wet))
    return CitySetup(
        place=Place(folder, city.date, sites, frozenset(city.without_routes), frozenset(city.closed_stations)),
        sources=_sources(scenario, text, names, heads),
        nature=_nature(people, text),
        preferences=Preferences(tastes_of(choice), constants, wet),
        supply=_supply(scenario, text, network, sites),
        from_s=seconds(city.start),
        until_s=seconds(scenario.day.until),
        slot_s=city.slot_min * 60,
        disruptions=_disruptions(scenario, text, network),
        weather=[Weather(seconds(one.start), one.rain_mm_h, one.wind_ms) for one in scenario.disruption.weather],
    )  # fmt: skip


def _nature(people: PeopleTable, text: ScenarioText) -> Nature:
    least_h, most_h = people.ahead_h
    if most_h < least_h:
        raise text.error(("demand", "people", "ahead_h"), f"{most_h:g} is less than {least_h:g}.")
    if not sum(people.parties):
        raise text.error(("demand", "people", "parties"), "all weights are 0.")
    return Nature(
        people.patience_min * 60, people.patience_spread, people.wheelchair_share, people.bicycle_share,
        people.walk_ms, people.walk_spread_ms, people.parties, people.ahead_share, (least_h * HOUR_S, most_h * HOUR_S),
    )  # fmt: skip


def _network(scenario: CityScenario, text: ScenarioText) -> tuple[Network, Path]:
    name = scenario.city.network
    folder = embedded_network(user_cache_path("kaiteki", ensure_exists=True)) if name == EMBEDDED else Path(name)
    try:
        network = open_network(folder)
    except NetworkError as error:
        raise text.error(("city", "network"), f"{error}.") from error
    if network.snapshot.street_side is None:
        raise text.error(("city", "network"), f"{name} was built without streets, which travellers need.")
    validity = network.snapshot.timetable.validity
    if validity is None or not validity[0] <= scenario.city.date <= validity[1]:
        raise text.error(("city", "date"), f"nothing runs on {scenario.city.date}.")
    return network, folder


def _sites(scenario: CityScenario, text: ScenarioText, network: Network) -> tuple[tuple[Site, ...], Heads]:
    tables = list(scenario.demand.sites)
    if scenario.demand.table == EMBEDDED:
        from feeds.makuhari.population import populated_places

        tables += [
            SiteTable(name=p.name, lat=None if p.station else p.lat, lon=None if p.station else p.lon,
                      station=p.station, heads=dict(p.heads))
            for p in populated_places()
        ]  # fmt: skip
    if len(tables) < 2:
        raise text.error(("demand", "sites"), "people need at least two sites to go between.")
    sites = tuple(_site(network, text, number, table) for number, table in enumerate(tables))
    columns = sorted({column for table in tables for column in table.heads})
    return sites, {c: np.array([table.heads.get(c, 0.0) for table in tables], np.float64) for c in columns}


def _site(network: Network, text: ScenarioText, number: int, table: SiteTable) -> Site:
    path = "demand", "sites", number
    if table.station is not None:
        rows = _stops(network, text, (*path, "station"), table.station)
        stops = network.snapshot.timetable.stops
        return Site(table.name, float(stops.lat[rows].mean()), float(stops.lon[rows].mean()), tuple(rows))
    if table.lat is None or table.lon is None:
        raise text.error(path, f"'{table.name}' has neither a station nor lat and lon.")
    return Site(table.name, table.lat, table.lon)


def _stops(network: Network, text: ScenarioText, path: FieldPath, station: str) -> list[int]:
    """Boarding places of a station or stop."""
    row = network.stop_index.get(station)
    if row is None:
        raise text.error(path, f"the network has no stop '{station}'.")
    return list(network.children.get(row, [row]))


def _check_route(network: Network, text: ScenarioText, path: FieldPath, route: str) -> None:
    if route not in {one.id for one in network.snapshot.timetable.routes}:
        raise text.error(path, f"the network has no route '{route}'.")


def _sources(scenario: CityScenario, text: ScenarioText, names: Mapping[str, int], heads: Heads) -> list[Source]:
    demand, sources = scenario.demand, list[Source]()
    for number, tours in enumerate(demand.tours):
        path = "demand", "tours", number
        homes = _weights(text, (*path, "homes"), tours.homes, names, heads)
        places = _weights(text, (*path, "places"), tours.places, names, heads)
        out_s, spread_s = seconds(tours.out), tours.spread_min * 60
        sources.append(Tours(tours.persons, homes, places, out_s, spread_s, tours.stay_h * 3600, tours.shape))
    for number, flow in enumerate(demand.flows):
        path = "demand", "flows", number
        if seconds(flow.end) <= seconds(flow.start):
            raise text.error((*path, "end"), f"{flow.end} is not after {flow.start}.")
        origins = _weights(text, (*path, "origins"), flow.origins, names, heads)
        weights = np.outer(origins, _weights(text, (*path, "destinations"), flow.destinations, names, heads))
        np.fill_diagonal(weights, 0.0)
        if not weights.sum():
            raise text.error(path, "its weights leave no pair of different sites.")
        per_h = weights / weights.sum() * flow.per_hour
        sources.append(Rates((seconds(flow.start), seconds(flow.end)), per_h[None]))
    for number, egress in enumerate(demand.egress):
        path = "demand", "egress", number
        shares = _weights(text, (*path, "destinations"), egress.destinations, names, heads)
        if egress.site not in names:
            raise text.error((*path, "site"), f"there is no site '{egress.site}'.")
        share = tuple((shares / shares.sum()).tolist())
        begin, end_s = names[egress.site], seconds(egress.end)
        sources.append(Egress(begin, egress.persons, end_s, egress.mean_min * 60, egress.shape, share))
    return sources


def _weights(
    text: ScenarioText, path: FieldPath, table: Weights, names: Mapping[str, int], heads: Heads
) -> NDArray[np.float64]:
    if isinstance(table, str):
        if table not in heads:
            raise text.error(path, f"no site has heads of '{table}'; there are {', '.join(heads) or 'none'}.")
        weights = heads[table]
    else:
        weights = np.zeros(len(names))
        for name, weight in table.items():
            if name not in names:
                raise text.error(path, f"there is no site '{name}'.")
            weights[names[name]] = weight
    if not weights.sum():
        raise text.error(path, "all weights are 0.")
    return weights


def _supply(scenario: CityScenario, text: ScenarioText, network: Network, sites: Sequence[Site]) -> Supply:
    table = scenario.supply
    used = {route.mode for route in network.snapshot.timetable.routes}
    routes = {route.id for route in network.snapshot.timetable.routes}
    for name in table.lines:
        if name not in used | routes:
            raise text.error(("supply", "lines", name), f"'{name}' is neither a mode nor a route of the network.")
    for mode in sorted(used - set(table.lines)):
        if any(route.mode == mode and route.id not in table.lines for route in network.snapshot.timetable.routes):
            raise text.error(("supply", "lines"), f"it does not say what runs on lines of mode {mode}.")
    back = table.rebalancing
    return Supply(
        means=frozenset(Means[name.upper()] for name in table.means),
        stock={name: _stock(line) for name, line in table.lines.items()},
        rules=_rules(table.shared, text, network),
        ports=_ports(table.ports, text, network, sites),
        rebalancing=Rebalancing(
            trucks=back.trucks, places=back.places, at_s=tuple(seconds(at) for at in back.at),
            hours_s=back.hours * 3600, low=back.low, high=back.high, goal=back.goal,
            platoon_every_s=back.platoon_every_min * 60, g_km=back.g_km, yen_km=back.yen_km,
            reward_yen=back.reward_yen,
        ),
        bus=None if table.demand_bus is None else _bus(table.demand_bus),
        bus_stops=() if table.demand_bus is None else _bus_stops(table.demand_bus, text, network, sites),
        bus_sites=() if table.demand_bus is None else _virtual_stops(table.demand_bus, text, sites),
        gates=_gates(table.gates, text, network),
        bus_yen=table.demand_bus.yen if table.demand_bus else 0.0,
        unpriced_yen=scenario.city.unpriced_yen,
        taxi_wait_s=table.taxi_wait_min * 60,
        taxi_g_km=table.taxi_g_km,
    )  # fmt: skip


def _gates(
    tables: Sequence[GatesTable], text: ScenarioText, network: Network
) -> list[tuple[tuple[int, ...], float]]:  # fmt: skip
    paths = [("supply", "gates", row, "station") for row in range(len(tables))]
    return [
        (tuple(_stops(network, text, path, one.station)), one.persons_min / 60)
        for path, one in zip(paths, tables, strict=True)
    ]


def _stock(line: LineTable) -> Stock:
    places = max(1, round(line.places * (1 - line.taken_share)))
    return Stock(
        places, line.doors, line.door_s, line.board_s, line.alight_s, line.wheelchair_s, line.late_share,
        line.late_min * 60, 0.0, line.g_person_km, line.yen_km,
    )  # fmt: skip


def _rules(shared: Mapping[str, SharedTable], text: ScenarioText, network: Network) -> dict[str, FleetRules]:
    kinds = [rental.vehicle_type.id for rental in network.rentals]
    for name in shared:
        if name not in kinds:
            raise text.error(("supply", "shared", name), f"nothing of type '{name}' is rented here.")
    given = {kind: shared.get(kind, SharedTable()) for kind in kinds}
    return {
        kind: FleetRules(
            one.range_km * 1000, one.low_km * 1000, inf if one.repair_km is None else one.repair_km * 1000,
            one.g_person_km, one.returns_alone,
        )
        for kind, one in given.items()
    }  # fmt: skip


def _ports(
    tables: Sequence[PortsTable], text: ScenarioText, network: Network, sites: Sequence[Site]
) -> dict[str, tuple[int, tuple[int, ...]]] | None:
    """Ports by id as the scenario says they are; systems it does not name have none then."""
    if not tables:
        return None
    found: dict[str, tuple[int, tuple[int, ...]]] = {}
    for number, table in enumerate(tables):
        path = "supply", "ports", number
        systems = {system.id: row for row, system in enumerate(network.snapshot.sharing)}
        if table.system not in systems:
            raise text.error((*path, "system"), f"there is no sharing system '{table.system}'.")
        site = _named(sites, text, (*path, "near"), table.near)
        stations = network.snapshot.sharing[systems[table.system]].stations
        metres = {one.id: float(great_circle_m(site.lat, site.lon, one.lat, one.lon)) for one in stations}
        near = sorted(
            (id_ for id_, far in metres.items() if far <= table.within_km * 1000), key=lambda id_: metres[id_]
        )
        if table.ports > len(near):
            raise text.error((*path, "ports"), f"{table.system} has {len(near)} ports within {table.within_km:g} km.")
        rows = np.linspace(0, len(near) - 1, table.ports).round().astype(int).tolist()
        kinds = [rental.system == systems[table.system] for rental in network.rentals]
        for rank, row in enumerate(rows):
            count = (rank + 1) * table.vehicles // table.ports - rank * table.vehicles // table.ports
            first = kinds.index(True)
            found[near[row]] = table.racks, tuple(count if kind == first else 0 for kind in range(len(kinds)))
    return found


def _named(sites: Sequence[Site], text: ScenarioText, path: FieldPath, name: str) -> Site:
    found = next((site for site in sites if site.name == name), None)
    if found is None:
        raise text.error(path, f"there is no site '{name}'.")
    return found


def _bus(table: DemandBusTable) -> BusRules:
    return BusRules(
        vehicles=table.vehicles, seats=table.seats, wheelchair_places=table.wheelchair_places,
        start_s=seconds(table.start), end_s=seconds(table.end), max_wait_s=table.max_wait_min * 60,
        detour=table.detour, detour_s=table.detour_min * 60, board_s=table.board_s, wheelchair_s=table.wheelchair_s,
        reoptimise_s=table.reoptimise_s, steps=table.steps, rests_at_hubs=table.rests_at_hubs, g_km=table.g_km,
        yen_km=table.yen_km, yen_h=table.yen_h, kwh_km=table.kwh_km,
    )  # fmt: skip


def _bus_stops(
    table: DemandBusTable, text: ScenarioText, network: Network, sites: Sequence[Site]
) -> tuple[int, ...]:  # fmt: skip
    path = "supply", "demand_bus", "stops"
    if not isinstance(table.stops, int):
        return tuple(_stops(network, text, (*path, n), stop)[0] for n, stop in enumerate(table.stops))
    every = sorted({stop for trip in network.snapshot.flex for area in trip.areas for stop in area.stops})
    if table.stops > len(every):
        raise text.error(path, f"the network's demand bus has {len(every)} stops.")
    site, stops = _named(sites, text, ("supply", "demand_bus", "near"), table.near), network.snapshot.timetable.stops
    metres = {stop: float(great_circle_m(site.lat, site.lon, stops.lat[stop], stops.lon[stop])) for stop in every}
    return tuple(sorted(every, key=lambda stop: metres[stop])[: table.stops])


def _virtual_stops(table: DemandBusTable, text: ScenarioText, sites: Sequence[Site]) -> tuple[int, ...]:
    path = "supply", "demand_bus", "virtual"
    named = [_named(sites, text, (*path, number), name) for number, name in enumerate(table.virtual)]
    return tuple(sites.index(site) for site in named)


def _disruptions(scenario: CityScenario, text: ScenarioText, network: Network) -> Disruptions:
    table, breakdowns = scenario.disruption, []
    for number, one in enumerate(table.breakdowns):
        path = "disruption", "breakdowns", number
        _check_route(network, text, (*path, "route"), one.route)
        stops = _stops(network, text, (*path, "station"), one.station)
        breakdowns += [Breakdown(one.route, stop, seconds(one.time)) for stop in stops]
    lifts = [
        LiftFailure(stop, seconds(lift.start), seconds(lift.end), _told(lift.told))
        for number, lift in enumerate(table.lifts)
        for stop in _stops(network, text, ("disruption", "lifts", number, "station"), lift.station)
    ]
    return Disruptions(
        lines=tuple(_closed(network, text, number, one) for number, one in enumerate(table.lines)),
        breakdowns=tuple(breakdowns),
        lifts=tuple(lifts),
    )


def _closed(network: Network, text: ScenarioText, number: int, table: ClosedLineTable) -> ClosedLine:
    path = "disruption", "lines", number
    stops = [
        stop
        for row, station in enumerate(table.stations)
        for stop in _stops(network, text, (*path, "stations", row), station)
    ]
    if seconds(table.end) <= seconds(table.start):
        raise text.error((*path, "end"), f"{table.end} is not after {table.start}.")
    return ClosedLine(frozenset(stops), seconds(table.start), seconds(table.end), _told(table.told))


def _told(clock: str | None) -> float:
    return 0.0 if clock is None else seconds(clock)
