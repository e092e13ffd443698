"""Long work in other processes."""

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.errors import BusyError
from api.jobs import ENDED, Job, JobLimits, JobState, JobStore, Progress
from planner.errors import KaitekiError


def count(folder: Path, question: dict[str, Any], progress: Progress) -> None:
    for done in range(question["steps"]):
        time.sleep(question.get("step_s", 0.0))
        progress(done + 1, question["steps"])
    (folder / "result").write_text(str(os.getpid()))


def refuse(_folder: Path, _question: dict[str, Any], _progress: Progress) -> None:
    raise KaitekiError("the bus is too long.")


def die(_folder: Path, _question: dict[str, Any], _progress: Progress) -> None:
    os._exit(3)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[list[JobStore]]:
    opened: list[JobStore] = []
    yield opened
    for store in opened:
        store.close()


def ended(store: JobStore, job: Job) -> Job:
    until = time.monotonic() + 40
    while job.state not in ENDED and time.monotonic() < until:
        time.sleep(0.05)
        found = store.find(job.id)
        assert found is not None
        job = found
    return job


def test_work_is_done_in_another_process_and_told_step_by_step(tmp_path: Path, stores: list[JobStore]) -> None:
    store = JobStore(tmp_path, count)
    stores.append(store)
    job = ended(store, store.start({"steps": 3}, {"note.txt": "あ"}))
    assert (job.state, job.done, job.total, job.error) == (JobState.DONE, 3, 3, "")
    assert (tmp_path / job.id / "result").read_text() != str(os.getpid())
    assert (tmp_path / job.id / "note.txt").read_text(encoding="utf-8") == "あ"
    assert JobStore(tmp_path, count).find(job.id) == job, "another process of the server reads the same"


def test_a_refusal_is_kept_as_its_sentence(tmp_path: Path, stores: list[JobStore]) -> None:
    store = JobStore(tmp_path, refuse)
    stores.append(store)
    job = ended(store, store.start({}))
    assert (job.state, job.error) == (JobState.FAILED, "the bus is too long.")


def test_work_that_kills_its_process_fails_and_the_next_one_is_done(tmp_path: Path, stores: list[JobStore]) -> None:
    store = JobStore(tmp_path, die)
    stores.append(store)
    job = ended(store, store.start({}))
    assert job.state is JobState.FAILED
    store.work = count
    assert ended(store, store.start({"steps": 1})).state is JobState.DONE


def test_a_job_in_hand_and_one_in_the_queue_can_be_cancelled(tmp_path: Path, stores: list[JobStore]) -> None:
    store = JobStore(tmp_path, count, JobLimits(waiting=2))
    stores.append(store)
    first, second = (store.start({"steps": 1000, "step_s": 0.1}) for _ in range(2))
    with pytest.raises(BusyError, match="2 jobs wait"):
        store.start({"steps": 1})
    store.cancel(first)
    store.cancel(second)
    assert [ended(store, job).state for job in (first, second)] == [JobState.CANCELLED] * 2


def test_work_that_takes_too_long_is_ended(tmp_path: Path, stores: list[JobStore]) -> None:
    store = JobStore(tmp_path, count, JobLimits(seconds=0.3))
    stores.append(store)
    job = ended(store, store.start({"steps": 1000, "step_s": 0.1}))
    assert job.state is JobState.FAILED
    assert "longer than the 0.3 s" in job.error


def test_the_oldest_are_forgotten(tmp_path: Path, stores: list[JobStore]) -> None:
    store = JobStore(tmp_path, count, JobLimits(kept=2))
    stores.append(store)
    jobs = [ended(store, store.start({"steps": 1})) for _ in range(4)]
    assert len(store.jobs()) == 3, "two that have ended, and the one taken on after looking"
    assert store.find(jobs[0].id) is None


def test_a_job_of_a_server_that_is_gone_has_failed(tmp_path: Path) -> None:
    store = JobStore(tmp_path, count)
    gone = subprocess.Popen(["true"])
    gone.wait()
    job = Job("20260101-000000-00000000", {}, gone.pid, datetime(2026, 1, 1, tzinfo=UTC))
    (tmp_path / job.id).mkdir()
    (tmp_path / job.id / "job.json").write_bytes(msgspec.json.encode(job))
    found = store.find(job.id)
    assert found is not None
    assert found.state is JobState.FAILED


@pytest.mark.parametrize("name", ["..", "../runs", "a/b", "", "20260101-000000-ffffffff"])
def test_what_is_no_id_names_no_job(tmp_path: Path, name: str) -> None:
    (tmp_path / "job.json").write_text("{}")
    assert JobStore(tmp_path / "x", count).find(name) is None
