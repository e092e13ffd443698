"""Pieces of work spread over processes of this machine or over a Dask cluster: the same results in the same order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from multiprocessing import get_context
from typing import Any, Protocol, TypeVar

from planner.errors import RequestError

Item = TypeVar("Item")
Result = TypeVar("Result")
Answer_co = TypeVar("Answer_co", covariant=True)

LOCAL = "local"
"""Instead of an address: a cluster of this machine's processes, for the time of the work."""

ANSWER_S = 10.0
"""A scheduler that has not answered after so many seconds, or has no worker by then, is taken as absent."""

AHEAD = 3
"""Pieces handed out per worker; more would only lose more when the work is stopped."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work: `count` processes of this machine, or the Dask cluster whose scheduler has the address.

    With the address "local" a cluster is started for the work: of `count` processes, or one per core if that is 1.
    """

    count: int = 1
    cluster: str | None = None


ALONE = Workers()
"""This very process."""


class _Promise(Protocol[Answer_co]):
    def result(self) -> Answer_co: ...


def spread(task: Callable[[Item], Result], items: Iterable[Item], workers: Workers = ALONE) -> Iterator[Result]:
    """Results of `task` for the items, in their order.

    Parameters
    ----------
    task : callable
        Pure, and picklable unless done alone: a piece whose worker is lost is done again by another, and counts once.

    Raises
    ------
    RequestError
        There is no such cluster, it has no worker, or another version of this program.
    """
    items = iter(items)
    if workers.cluster is not None:
        with _client(workers) as client:
            submit = partial(client.submit, task, pure=False)
            yield from _in_order(submit, items, AHEAD * max(1, sum(client.nthreads().values())))
    elif workers.count == 1:
        yield from map(task, items)
    else:
        # A forked child would inherit the threads' locks of whoever asks.
        with ProcessPoolExecutor(workers.count, get_context("spawn")) as pool:
            try:
                yield from _in_order(lambda item: pool.submit(task, item), items, AHEAD * workers.count)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def _in_order(submit: Callable[[Item], _Promise[Result]], items: Iterator[Item], ahead: int) -> Iterator[Result]:
    """Results in the order of the items, at most `ahead` of them begun and not yet taken."""
    begun = deque(submit(item) for item in islice(items, ahead))
    while begun:
        yield begun.popleft().result()
        begun.extend(submit(item) for item in islice(items, 1))


@contextmanager
def _client(workers: Workers) -> Iterator[Any]:
    """Client of the cluster; what it started ends with it."""
    if find_spec("distributed") is None:
        raise RequestError("--cluster", "--cluster needs the library distributed: install kaiteki[cluster].")
    distributed: Any = import_module("distributed")

    if workers.cluster == LOCAL:
        size = workers.count if workers.count > 1 else os.cpu_count()
        with (
            distributed.LocalCluster(n_workers=size, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = distributed.Client(workers.cluster, timeout=ANSWER_S)
    except (OSError, ValueError) as error:
        sentence = f"No Dask scheduler answers at '{workers.cluster}' ({_sentence(error)})."
        raise RequestError("--cluster", sentence) from error
    with client:
        _check(client, str(workers.cluster))
        yield client


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__


def _check(client: Any, address: str) -> None:
    """Refuse a cluster that would do nothing, or something else."""
    try:
        client.wait_for_workers(1, timeout=ANSWER_S)
    except TimeoutError as error:
        raise RequestError("--cluster", f"The cluster at {address} has no worker.") from error
    here = version("kaiteki")
    for worker, there in client.run(program_version).items():
        if there != here:
            raise RequestError("--cluster", f"The worker {worker} has version {there} of kaiteki, this is {here}.")


def program_version() -> str:
    """Version of this program where it is called."""
    return version("kaiteki")
