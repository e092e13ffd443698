"""`/kaiteki/v1/missions/fleet-days`: an operator has a day of parcels given to a fleet, and follows how it goes."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Body, Depends
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.fleet_order import FILES, RESULT, FleetDayOrder, fleet_of
from api.fleet_shapes import FleetDayAnswer, FleetDayList, FleetDayResult, FleetDaySummary
from api.following import events_of, file_of, job_of
from api.jobs import Job, JobState, JobStore
from api.metric_texts import texts_of
from api.run_shapes import WorkProgress
from api.work import FleetDayStore
from scenarios.drone_fleet import read_fleet
from scenarios.shipped import ShippedScenario, shipped_fleet_days

fleet_days_router = APIRouter(prefix="/missions/fleet-days", tags=["drones"])


def _found(store: FleetDayStore, fleet_day_id: str) -> Job:
    return job_of(store, fleet_day_id)


Found = Annotated[Job, Depends(_found)]


@fleet_days_router.get("")
def fleet_days(store: FleetDayStore) -> FleetDayList:
    """Days of fleets that come with the program, and those that were scheduled here."""
    shipped = tuple(_summary(one) for one in shipped_fleet_days().values())
    return FleetDayList(shipped, tuple(_answer(store, job, with_result=False) for job in store.jobs()))


@fleet_days_router.post("", status_code=202)
def schedule(store: FleetDayStore, order: Annotated[FleetDayOrder, Body()]) -> FleetDayAnswer:
    """Have a day scheduled and played; the answer's id leads to progress and schedule."""
    question = order.model_dump()
    fleet_of(question)
    return _answer(store, store.start(question))


@fleet_days_router.get("/{fleet_day_id}")
def fleet_day(store: FleetDayStore, job: Found) -> FleetDayAnswer:
    """A day and, once it is DONE, its schedule by aircraft, what is refused and why, its map, and how days went."""
    return _answer(store, job)


@fleet_days_router.delete("/{fleet_day_id}", status_code=202)
def cancel(store: FleetDayStore, job: Found) -> FleetDayAnswer:
    """End the work on a day before its time."""
    store.cancel(job)
    return _answer(store, job)


@fleet_days_router.get("/{fleet_day_id}/events", response_class=EventSourceResponse)
async def events(store: FleetDayStore, job: Found) -> AsyncIterator[ServerSentEvent]:
    """A day's scheduling as it goes on: `progress` when scheduled, when played; at the end `end` with the answer."""
    async for event in events_of(store, job, lambda now: _answer(store, now)):
        yield event


@fleet_days_router.get("/{fleet_day_id}/files/{name}", response_class=FileResponse)
def file(store: FleetDayStore, job: Found, name: str) -> FileResponse:
    """One of the tables: flights.csv, refused.csv, operations.csv, states.csv, schedule.json."""
    return FileResponse(file_of(store, job, FILES, name), filename=name)


def _summary(shipped: ShippedScenario) -> FleetDaySummary:
    day = read_fleet(shipped.path).day
    return FleetDaySummary(
        name=shipped.name,
        title=texts_of("mission_titles", shipped.name, shipped.title),
        facts=texts_of("mission_about", shipped.name, shipped.about),
        fleet=tuple(drone.id for drone in day.drones),
        parcels=len(day.parcels),
    )


def _answer(store: JobStore, job: Job, with_result: bool = True) -> FleetDayAnswer:
    asked, result, error = job.question, None, job.error or None
    if job.state is JobState.DONE and with_result:
        try:
            result = msgspec.json.decode((store.folder / job.id / RESULT).read_bytes(), type=FleetDayResult)
        except msgspec.ValidationError:
            error = "an earlier version of the program scheduled this day; schedule it again."
    return FleetDayAnswer(
        id=job.id,
        fleetDay=asked["fleetDay"],
        title=texts_of("mission_titles", asked["fleetDay"], asked["fleetDay"]),
        seconds=asked["seconds"],
        seed=asked["seed"],
        days=asked["days"],
        without=tuple(asked["without"]),
        state=job.state,
        progress=WorkProgress(job.done, job.total),
        created=job.created,
        ended=job.ended,
        error=error,
        result=result,
    )
