"""What is not there for a traveller: ways closed by hours, shared vehicles by zones, hours and who took them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np

from planner.model import Itinerary, Place, RentalLeg, StreetLeg
from planner.network import Network
from planner.opening_hours import ALWAYS, DAY_S
from planner.sharing import GeofencingRule, RentalStation, SharingSystem, rules_at
from planner.streets import OpeningHours, Streets
from planner.timetable import NONE
from planner.way_hours import moment_at, open_rows


def ways_open(network: Network) -> Network | None:
    """The network with all its ways open at all hours; None where they are."""
    side = network.snapshot.street_side
    if side is None or not side.streets.opening:
        return None
    opening = tuple(OpeningHours(0, DAY_S, one.text) for one in side.streets.opening)
    opened = replace(side, streets=replace(side.streets, opening=opening), hierarchies={})
    return Network(replace(network.snapshot, street_side=opened), network.manifest)


def lent_everywhere(network: Network) -> Network | None:
    """The network whose shared vehicles begin and end rides in every zone, at all hours; None where they do."""
    systems = network.snapshot.sharing
    opened = tuple(replace(one, zones=(), global_rules=(), opening_hours=ALWAYS) for one in systems)
    if opened == systems:
        return None
    return Network(replace(network.snapshot, sharing=opened), network.manifest)


def stocked_everywhere(network: Network) -> Network | None:
    """The network with vehicles and docks at every port; None where nothing can be rented."""
    systems = network.snapshot.sharing
    if not systems:
        return None
    stocked = tuple(replace(one, stations=tuple(_stocked(one, station) for station in one.stations)) for one in systems)
    return Network(replace(network.snapshot, sharing=stocked), network.manifest)


def _stocked(system: SharingSystem, station: RentalStation) -> RentalStation:
    vehicles = {kind.id: max(1, station.vehicles_by_type.get(kind.id, 0)) for kind in system.vehicle_types}
    return replace(
        station,
        bikes_available=sum(vehicles.values()),
        vehicles_by_type=vehicles,
        docks_available=None,
        docks_by_type={},
        is_renting=True,
        is_returning=True,
    )


def nothing_free(network: Network, itinerary: Itinerary) -> Iterator[str]:
    """The ports of a journey's rides that lend no vehicle or take none back now."""
    for leg, system in _rentals(network, itinerary):
        stations = {station.id: station for station in system.stations}
        kinds = [kind.id for kind in system.vehicle_types if kind.form_factor is leg.form_factor]
        taken, left = (stations.get(place.station_id or "") for place in (leg.origin, leg.destination))
        if taken is not None and not (taken.is_renting and any(taken.vehicles_by_type.get(kind) for kind in kinds)):
            yield f"No vehicle of {system.name} is free at {leg.origin.name}."
        if left is not None and not (left.is_returning and _has_room(left, kinds)):
            yield f"There is no room for a vehicle of {system.name} at {leg.destination.name}."


def _has_room(station: RentalStation, kinds: Iterable[str]) -> bool:
    if station.docks_by_type:
        return any(station.docks_by_type.get(kind) for kind in kinds)
    return station.docks_available != 0


def ways_closed(network: Network, itinerary: Itinerary) -> Iterator[str]:
    """The ways of a journey's walks that are closed when it comes to them, once each, with their hours."""
    side = network.snapshot.street_side
    if side is None:
        return
    streets, seen = side.streets, set[str]()
    for leg in itinerary.legs:
        if isinstance(leg, StreetLeg):
            hours = _hours_closed(streets, leg.start.astimezone(network.zone))
            for name in dict.fromkeys(step.street for step in leg.steps if step.street in hours.keys() - seen):
                seen.add(name)
                yield f"{name} is closed then: it is open {hours[name]}."


def _hours_closed(streets: Streets, moment: datetime) -> dict[str, str]:
    """Opening hours of the named ways that are closed at a local moment, by name."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    is_closed = ~np.array([*open_rows(streets, moment_at(moment.date(), seconds)), True], np.bool_)
    edges = streets.edges
    rows = np.flatnonzero(is_closed[edges.hours] & (edges.name != NONE)).tolist()
    return {streets.names[int(edges.name[row])]: streets.opening[int(edges.hours[row])].text for row in rows}


def lending_closed(network: Network, itinerary: Itinerary) -> Iterator[str]:
    """The zones in which a journey's rides may not begin or end, or else the hours of their systems."""
    for leg, system in _rentals(network, itinerary):
        begins = any(rule.ride_start_allowed for rule in _rules(system, leg.origin))
        ends = any(rule.ride_end_allowed for rule in _rules(system, leg.destination))
        if not begins:
            yield f"No ride of {system.name} may begin at {leg.origin.name}."
        if not ends:
            yield f"No ride of {system.name} may end at {leg.destination.name}."
        if begins and ends and system.opening_hours != ALWAYS:
            yield f"{system.name} lends its vehicles {system.opening_hours}."


def _rentals(network: Network, itinerary: Itinerary) -> Iterator[tuple[RentalLeg, SharingSystem]]:
    """The rides on shared vehicles, and whose they are."""
    systems = {system.id: system for system in network.snapshot.sharing}
    return ((leg, systems[leg.system_id]) for leg in itinerary.legs if isinstance(leg, RentalLeg))


def _rules(system: SharingSystem, place: Place) -> list[GeofencingRule]:
    """What holds at a place for each kind of vehicle."""
    return [rules_at(system, kind.id, place.lat, place.lon) for kind in system.vehicle_types]
