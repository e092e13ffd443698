"""Setups of a city's day for tests: the embedded city with everything on, and small drawn ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from planner.network import Network
from scenarios.embedded import embedded_network
from simulator.chains import Means
from simulator.city import CitySetup, Place, Preferences, Supply
from simulator.demand import Rates
from simulator.demand_bus import BusRules
from simulator.docks import FleetRules
from simulator.lines import Stock
from simulator.persons import Nature
from simulator.rebalancing import Rebalancing
from simulator.town import Site

DAY = date(2026, 11, 25)
H = 3600.0
RAIL = Stock(places=1200, doors=40, door_s=3, board_s=0.6, alight_s=0.6, wheelchair_s=60)
BUS = Stock(places=60, doors=2, door_s=4, board_s=2.5, alight_s=2.0, wheelchair_s=60)
EXPRESS = frozenset({"makuhari_JR-East.KeiyoLimitedExpress", "makuhari_JR-East.SobuRapidLimitedExpress"})

SITES = (
    ("Kaihin-Makuhari", 35.6485, 140.0414),
    ("Messe", 35.64833, 140.03472),
    ("AEON", 35.6549, 140.0299),
    ("Stadium", 35.64524, 140.03092),
    ("Bay Town", 35.6417, 140.0498),
    ("Nishi", 35.6620, 140.0356),
    ("Bay Park", 35.6462, 140.0502),
)
GATEWAYS = ("Tokyo", "NishiFunabashi", "Soga")


def sites_of(network: Network) -> tuple[Site, ...]:
    """Places in Makuhari and stations people come from."""
    stops = network.snapshot.timetable.stops
    rows = [network.stop_index[f"makuhari_JR-East.{name}"] for name in GATEWAYS]
    stations = [
        Site(stops.names[row], float(stops.lat[row]), float(stops.lon[row]), tuple(network.children[row]))
        for row in rows
    ]
    return (*(Site(*place) for place in SITES), *stations)


def even_flows(sites: int, travellers: float, from_s: float, until_s: float) -> Rates:
    """As many from everywhere to everywhere else."""
    weights = np.ones((sites, sites))
    np.fill_diagonal(weights, 0.0)
    return Rates((from_s, until_s), (weights / weights.sum() * travellers / ((until_s - from_s) / H))[None])


def makuhari_day(network: Network, travellers: float, stock: Mapping[str, Stock] | None = None) -> CitySetup:
    """A morning in the embedded city with every means, and trucks and platoons."""
    folder = embedded_network(user_cache_path("kaiteki", ensure_exists=True))
    sites = sites_of(network)
    rules = {
        one.vehicle_type.id: FleetRules(30_000.0, 3000.0, returns_alone="bicycle" not in one.vehicle_type.id and i > 0)
        for i, one in enumerate(network.rentals)
    }
    return CitySetup(
        Place(folder, DAY, sites, EXPRESS),
        [even_flows(len(sites), travellers, 7 * H, 10 * H)],
        Nature(wheelchair_share=0.05, bicycle_share=0.2),
        Preferences(wet={Means.BICYCLE: -1.0}),
        Supply(
            means=frozenset(Means),
            stock=stock or {"RAIL": RAIL, "MONORAIL": RAIL, "BUS": BUS},
            rules=rules,
            rebalancing=Rebalancing(trucks=1, places=20, at_s=(8 * H,), platoon_every_s=900.0),
            bus=BusRules(vehicles=3, seats=8, wheelchair_places=1, start_s=7 * H, end_s=11 * H),
            bus_stops=network.snapshot.flex[0].areas[0].stops,
            bus_yen=300.0,
        ),
        from_s=6.5 * H,
        until_s=12 * H,
    )


def drawn_day(folder: Path, sites: tuple[Site, ...], travellers: float, **supply: object) -> CitySetup:
    """A day in a small city, in which nobody knows what a ride costs."""
    given = Supply(frozenset(Means), {"BUS": BUS}, {"bike": FleetRules(30_000.0, 1000.0)}, unpriced_yen=200.0)
    return CitySetup(
        Place(folder, DAY, sites),
        [even_flows(len(sites), travellers, 8 * H, 10 * H)],
        Nature(),
        Preferences(),
        replace(given, **supply),
        from_s=7.5 * H,
        until_s=12 * H,
    )
