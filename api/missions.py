"""`/kaiteki/v1/missions`: an operator plans a flight, sees it or reads why not, has plans of others checked."""

import asyncio
import json
import tempfile
import tomllib
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Body, Depends, Query, Response
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.errors import UnknownPlaceError
from api.flight_words import breach_text, in_every_language
from api.following import events_of, file_of, followed, job_of
from api.jobs import ENDED, Job, JobState, JobStore
from api.metric_texts import texts_of
from api.mission_map import zone_features
from api.mission_work import FILES, RESULT, scenario_of
from api.requests import Moment
from api.run_shapes import (
    MissionAnswer,
    MissionBreach,
    MissionCheck,
    MissionList,
    MissionResult,
    MissionSummary,
)
from api.work import MissionStore
from drones.checking import Breach, check_waypoints
from drones.request import HIGH_FLIGHT
from feeds.makuhari.aircraft import read_aircraft
from feeds.makuhari.airspace import read_airspace, read_pads
from feeds.missions import read_mission
from scenarios.shipped import shipped_missions

LONGEST_WAIT_S, LONGEST_PLAN = 30.0, 262_144
LONGEST_FLIGHT = timedelta(hours=3)


class MissionHeight(BaseModel):
    """A height with what it is measured from."""

    model_config = ConfigDict(extra="forbid")

    value_m: float = Field(ge=-500, le=10_000, allow_inf_nan=False)
    datum: Literal["AMSL", "AGL", "WGS84"]


class FlightChanges(BaseModel):
    """What is to differ from the file's table [flight], in the file's words."""

    model_config = ConfigDict(extra="forbid")

    aircraft: Annotated[str | None, Field(max_length=60, examples=["cargo-7kg"])] = None
    start: Annotated[str | None, Field(max_length=60, description="id of a pad")] = None
    goal: Annotated[str | None, Field(max_length=60, description="id of a pad")] = None
    departure: Annotated[Moment | None, Field(examples=["2026-11-25T14:00:00+09:00"])] = None
    payload_kg: Annotated[float | None, Field(ge=0, le=1000, allow_inf_nan=False)] = None
    altitudes: Annotated[list[MissionHeight] | None, Field(min_length=1, max_length=5)] = None
    objective: Literal["time", "energy", "risk"] | None = None
    cable_m: Annotated[float | None, Field(ge=0, le=200, allow_inf_nan=False)] = None
    returns: bool | None = None
    reserve_share: Annotated[float | None, Field(ge=0, lt=1, allow_inf_nan=False)] = None
    authorised: Annotated[list[Annotated[str, Field(max_length=60)]] | None, Field(max_length=50)] = None


class WindChanges(BaseModel):
    """What is to differ from the file's table [wind]."""

    model_config = ConfigDict(extra="forbid")

    speed_ms: Annotated[float | None, Field(ge=0, le=100, allow_inf_nan=False)] = None
    from_deg: Annotated[float | None, Field(ge=0, le=360, allow_inf_nan=False)] = None
    gust_ms: Annotated[float | None, Field(ge=0, le=150, allow_inf_nan=False)] = None


class MissionOrder(BaseModel):
    """A flight to be planned: one that comes with the program, with what is to differ."""

    model_config = ConfigDict(extra="forbid")

    mission: str = Field(min_length=1, max_length=60, examples=["drone-tower-2021"])
    flight: FlightChanges = FlightChanges()
    wind: WindChanges = WindChanges()


class MissionToCheck(BaseModel):
    """A mission of someone else."""

    model_config = ConfigDict(extra="forbid")

    plan: dict[str, Any] | None = Field(None, description="a QGroundControl .plan")
    waypoints: str | None = Field(None, max_length=LONGEST_PLAN, description="the text of a .waypoints file")
    departure: Moment
    authorised: list[Annotated[str, Field(max_length=60)]] = Field([], max_length=50, description="ids; did-* for many")

    @model_validator(mode="after")
    def _is_one_mission(self) -> "MissionToCheck":
        if (self.plan is None) == (self.waypoints is None):
            raise ValueError("send plan or waypoints")
        return self


missions_router = APIRouter(tags=["drones"])


def _found(store: MissionStore, mission_id: str) -> Job:
    return job_of(store, mission_id)


Found = Annotated[Job, Depends(_found)]


@missions_router.get("/missions")
def missions(store: MissionStore) -> MissionList:
    """Flights that come with the program, and those that were planned here."""
    known = shipped_missions().values()
    shipped = tuple(
        MissionSummary(m.name, texts_of("mission_titles", m.name, m.title), texts_of("mission_about", m.name, m.about))
        for m in known
    )
    return MissionList(shipped, tuple(_answer(store, job, with_result=False) for job in store.jobs()))


@missions_router.get("/airspace")
def airspace() -> dict[str, Any]:
    """Zones, pads and aircraft of the embedded bay: GeoJSON with the aircraft beside the features."""
    return _airspace()


@missions_router.post("/missions", status_code=202)
async def plan(
    store: MissionStore,
    order: Annotated[MissionOrder, Body()],
    response: Response,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_S, description="seconds to wait for the result")] = 0.0,
) -> MissionAnswer:
    """Have a flight planned; answers 200 with the result if it is there within `wait` seconds, else 202."""
    job = await asyncio.to_thread(_start, store, order)
    with suppress(TimeoutError):
        async with asyncio.timeout(wait):
            async for now in followed(store, job):
                job = now
    response.status_code = 200 if job.state in ENDED else 202
    return _answer(store, job)


@missions_router.post("/missions/check")
def check(mission: Annotated[MissionToCheck, Body()]) -> MissionCheck:
    """Every zone that someone else's mission enters without permission, and its height if it is too great."""
    return _checked(mission)


@missions_router.get("/missions/{mission_id}")
def mission(store: MissionStore, job: Found) -> MissionAnswer:
    """A flight with its map, heights and energy, or why it is refused."""
    return _answer(store, job)


@missions_router.get("/missions/{mission_id}/events", response_class=EventSourceResponse)
async def events(store: MissionStore, job: Found) -> AsyncIterator[ServerSentEvent]:
    """A flight's planning as it goes on: `progress`, at the end `end` with the whole answer."""
    async for event in events_of(store, job, lambda now: _answer(store, now)):
        yield event


@missions_router.get("/missions/{mission_id}/files/{name}", response_class=FileResponse)
def file(store: MissionStore, job: Found, name: str) -> FileResponse:
    """One of the mission's files: .plan, .waypoints, .kml, .geojson, .f3548.json, or the briefing in .html."""
    return FileResponse(file_of(store, job, FILES, name), filename=name)


def _start(store: JobStore, order: MissionOrder) -> Job:
    known = shipped_missions()
    if order.mission not in known:
        raise UnknownPlaceError("mission", f"mission={order.mission}: there is none; known are {', '.join(known)}.")
    tables = tomllib.loads(known[order.mission].toml)
    for name in ("flight", "wind"):
        tables[name] = tables[name] | getattr(order, name).model_dump(exclude_none=True)
    departure = tables["flight"].get("departure")
    if isinstance(departure, datetime):
        tables["flight"]["departure"] = departure.isoformat()
    question = {"mission": order.mission, "title": known[order.mission].title, "tables": tables}
    scenario_of(question)
    return store.start(question)


def _answer(store: JobStore, job: Job, with_result: bool = True) -> MissionAnswer:
    name, result, error = job.question["mission"], None, job.error or None
    if job.state is JobState.DONE and with_result:
        try:
            result = msgspec.json.decode((store.folder / job.id / RESULT).read_bytes(), type=MissionResult)
        except msgspec.ValidationError:
            error = "an earlier version of the program planned this flight; plan it again."
    title = texts_of("mission_titles", name, job.question["title"])
    return MissionAnswer(job.id, name, title, job.state, job.created, job.ended, error, result)


def _checked(mission: MissionToCheck) -> MissionCheck:
    airspace = read_airspace()
    known = [*(zone.id for zone in airspace.zones), HIGH_FLIGHT]
    held = frozenset(ident for ident in known if any(fnmatchcase(ident, one) for one in mission.authorised))
    with tempfile.TemporaryDirectory() as room:
        file = Path(room) / ("mission.plan" if mission.waypoints is None else "mission.waypoints")
        file.write_text(json.dumps(mission.plan) if mission.waypoints is None else mission.waypoints, encoding="utf-8")
        read = read_mission(file)
    during = mission.departure, mission.departure + LONGEST_FLIGHT
    breaches = check_waypoints(read.waypoints, airspace, held, during)
    return MissionCheck(len(read.waypoints), tuple(_breach(one) for one in breaches))


def _breach(found: Breach) -> MissionBreach:
    sentence = in_every_language(lambda words: breach_text(words, found))
    return MissionBreach(found.rule, sentence, found.lat, found.lon)


def _airspace() -> dict[str, Any]:
    features = [feature for zone in read_airspace().zones for feature in zone_features(zone)]
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [pad.lon, pad.lat]},
            "properties": {"role": "pad", "id": pad.id, "name": pad.name, "elevationAmslM": pad.elevation_m},
        }
        for pad in read_pads().values()
    ]
    aircraft = [
        {"id": one.id, "name": one.name, "payloadMaxKg": one.payload_max_kg, "cruiseMs": one.cruise_ms}
        for one in read_aircraft().values()
    ]
    return {"type": "FeatureCollection", "features": features, "aircraft": aircraft}
