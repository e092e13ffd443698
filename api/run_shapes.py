# ruff: noqa: N815
"""Shapes of answers about scenarios, runs and missions, which are ours alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.jobs import JobState

Texts = dict[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class ScenarioSummary:
    """A scenario that can be run, with how often it plays unless told otherwise."""

    name: str
    title: Texts
    description: Texts
    replications: int
    seed: int


@dataclass(frozen=True, slots=True)
class ScenarioList:
    """Body of an answer to `/kaiteki/v1/scenarios`."""

    scenarios: tuple[ScenarioSummary, ...]


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """Body of an answer to `/kaiteki/v1/scenarios/{name}`; `toml` can be changed and run."""

    name: str
    title: Texts
    description: Texts
    toml: str


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """Steps done of how many; 0 of 0 before that is known."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Kpi:
    """A number's mean over the replications with its 95 % interval; null where there is none."""

    metric: str
    unit: str
    label: Texts
    mean: float | None
    low: float | None
    high: float | None
    replications: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run: what was asked, and where it is."""

    id: str
    scenario: str | None
    title: Texts
    replications: int
    seed: int
    state: JobState
    progress: WorkProgress
    created: datetime
    began: datetime | None = None
    ended: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunAnswer(RunSummary):
    """Body of an answer to `/kaiteki/v1/runs/{id}`: `kpis` is filled once the run is DONE."""

    kpis: tuple[Kpi, ...] = ()


@dataclass(frozen=True, slots=True)
class RunList:
    """Body of an answer to `/kaiteki/v1/runs`, the newest first."""

    runs: tuple[RunSummary, ...]


@dataclass(frozen=True, slots=True)
class KpiDifference:
    """A number of two runs, and the second minus the first; `isSignificant`: 0 is outside of the interval."""

    metric: str
    unit: str
    label: Texts
    before: Kpi
    after: Kpi
    change: Kpi
    isSignificant: bool


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Body of an answer to `/kaiteki/v1/runs/compare`; `isPaired`: both had the same random numbers."""

    titles: tuple[str, str]
    isPaired: bool
    differences: tuple[KpiDifference, ...]


@dataclass(frozen=True, slots=True)
class MissionSummary:
    """A flight that comes with the program."""

    name: str
    title: Texts
    facts: Texts


@dataclass(frozen=True, slots=True)
class MissionRefusal:
    """Why it cannot be flown (`code` for programs), by which rule, where, and what would make it possible."""

    code: str
    rule: Texts
    sentence: Texts
    where: Texts
    remedy: Texts | None
    missingKm: float | None = None
    missingMin: float | None = None


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """The flight `alongM` metres after its start."""

    alongM: float
    afterS: float
    altitudeAmslM: float
    energyLeftShare: float


@dataclass(frozen=True, slots=True)
class MissionRule:
    """A rule, by id and name with clause: its verdict OK, NEEDS or PROHIBITED, the places, what is still to be done."""

    id: str
    rule: Texts
    verdict: str
    sentence: Texts
    places: tuple[Texts, ...] = ()
    remedy: Texts | None = None


@dataclass(frozen=True, slots=True)
class PlannedFlight:
    """A flight as it is to be flown."""

    aircraft: str
    payloadKg: float
    departure: datetime
    arrival: datetime
    lengthM: float
    energyWh: float
    energyOnBoardWh: float
    reserveWh: float
    profile: tuple[ProfilePoint, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissionResult:
    """What came of planning: a flight or a refusal, and a map (GeoJSON) of zones, sites and, if there is one, the way.

    Features carry `role`: zone, site, pad, path, waypoint, corridor.
    """

    geojson: dict[str, Any]
    rules: tuple[MissionRule, ...]
    flight: PlannedFlight | None = None
    refusal: MissionRefusal | None = None


@dataclass(frozen=True, slots=True)
class MissionAnswer:
    """Body of an answer to `/kaiteki/v1/missions/{id}`: `result` once it is DONE."""

    id: str
    mission: str | None
    title: Texts
    state: JobState
    created: datetime
    ended: datetime | None = None
    error: str | None = None
    result: MissionResult | None = None


@dataclass(frozen=True, slots=True)
class MissionList:
    """Body of an answer to `/kaiteki/v1/missions`: flights that come with the program, and those planned here."""

    missions: tuple[MissionSummary, ...]
    planned: tuple[MissionAnswer, ...]


@dataclass(frozen=True, slots=True)
class MissionBreach:
    """A rule that a mission of someone else breaks, and where it does so first."""

    rule: str
    sentence: Texts
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class MissionCheck:
    """Body of an answer to `/kaiteki/v1/missions/check`."""

    waypoints: int
    breaches: tuple[MissionBreach, ...]
