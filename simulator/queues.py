"""Little's law on the queues of a log: the mean number in a queue is the arrival rate times the mean time in it."""

from dataclasses import dataclass
from math import nan

import numpy as np

from simulator.events import Events, Kind

INTO = (Kind.JOINED, Kind.PUT_DOWN)
OUT_OF = (Kind.BOARDED, Kind.GAVE_UP)


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue over a time: people in it on average, how many came a second, how long each stayed on average."""

    position: int
    mean_length: float
    rate_s: float
    mean_time_s: float


def queue_metrics(events: Events, positions: int, until_s: float) -> dict[str, float]:
    """People waiting at each position on average over the whole day, and how long each of them waited there."""
    found = {queue.position: queue for queue in queues(events, until_s)}
    numbers: dict[str, float] = {}
    for position in range(positions):
        queue = found.get(position, Queue(position, 0.0, 0.0, nan))
        numbers |= {f"queue_{position}_persons": queue.mean_length, f"queue_{position}_wait_s": queue.mean_time_s}
    return numbers


def queues(events: Events, until_s: float) -> list[Queue]:
    """The queue at every position from 0 to `until_s`.

    The mean length is counted over time, the mean time person by person; whoever still waits stays until `until_s`.
    Those who were put down by a vehicle wait anew.
    """
    return [_queue(events, int(p), until_s) for p in np.unique(events.position[events.of(*INTO)])]


def _queue(events: Events, position: int, until_s: float) -> Queue:
    rows = events.of(*INTO, *OUT_OF)
    rows = rows[events.position[rows] == position]
    steps = np.where(np.isin(events.kind[rows], INTO), 1, -1)
    lengths = np.cumsum(steps)
    area = float((lengths * np.diff(np.append(events.time_s[rows], until_s))).sum())
    stays = _stays(events, rows, until_s)
    return Queue(position, area / until_s, len(stays) / until_s, float(np.mean(stays)) if stays else nan)


def _stays(events: Events, rows: np.ndarray[tuple[int], np.dtype[np.int64]], until_s: float) -> list[float]:
    since: dict[int, float] = {}
    stays = []
    for row in rows.tolist():
        number, time = int(events.traveller[row]), float(events.time_s[row])
        if events.kind[row] in INTO:
            since[number] = time
        else:
            stays.append(time - since.pop(number))
    return stays + [until_s - time for time in since.values()]
