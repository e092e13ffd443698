"""Jobs found by their id, followed to their end, and the files they leave."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
from fastapi.sse import ServerSentEvent

from api.errors import UnknownPlaceError
from api.jobs import ENDED, Job, JobStore

FOLLOW_S = 0.5
"""Between two looks at a job that someone follows."""


def job_of(store: JobStore, job_id: str) -> Job:
    """The job of an id.

    Raises
    ------
    UnknownPlaceError
        There is none, or it is forgotten.
    """
    job = store.find(job_id)
    if job is None:
        raise UnknownPlaceError("id", f"id={job_id[:60]}: there is none here, or it has been forgotten.")
    return job


async def followed(store: JobStore, job: Job) -> AsyncIterator[Job]:
    """A job each time it has changed, up to its end."""
    yield job
    while job.state not in ENDED:
        await asyncio.sleep(FOLLOW_S)
        now = store.find(job.id)
        if now is None:
            return
        if now != job:
            job = now
            yield job


async def events_of(store: JobStore, job: Job, told: Callable[[Job], object]) -> AsyncIterator[ServerSentEvent]:
    """What is `told` of a job each time it has changed: `progress`, at the end `end`."""
    async for now in followed(store, job):
        yield ServerSentEvent(data=msgspec.to_builtins(told(now)), event="end" if now.state in ENDED else "progress")


def file_of(store: JobStore, job: Job, folder: str, name: str) -> Path:
    """A file that a job has left in one of its folders.

    Raises
    ------
    UnknownPlaceError
        It has left none of this name.
    """
    left = store.folder / job.id / folder
    known = {path.name: path for path in left.iterdir()} if left.is_dir() else {}
    if name not in known:
        raise UnknownPlaceError("name", f"name={name[:60]}: there is no such file.")
    return known[name]
