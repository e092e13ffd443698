# ruff: noqa: N815
"""`/kaiteki/v1/vehicles`: where operators report vehicles that run to no timetable, such as demand buses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.board_requests import VehiclesQuery
from api.direct import DirectRoute
from api.motis import WireMode
from api.motis_answer import wire_mode
from api.served import Served
from planner.live import LiveSource
from planner.live_records import VehiclePosition, VehicleStopStatus
from planner.model import Mode
from planner.network import Network
from planner.rides import spoken, stop_place


@dataclass(frozen=True, slots=True)
class ReportedVehicle:
    """A vehicle where its operator saw it at `timestamp`; `stopName`: where it stands or goes to."""

    id: str
    name: str
    mode: WireMode
    lat: float
    lon: float
    isStanding: bool
    timestamp: datetime | None = None
    stopName: str | None = None
    routeColor: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedVehicles:
    """Body of an answer to `/kaiteki/v1/vehicles`."""

    vehicles: tuple[ReportedVehicle, ...]


def vehicles_router(served: Served) -> APIRouter:
    """Routes about vehicles outside of the timetable."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/vehicles", response_model_exclude_none=True)
    def vehicles(query: Annotated[VehiclesQuery, Query()]) -> ReportedVehicles:
        """Vehicles in a part of the map that operators report on no timetabled run; those are under `/map/trips`."""
        network, (south, west, north, east) = served.network, query.box
        return ReportedVehicles(
            tuple(
                _told(network, source, one, tuple(query.language))
                for source, one in reported_vehicles(network, datetime.now(UTC))
                if not (one.trip and one.trip.trip_id) and south <= one.lat <= north and west <= one.lon <= east
            )
        )

    return router


def reported_vehicles(network: Network, now: datetime) -> Iterator[tuple[LiveSource, VehiclePosition]]:
    """Where the operators' reports that are not too old say that vehicles are, with who says so."""
    if network.reported is None:
        return
    for source in network.reported.state.sources:
        if not source.is_stale(now.timestamp()):
            yield from ((source, one) for one in source.vehicles)


def _told(network: Network, source: LiveSource, one: VehiclePosition, languages: tuple[str, ...]) -> ReportedVehicle:
    timetable, row = network.snapshot.timetable, _route_named(network, source.prefix, one.label)
    route = None if row is None else timetable.routes[row]
    stop = None if one.stop_id is None else network.stop_index.get(source.prefix + one.stop_id)
    told = one.timestamp if one.timestamp is not None else source.timestamp
    is_flex = any(trip.route == row for trip in network.snapshot.flex)
    return ReportedVehicle(
        id=source.prefix + one.vehicle_id,
        name=one.label if route is None else spoken(route.long_name or route.short_name, route.long_names, languages),
        mode=WireMode.OTHER if route is None else WireMode.FLEX if is_flex else wire_mode(Mode(route.mode), route.type),
        lat=one.lat,
        lon=one.lon,
        isStanding=one.status is VehicleStopStatus.STOPPED_AT,
        timestamp=None if told is None else datetime.fromtimestamp(told, UTC),
        stopName=None if stop is None else stop_place(timetable, stop, languages).name,
        routeColor=None if route is None else route.color or None,
    )


def _route_named(network: Network, prefix: str, label: str) -> int | None:
    """Row of the route whose ids begin with `prefix` and whose name a vehicle bears."""
    routes = network.snapshot.timetable.routes
    named = (row for row, one in enumerate(routes) if label and label in (one.long_name, one.short_name))
    return next((row for row in named if routes[row].id.startswith(prefix)), None)
