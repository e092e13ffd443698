"""Replications played into a folder, each kept as soon as it is done: a sweep that was stopped goes on where it was."""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from planner.errors import RequestError
from scenarios.cluster import ALONE, Workers, spread
from scenarios.tables import replaced

Numbers = dict[str, float]

Progress = Callable[[int, int], None]
"""Told how many replications are done, and of how many; first of those of an earlier, stopped sweep, if there are."""

KEPT = ".kept"
"""Folder inside a sweep's folder that says what is done already; gone when all is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one replication leaves: its numbers, and files by path inside the run's folder."""

    number: int
    numbers: Numbers
    files: Mapping[str, bytes]


def sweep(
    play: Callable[[int], Piece], count: int, folder: Path, workers: Workers = ALONE, progress: Progress | None = None
) -> list[Numbers]:
    """Play replications 0 … count - 1 that `folder`, a `resumed` one, does not hold yet; the numbers of all.

    Files are written here, not where a replication is played, so workers share no disk with us, and a replication that
    was played twice because its worker was lost is written once. Its numbers come last: without them it is not done.
    """
    done = {number for number in range(count) if _numbers_file(folder, number).is_file()}
    if progress and done:
        progress(len(done), count)
    missing = [number for number in range(count) if number not in done]
    for ready, piece in enumerate(spread(play, missing, workers), len(done) + 1):
        _keep(piece, folder)
        if progress:
            progress(ready, count)
    return [json.loads(_numbers_file(folder, number).read_text(encoding="utf-8")) for number in range(count)]


def _keep(piece: Piece, folder: Path) -> None:
    for name, octets in piece.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path) as part:
            part.write_bytes(octets)
    with replaced(_numbers_file(folder, piece.number)) as part:
        part.write_text(json.dumps(piece.numbers), encoding="utf-8")


def _numbers_file(folder: Path, number: int) -> Path:
    return folder / KEPT / f"{number:04}.json"


@contextmanager
def resumed(folder: Path, *identity: str) -> Iterator[Path]:
    """A folder beside `folder` to write to, renamed to it at the end; what a stopped sweep left there is gone on with.

    Parameters
    ----------
    identity : str
        All that the replications depend on; what was left by a sweep of anything else is thrown away.

    Raises
    ------
    RequestError
        `folder` holds something that is no run, or another process plays into it right now.
    """
    if folder.exists() and not (folder / "run.json").is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError("--output", f"{folder} exists and is no run of kaiteki simulate; it is left alone.")
    part = folder.with_name(f".{folder.name}.part")
    part.mkdir(parents=True, exist_ok=True)
    with _locked(part, folder):
        _begin(part / KEPT, sha256("\0".join(identity).encode()).hexdigest())
        try:
            yield part
            shutil.rmtree(part / KEPT)
            _swap(part, folder)
        finally:
            if part.exists() and not any((part / KEPT).glob("*.json")):
                shutil.rmtree(part)


@contextmanager
def _locked(part: Path, folder: Path) -> Iterator[None]:
    lock = part.with_name(f"{part.name}.lock")
    with lock.open("w", encoding="utf-8") as file:
        _lock(file, folder)
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _lock(file: TextIO, folder: Path) -> None:
    # The lock ends with its process, however that ends.
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise RequestError("--output", f"Another process is playing into {folder} right now.") from error


def _begin(kept: Path, identity: str) -> None:
    mark = kept / "identity"
    if mark.is_file() and mark.read_text(encoding="utf-8") == identity:
        return
    for path in kept.parent.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    kept.mkdir()
    with replaced(mark) as part:
        part.write_text(identity, encoding="utf-8")


def _swap(part: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        part.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
