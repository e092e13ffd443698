"""Lines, operators and stops that a traveller wants nothing to do with: masks on a day before it is searched."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from planner.geocoding import normalised
from planner.request import Avoid
from planner.timetable import Agency, Route, Timetable

Mask = NDArray[np.bool_]

LEAST_TRUNK = 3
"""Letters of a line's name of which longer names are its branches: line 1 is not the trunk of line 10."""


def ridden_routes(timetable: Timetable, avoid: Avoid) -> Mask:
    """Which routes are left: bool array of shape (routes,)."""
    ids = [agency.id for agency in timetable.agencies]
    return np.array(
        [route.id not in avoid.routes and ids[route.agency] not in avoid.agencies for route in timetable.routes],
        np.bool_,
    )


def less_avoided(
    timetable: Timetable, avoid: Avoid, usable: tuple[Mask | None, Mask | None]
) -> tuple[Mask | None, Mask | None]:
    """Trips and stops that may be used (None: all), less what is avoided."""
    trips, stops = usable
    if avoid.routes or avoid.agencies:
        ridden = ridden_routes(timetable, avoid)[timetable.trips.route]
        trips = ridden if trips is None else trips & ridden
    if avoid.no_bicycles:
        takes_them = timetable.trips.bikes == 1
        trips = takes_them if trips is None else trips & takes_them
    if avoid.stops:
        named = np.array([stop in avoid.stops for stop in timetable.stops.ids], np.bool_)
        parent = timetable.stops.parent
        left = ~(named | ((parent >= 0) & named[parent]))
        stops = left if stops is None else stops & left
    return trips, stops


def avoid_named(timetable: Timetable, text: str) -> Avoid:
    """What a person means by the id or the name of a line, an operator, or a stop; nothing where nothing is called so.

    Lines are looked for first, then operators, then stops: all of the kind that bear the name are meant.
    """
    routes = {route.id for route in timetable.routes if is_called(text, route.id, _names(route))}
    if routes:
        # Who names the line means its fast trains too, which feeds keep as a route of their own.
        trunk = normalised(text)
        branches = {r.id for r in timetable.routes for name in _names(r) if name and normalised(name).startswith(trunk)}
        return Avoid(routes=frozenset(routes | branches if len(trunk) >= LEAST_TRUNK else routes))
    agencies = {agency.id for agency in timetable.agencies if is_called(text, agency.id, names_of_agency(agency))}
    if agencies:
        return Avoid(agencies=frozenset(agencies))
    return Avoid(stops=stops_named(timetable, text))


def stops_named(timetable: Timetable, text: str) -> frozenset[str]:
    """Ids of all stops with this id or name."""
    stops = timetable.stops
    wanted, columns = normalised(text), (stops.names, *stops.translations.values())
    called = {row for column in columns for row, name in enumerate(column) if name and normalised(name) == wanted}
    return frozenset({stop for row, stop in enumerate(stops.ids) if row in called or stop == text})


def is_called(text: str, own_id: str, names: Iterable[str]) -> bool:
    """True if `text` is the id or one of the names."""
    return text == own_id or normalised(text) in {normalised(name) for name in names if name}


def _names(route: Route) -> Iterable[str]:
    return route.short_name, route.long_name, *_values(route.short_names), *_values(route.long_names)


def names_of_agency(agency: Agency) -> Iterable[str]:
    """Every name of an operator, in all languages."""
    return agency.name, *_values(agency.names)


def _values(names: Mapping[str, str] | None) -> Iterable[str]:
    return names.values() if names else ()
