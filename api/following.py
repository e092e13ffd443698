"""Jobs found by their id, and followed to their end."""

import asyncio
from collections.abc import AsyncIterator

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
