"""What is closed between a traveller and a line: ways by their hours, shared vehicles by their zones and hours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np

from planner.model import Itinerary, Place, RentalLeg, StreetLeg
from planner.network import Network
from planner.opening_hours import ALWAYS, DAY_S
from planner.plan import plan
from planner.request import PlanRequest
from planner.sharing import GeofencingRule, SharingSystem, rules_at
from planner.streets import OpeningHours, Streets
from planner.timetable import NONE
from planner.way_hours import moment_at, open_rows


def closed_between(network: Network, request: PlanRequest) -> tuple[str, Itinerary] | None:
    """What is closed, and the journey that would be possible were it open; None where that is not what is missing."""
    for opened in (_ways_open(network), _lent_everywhere(network)):
        found = () if opened is None else plan(opened, request).itineraries
        if found:
            told = [*_ways_closed(network, found[0]), *_lending_closed(network, found[0])]
            return " ".join(told) or "A way to it is closed at this time.", found[0]
    return None


def _ways_open(network: Network) -> Network | None:
    """The network with all its ways open at all hours; None where they are."""
    side = network.snapshot.street_side
    if side is None or not side.streets.opening:
        return None
    opening = tuple(OpeningHours(0, DAY_S, one.text) for one in side.streets.opening)
    opened = replace(side, streets=replace(side.streets, opening=opening), hierarchies={})
    return Network(replace(network.snapshot, street_side=opened), network.manifest)


def _lent_everywhere(network: Network) -> Network | None:
    """The network whose shared vehicles begin and end rides in every zone, at all hours; None where they do."""
    systems = network.snapshot.sharing
    opened = tuple(replace(one, zones=(), global_rules=(), opening_hours=ALWAYS) for one in systems)
    if opened == systems:
        return None
    return Network(replace(network.snapshot, sharing=opened), network.manifest)


def _ways_closed(network: Network, itinerary: Itinerary) -> Iterator[str]:
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


def _lending_closed(network: Network, itinerary: Itinerary) -> Iterator[str]:
    """The zones in which a journey's rides may not begin or end, or else the hours of their systems."""
    systems = {system.id: system for system in network.snapshot.sharing}
    for leg in itinerary.legs:
        if not isinstance(leg, RentalLeg):
            continue
        system = systems[leg.system_id]
        begins = any(rule.ride_start_allowed for rule in _rules(system, leg.origin))
        ends = any(rule.ride_end_allowed for rule in _rules(system, leg.destination))
        if not begins:
            yield f"No ride of {system.name} may begin at {leg.origin.name}."
        if not ends:
            yield f"No ride of {system.name} may end at {leg.destination.name}."
        if begins and ends and system.opening_hours != ALWAYS:
            yield f"{system.name} lends its vehicles {system.opening_hours}."


def _rules(system: SharingSystem, place: Place) -> list[GeofencingRule]:
    """What holds at a place for each kind of vehicle."""
    return [rules_at(system, kind.id, place.lat, place.lon) for kind in system.vehicle_types]
