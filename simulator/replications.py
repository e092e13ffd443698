"""Many replications of one run, on as many processes as wanted: the results do not depend on how many."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Result = TypeVar("Result")


def replicate(task: Callable[[int], Result], count: int, workers: int = 1) -> Iterator[Result]:
    """Results of `task` for the replications 0 … count - 1, in this order.

    Parameters
    ----------
    task : callable
        Pure in the number of the replication; for more than one worker it must be picklable.
    """
    if workers == 1:
        yield from map(task, range(count))
        return
    # A forked child would inherit the threads' locks of whoever asks.
    with ProcessPoolExecutor(min(workers, count), get_context("spawn")) as pool:
        yield from pool.map(task, range(count))
