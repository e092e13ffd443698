"""Little's law on the queues of a city: at every stop, and for all of them together."""

from itertools import pairwise
from math import nan

import numpy as np
from numpy.typing import NDArray

from simulator.events import Events, Kind
from simulator.queues import Queue

OUT_OF = (Kind.BOARDED, Kind.LEFT_QUEUE)


def city_queues(events: Events, from_s: float, until_s: float) -> dict[str, float]:
    """People waiting at stops on average, how many came an hour, how long each waited, and the busiest stop."""
    found = stop_queues(events, from_s, until_s)
    longest = max((queue.mean_length for queue in found), default=0.0)
    rate_s = sum(queue.rate_s for queue in found)
    time_s = sum(queue.rate_s * queue.mean_time_s for queue in found)
    return {
        "queue_persons": sum(queue.mean_length for queue in found),
        "queue_joined_h": rate_s * 3600,
        "queue_wait_s": time_s / rate_s if rate_s else nan,
        "queue_longest_persons": longest,
    }


def stop_queues(events: Events, from_s: float, until_s: float) -> list[Queue]:
    """The queue at every point where somebody waited, between two times; who still waits stays until the end.

    The mean length is counted over time, the mean time person by person.
    """
    rows = events.of(Kind.JOINED, *OUT_OF)
    order = np.argsort(events.position[rows], kind="stable")
    rows = rows[order]
    limits = np.flatnonzero(np.diff(events.position[rows], prepend=-1, append=-2))
    return [_queue(events, rows[begin:end], from_s, until_s) for begin, end in pairwise(limits)]


def _queue(events: Events, rows: NDArray[np.int64], from_s: float, until_s: float) -> Queue:
    times, lasted_s = events.time_s[rows], until_s - from_s
    lengths = np.cumsum(np.where(events.kind[rows] == Kind.JOINED, 1, -1))
    area = float((lengths * np.diff(np.append(times, until_s))).sum())
    own = np.argsort(events.traveller[rows], kind="stable")
    joined = events.kind[rows[own]] == Kind.JOINED
    since = times[own]
    # A traveller's events follow each other; who joined and has nothing after it still waits.
    ends = np.append(since[1:], until_s)
    is_last = np.append(events.traveller[rows[own]][1:] != events.traveller[rows[own]][:-1], True)
    stays = np.where(is_last, until_s, ends)[joined] - since[joined]
    count = int(joined.sum())
    return Queue(
        int(events.position[rows[0]]), area / lasted_s, count / lasted_s, float(stays.mean()) if count else nan
    )
