"""Long work: taken on over HTTP, done in another process, followed and kept in folders that every server process reads.

A job's folder holds ``job.json``, which is replaced whole at each step, and what the work writes.
"""

import os
import re
import secrets
import shutil
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from threading import Lock
from types import FrameType
from typing import Any

import msgspec

from api.errors import BusyError
from planner.errors import KaitekiError

Progress = Callable[[int, int], None]
Work = Callable[[Path, dict[str, Any], Progress], None]
"""Does what a question asks for into a folder, telling how many steps are done of how many; a function of a module."""

CHECK_S = 0.25
"""Between two looks at whether a job is still wanted."""

LOOKS_ODD = re.compile(r"[^0-9a-f-]")


class JobState(StrEnum):
    """Where a job is."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Job:
    """Work someone asked for.

    Attributes
    ----------
    done, total : int
        Steps; 0 of 0 before the work has said how many there are.
    error : str
        The sentence that ended it; empty if none did.
    owner : int
        Process whose end is the end of the job.
    """

    id: str
    question: dict[str, Any]
    owner: int
    created: datetime
    state: JobState = JobState.QUEUED
    done: int = 0
    total: int = 0
    began: datetime | None = None
    ended: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class JobLimits:
    """How much is taken on: jobs waiting or running, finished ones kept, seconds each may take."""

    waiting: int = 8
    kept: int = 40
    seconds: float = 900.0


class JobStopped(Exception):  # noqa: N818
    """The job in hand is not wanted any longer; says how it ended."""

    def __init__(self, state: JobState, sentence: str) -> None:
        super().__init__(sentence)
        self.state = state


class JobStore:
    """The jobs of one kind, in the folders inside `folder`; several processes may open the same one."""

    def __init__(self, folder: Path, work: Work, limits: JobLimits | None = None) -> None:
        self.folder = folder
        self.work = work
        self.limits = limits or JobLimits()
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None

    def start(self, question: dict[str, Any], files: Mapping[str, str] | None = None) -> Job:
        """Take a job on, with texts put into its folder by name.

        Raises
        ------
        BusyError
            As many jobs as are allowed wait already.
        """
        with self._lock:
            waiting = sum(one.state not in ENDED for one in self.jobs())
            if waiting >= self.limits.waiting:
                raise BusyError(f"{waiting} jobs wait already; ask again when one of them has ended.")
            now = datetime.now(UTC)
            job = Job(f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}", question, os.getpid(), now)
            (self.folder / job.id).mkdir(parents=True)
            for name, text in (files or {}).items():
                (self.folder / job.id / name).write_text(text, encoding="utf-8")
            _write(self.folder / job.id, job)
            self._forget_oldest()
            self._submit(job)
        return job

    def find(self, job_id: str) -> Job | None:
        """The job of this id as it stands, if there is one."""
        if LOOKS_ODD.search(job_id) or not (self.folder / job_id / "job.json").is_file():
            return None
        job = _read(self.folder / job_id)
        if job.state not in ENDED and not is_alive(job.owner):
            return _ended(self.folder / job_id, job, JobState.FAILED, "The server that had taken this on was stopped.")
        return job

    def jobs(self) -> list[Job]:
        """All that are kept, the newest first."""
        names = sorted((path.name for path in self.folder.glob("*/")), reverse=True) if self.folder.is_dir() else []
        return [job for name in names if (job := self.find(name)) is not None]

    def cancel(self, job: Job) -> None:
        """Ask for an end; work in hand ends within moments."""
        if job.state not in ENDED:
            (self.folder / job.id / "unwanted").touch()

    def close(self) -> None:
        """End all jobs of this process."""
        with self._lock:
            for job in self.jobs():
                if job.owner == os.getpid():
                    self.cancel(job)
            if self._pool is not None:
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._pool = None

    def _submit(self, job: Job) -> None:
        folder = self.folder / job.id
        for _ in range(2):
            # A forked child would inherit the locks of the server's threads.
            self._pool = self._pool or ProcessPoolExecutor(1, get_context("spawn"), initializer=step_back)
            try:
                future = self._pool.submit(_do, self.work, folder, self.limits.seconds)
            except BrokenProcessPool:
                self._pool = None
                continue
            future.add_done_callback(partial(_note_end, folder))
            return

    def _forget_oldest(self) -> None:
        ended = [job for job in self.jobs() if job.state in ENDED]
        for job in ended[self.limits.kept :]:
            shutil.rmtree(self.folder / job.id, ignore_errors=True)


def step_back() -> None:
    """Leave the processor to who waits for an answer, and Ctrl-C to the server."""
    os.nice(10)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _do(work: Work, folder: Path, limit_s: float) -> None:
    """Do the work of a job's folder in this process, looking again and again whether it is still wanted."""
    job = _read(folder)
    if (folder / "unwanted").exists():
        _ended(folder, job, JobState.CANCELLED, "")
        return
    watch = _Watch(folder, replace(job, state=JobState.RUNNING, began=datetime.now(UTC)), limit_s)
    _write(folder, watch.job)
    signal.signal(signal.SIGALRM, watch.look)
    signal.setitimer(signal.ITIMER_REAL, CHECK_S, CHECK_S)
    try:
        work(folder, job.question, watch.advance)
    except JobStopped as stopped:
        _silence()
        _ended(folder, watch.job, stopped.state, str(stopped))
    except (KaitekiError, OSError) as error:
        _silence()
        _ended(folder, watch.job, JobState.FAILED, str(error))
    else:
        _silence()
        _ended(folder, watch.job, JobState.DONE, "")


def _silence() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.0)


@dataclass(slots=True)
class _Watch:
    folder: Path
    job: Job
    limit_s: float
    parent: int = field(default_factory=os.getppid)

    def advance(self, done: int, total: int) -> None:
        self.job = replace(self.job, done=done, total=total)
        _write(self.folder, self.job)

    def look(self, _signal: int, _frame: FrameType | None) -> None:
        if (self.folder / "unwanted").exists() or os.getppid() != self.parent:
            _silence()
            raise JobStopped(JobState.CANCELLED, "")
        if self.job.began is not None and (datetime.now(UTC) - self.job.began).total_seconds() > self.limit_s:
            _silence()
            raise JobStopped(JobState.FAILED, f"This took longer than the {self.limit_s:g} s that a job may take.")


def _note_end(folder: Path, future: "Future[None]") -> None:
    """What the process that did the work could not write down itself."""
    if future.cancelled():
        _ended(folder, _read(folder), JobState.CANCELLED, "")
    elif (error := future.exception()) is not None and folder.is_dir():
        sentence = f"Something went wrong inside the program ({type(error).__name__}: {error})."
        _ended(folder, _read(folder), JobState.FAILED, sentence)


def _ended(folder: Path, job: Job, state: JobState, sentence: str) -> Job:
    job = replace(job, state=state, error=sentence, ended=datetime.now(UTC))
    _write(folder, job)
    return job


def _write(folder: Path, job: Job) -> None:
    part = folder / f".job-{os.getpid()}-{secrets.token_hex(4)}"
    part.write_bytes(msgspec.json.encode(job))
    part.replace(folder / "job.json")


def _read(folder: Path) -> Job:
    return msgspec.json.decode((folder / "job.json").read_bytes(), type=Job)


def is_alive(process: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
