"""From seconds that searches found to ways: whole seconds of walk, ride and walk, less those that walking beats.

A way that does not beat the walk to the same target is worse in time, price and effort alike.
"""

import numpy as np
from numpy.typing import NDArray

from planner.journeys import ANY_TIME
from planner.kernels import kernel
from planner.timetable import NONE

Ints = NDArray[np.int32]
Seconds = NDArray[np.float32]

ROUNDING_S = 0.01
"""A way this little over a full second does not take the next one."""

UNWALKED = int(np.iinfo(np.int32).max)
"""Seconds of a walk to where nobody walks: every ride beats it."""

OPENS, CLOSES = ANY_TIME

Columns = tuple[tuple[Ints, Ints, Ints, Ints], Ints, Ints, Ints]
"""Columns of `planner.journeys.Options`; then parts, pickup and dropoff as in `planner.access.Ways`."""

Ridden = tuple[Seconds, Ints]
"""Seconds to every target, and the row of the ride that brings one there, NONE where none does."""

Rides = tuple[Ints, Seconds, Ints]
"""Where each ride ends, the seconds until then, and the row of `Begun` with which it began."""

Begun = tuple[Ints, Seconds]
"""Where rides begin, and the seconds until one is there."""


@kernel
def whole(seconds: float) -> int:
    """Seconds rounded up."""
    return int(np.ceil(np.float32(seconds) - np.float32(ROUNDING_S)))


@kernel
def undivided(seconds: Seconds, part: int, walked: Ints) -> Columns:
    """Ways of one part only (the others are 0) to the targets that one reaches in fewer than `walked` seconds."""
    target = np.empty(len(seconds), np.int32)
    n = 0
    for t in range(len(seconds)):
        if seconds[t] != np.inf and whole(seconds[t]) < walked[t]:
            target[n] = t
            n += 1
    took, parts, nowhere = np.empty(n, np.int32), np.zeros((n, 3), np.int32), np.full(n, NONE, np.int32)
    for row in range(n):
        took[row] = parts[row, part] = whole(seconds[target[row]])
    options = target[:n].copy(), took, np.full(n, OPENS, np.int32), np.full(n, CLOSES, np.int32)
    return options, parts, nowhere, nowhere


@kernel
def divided(ridden: Ridden, rides: Rides, begun: Begun, walked: Ints, is_backward: bool) -> Columns:
    """Ways by walk, ride and walk to the targets that one reaches in fewer than `walked` seconds."""
    (seconds, by), (finish, at_finish, origin), (begin, at_begin) = ridden, rides, begun
    target = np.empty(len(seconds), np.int32)
    n = 0
    for t in range(len(seconds)):
        if by[t] >= 0 and whole(seconds[t]) < walked[t]:
            target[n] = t
            n += 1
    took, parts = np.empty(n, np.int32), np.empty((n, 3), np.int32)
    pickup, dropoff = np.empty(n, np.int32), np.empty(n, np.int32)
    for row in range(n):
        ride = by[target[row]]
        near, far = begin[origin[ride]], finish[ride]
        first, second, third = whole(at_begin[origin[ride]]), whole(at_finish[ride]), whole(seconds[target[row]])
        took[row], parts[row, 1] = third, second - first
        if is_backward:
            parts[row, 0], parts[row, 2], pickup[row], dropoff[row] = third - second, first, far, near
        else:
            parts[row, 0], parts[row, 2], pickup[row], dropoff[row] = first, third - second, near, far
    options = target[:n].copy(), took, np.full(n, OPENS, np.int32), np.full(n, CLOSES, np.int32)
    return options, parts, pickup, dropoff


def quickest(seconds: Seconds) -> int:
    """The row by which one end is joined to the streets that is reached first, in whole seconds."""
    if len(seconds) == 1:
        return 0
    return int(np.argmin(np.ceil(seconds - np.float32(ROUNDING_S))))
