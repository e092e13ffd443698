# ruff: noqa: N815
"""Shapes of answers about days of a drone fleet, which are ours alone; times are seconds after the day's start."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.jobs import JobState
from api.run_shapes import Kpi, MissionSummary, Texts, WorkProgress


@dataclass(frozen=True, slots=True)
class FleetFlight:
    """A flight (or a courier's ride) with one parcel and back; then the swap of its battery and the charging."""

    parcel: str
    priority: str
    massKg: float
    departureS: int
    arrivalS: int
    landingS: int
    swapS: int
    chargeS: int
    chargedS: int
    lateS: int
    energyWh: float


@dataclass(frozen=True, slots=True)
class FleetAircraft:
    """A drone, or a courier on the ground, with all it does on the day."""

    id: str
    type: str
    pad: str
    isCourier: bool
    flights: tuple[FleetFlight, ...]


@dataclass(frozen=True, slots=True)
class FleetRefusal:
    """A parcel that is not brought; `reason` is for programs."""

    parcel: str
    reason: str
    sentence: Texts


@dataclass(frozen=True, slots=True)
class FleetDayResult:
    """A day's schedule, its map, and how days of it went.

    Features of `geojson` carry `role`: zone, closing, pad, parcel, way. No schedule costs less than `bound` points;
    `gap` is what this one is above that, as a share of its cost. `kpis` are empty where no day was played. `windMs` is
    that to the east and the north, hour by hour, the last one for the rest of the day.
    """

    opensS: int
    closesS: int
    geojson: dict[str, Any]
    aircraft: tuple[FleetAircraft, ...]
    refused: tuple[FleetRefusal, ...]
    cost: int
    bound: int
    gap: float
    kpis: tuple[Kpi, ...]
    files: tuple[str, ...]
    windMs: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class FleetDayAnswer:
    """Body of an answer to `/kaiteki/v1/missions/fleet-days/{id}`: `result` once it is DONE."""

    id: str
    fleetDay: str
    title: Texts
    seconds: float
    seed: int
    days: int
    without: tuple[str, ...]
    state: JobState
    progress: WorkProgress
    created: datetime
    ended: datetime | None = None
    error: str | None = None
    result: FleetDayResult | None = None


@dataclass(frozen=True, slots=True)
class FleetDaySummary(MissionSummary):
    """A day of a fleet that comes with the program, with the ids of its drones and couriers."""

    fleet: tuple[str, ...]
    parcels: int


@dataclass(frozen=True, slots=True)
class FleetDayList:
    """Body of an answer to `/kaiteki/v1/missions/fleet-days`: those of the program, and those scheduled here."""

    fleetDays: tuple[FleetDaySummary, ...]
    scheduled: tuple[FleetDayAnswer, ...]
