"""`/kaiteki/v1/scenarios` and `/runs`: a planner plays a scenario, follows it, reads its numbers, sees it again."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Body, Depends, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.errors import NotOfferedError, UnknownPlaceError
from api.following import events_of, job_of
from api.jobs import ENDED, Job, JobState, JobStore
from api.metric_texts import kpi_of, label_of, texts_of, unit_of
from api.run_shapes import (
    Kpi,
    KpiDifference,
    RunAnswer,
    RunComparison,
    RunList,
    RunSummary,
    ScenarioFile,
    ScenarioList,
    ScenarioSummary,
    Texts,
    WorkProgress,
)
from api.run_work import RESULT, SCENARIO
from api.work import RunStore
from planner.errors import RequestError
from scenarios.cases import case_of, read_any
from scenarios.city_scenario import CityScenario
from scenarios.compare import compare_runs
from scenarios.positions import Replay, replay_of
from scenarios.scenario import Scenario, ScenarioError
from scenarios.shipped import ShippedScenario, shipped_simulations
from simulator.intervals import Interval

MOST_REPLICATIONS, LONGEST_SCENARIO = 100, 65_536


class RunOrder(BaseModel):
    """What is to be played: a scenario by name, or one's own as text."""

    model_config = ConfigDict(extra="forbid")

    scenario: str | None = Field(None, description="name from `/scenarios`", examples=["aeon-loop-2020"])
    toml: str | None = Field(None, max_length=LONGEST_SCENARIO, description="a scenario file's text, instead of a name")
    replications: int | None = Field(None, ge=1, le=MOST_REPLICATIONS, description="default: the scenario's")
    seed: int | None = Field(None, ge=0, lt=2**63, description="default: the scenario's")

    @model_validator(mode="after")
    def _is_one_scenario(self) -> "RunOrder":
        if (self.scenario is None) == (self.toml is None):
            raise ValueError("name a scenario, or send one as toml")
        return self


class PairQuery(BaseModel):
    """Parameters of `/runs/compare`."""

    model_config = ConfigDict(extra="forbid")

    before: str = Field(min_length=1, description="id of a run")
    after: str = Field(min_length=1, description="id of another")


scenarios_router = APIRouter(tags=["simulation"])


@scenarios_router.get("/scenarios")
def scenarios() -> ScenarioList:
    """Scenarios that come with the program."""
    return ScenarioList(tuple(_summary(one) for one in shipped_simulations().values()))


@scenarios_router.get("/scenarios/{name}")
def scenario(name: str) -> ScenarioFile:
    """A scenario's file, to be read, or changed and sent to `/runs`."""
    one = _shipped(name)
    title, about = texts_of("scenario_titles", name, one.title), texts_of("scenario_about", name, one.about)
    return ScenarioFile(name, title, about, one.toml)


runs_router = APIRouter(tags=["simulation"])


def _found(store: RunStore, run_id: str) -> Job:
    return job_of(store, run_id)


Found = Annotated[Job, Depends(_found)]


@runs_router.post("/runs", status_code=202)
def start(store: RunStore, order: Annotated[RunOrder, Body()]) -> RunSummary:
    """Have a scenario played; the answer's id leads to progress and results."""
    text = order.toml if order.scenario is None else _shipped(order.scenario).toml
    assert text is not None
    scenario = checked_scenario(text)
    question = {
        "scenario": order.scenario,
        "title": scenario.title,
        "replications": order.replications or scenario.day.replications,
        "seed": scenario.day.seed if order.seed is None else order.seed,
    }
    return RunSummary(**_about(store.start(question, {SCENARIO: text})))


@runs_router.get("/runs")
def runs(store: RunStore) -> RunList:
    """Runs that are kept, the newest first."""
    return RunList(tuple(RunSummary(**_about(job)) for job in store.jobs()))


@runs_router.get("/runs/compare")
def compare(store: RunStore, pair: Annotated[PairQuery, Query()]) -> RunComparison:
    """Two finished runs side by side, with the interval of each number's difference."""
    folders = [_finished(store, job_of(store, run_id)) for run_id in (pair.before, pair.after)]
    compared = compare_runs(*folders)
    differences = tuple(
        KpiDifference(
            one.metric, unit_of(one.metric), label_of(one.metric), _kpi(one.metric, one.before),
            _kpi(one.metric, one.after), _kpi(one.metric, one.change), one.is_significant,
        )
        for one in compared.differences
    )  # fmt: skip
    return RunComparison(compared.titles, compared.is_paired, differences)


@runs_router.get("/runs/{run_id}")
def run(store: RunStore, job: Found) -> RunAnswer:
    """A run and, once it is DONE, its numbers with their intervals."""
    return _answer(store, job)


@runs_router.delete("/runs/{run_id}", status_code=202)
def cancel(store: RunStore, job: Found) -> RunSummary:
    """End a run before its time."""
    store.cancel(job)
    return RunSummary(**_about(job))


@runs_router.get("/runs/{run_id}/events", response_class=EventSourceResponse)
async def events(store: RunStore, job: Found) -> AsyncIterator[ServerSentEvent]:
    """A run as it goes on: `progress` with a RunSummary at every step, at the end `end` with a RunAnswer."""

    def told(now: Job) -> RunAnswer | RunSummary:
        return _answer(store, now) if now.state in ENDED else RunSummary(**_about(now))

    async for event in events_of(store, job, told):
        yield event


@runs_router.get("/runs/{run_id}/positions")
def positions(
    store: RunStore, job: Found, replication: Annotated[int, Query(ge=0, le=MOST_REPLICATIONS)] = 0
) -> Replay:
    """Where every vehicle is and how many wait, of one replication: to be played again on a map."""
    try:
        return replay_of(_finished(store, job), replication)
    except RequestError as error:
        raise NotOfferedError("replication", str(error)) from error


def checked_scenario(text: str) -> Scenario | CityScenario:
    """A scenario that can be played.

    Raises
    ------
    ScenarioError
        It cannot; one sentence names line and field.
    """
    with tempfile.TemporaryDirectory() as room:
        file = Path(room) / SCENARIO
        file.write_text(text, encoding="utf-8")
        try:
            scenario = case_of(file).scenario
        except ScenarioError as error:
            raise ScenarioError(str(error).replace(str(file), SCENARIO)) from error
    return scenario


def _shipped(name: str) -> ShippedScenario:
    known = shipped_simulations()
    if name not in known:
        raise UnknownPlaceError("scenario", f"scenario={name[:60]}: there is none; known are {', '.join(known)}.")
    return known[name]


def _summary(one: ShippedScenario) -> ScenarioSummary:
    day = read_any(one.path)[0].day
    return ScenarioSummary(
        one.name,
        texts_of("scenario_titles", one.name, one.title),
        texts_of("scenario_about", one.name, one.about),
        day.replications,
        day.seed,
    )


def _about(job: Job) -> dict[str, Any]:
    """What every answer about a run says."""
    question = job.question
    return {
        "id": job.id,
        "scenario": question["scenario"],
        "title": _title(question),
        "replications": question["replications"],
        "seed": question["seed"],
        "state": job.state,
        "progress": WorkProgress(job.done, job.total),
        "created": job.created,
        "began": job.began,
        "ended": job.ended,
        "error": job.error or None,
    }


def _title(question: Mapping[str, Any]) -> Texts:
    return texts_of("scenario_titles", question["scenario"] or "", question["title"])


def _answer(store: JobStore, job: Job) -> RunAnswer:
    if job.state is not JobState.DONE:
        return RunAnswer(**_about(job))
    means = msgspec.json.decode((store.folder / job.id / RESULT / "kpis.json").read_bytes())
    kpis = tuple(Kpi(name, unit_of(name), label_of(name), **values) for name, values in means.items())
    return RunAnswer(**_about(job), kpis=kpis)


def _kpi(metric: str, value: Interval) -> Kpi:
    return kpi_of(metric, unit_of(metric), label_of(metric), value)


def _finished(store: JobStore, job: Job) -> Path:
    if job.state is not JobState.DONE:
        raise NotOfferedError("id", f"id={job.id}: this run has no results; it is {job.state}.")
    return store.folder / job.id / RESULT
