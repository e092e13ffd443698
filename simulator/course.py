"""The way vehicles take: a loop, or a line there and back, as a ring of positions; the time a stretch takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

from planner.errors import KaitekiError


@dataclass(frozen=True, slots=True)
class Motion:
    """How a vehicle drives between two stops: accelerates, cruises, brakes (m/s, m/s²)."""

    speed_ms: float
    acceleration_ms2: float
    deceleration_ms2: float


def peak_speed_ms(length_m: float, motion: Motion) -> float:
    """Highest speed on a stretch from standstill to standstill; on short ones the limit is not reached."""
    up, down = motion.acceleration_ms2, motion.deceleration_ms2
    return min(motion.speed_ms, sqrt(2 * length_m * up * down / (up + down)))


def running_time_s(length_m: float, motion: Motion) -> float:
    """Seconds from standstill to standstill over `length_m`: L/v + v/2a + v/2d at the peak speed v."""
    if length_m == 0:
        return 0.0
    peak = peak_speed_ms(length_m, motion)
    return length_m / peak + lost_time_s(peak, motion)


def lost_time_s(speed_ms: float, motion: Motion) -> float:
    """Seconds that a stop costs against passing at `speed_ms`, the standstill not counted."""
    return speed_ms / 2 / motion.acceleration_ms2 + speed_ms / 2 / motion.deceleration_ms2


@dataclass(frozen=True)
class Course:
    """A ring of positions that vehicles go round for ever.

    On a loop a position is a stop. A line A B C is the ring A B C B: its inner stops have a position each way.

    Attributes
    ----------
    stops : tuple of str
        Names; a stop's number is its place here.
    stop_at : tuple of int
        Number of the stop at each position.
    lengths_m : tuple of float
        From each position to the next.
    """

    stops: tuple[str, ...]
    stop_at: tuple[int, ...]
    lengths_m: tuple[float, ...]

    @property
    def length_m(self) -> float:
        """Metres once round."""
        return sum(self.lengths_m)

    def metres(self, origin: int, destination: int) -> float:
        """Metres from a position forward to another; none to itself."""
        count = len(self.stop_at)
        return sum(self.lengths_m[step % count] for step in range(origin, origin + (destination - origin) % count))

    @cached_property
    def rides(self) -> dict[tuple[int, int], tuple[int, int, float]]:
        """By stops: where to board, where to alight, and the metres between, the shortest."""
        places = range(len(self.stop_at))
        found: dict[tuple[int, int], tuple[int, int, float]] = {}
        for board in places:
            for alight in places:
                ends, metres = (self.stop_at[board], self.stop_at[alight]), self.metres(board, alight)
                if ends[0] != ends[1] and (ends not in found or metres < found[ends][2]):
                    found[ends] = board, alight, metres
        return found

    def direct_m(self, origin: int, destination: int) -> float:
        """Metres between two stops along the course, in whichever direction is shorter."""
        return min(self.rides[origin, destination][2], self.rides[destination, origin][2])


def loop(stops: Sequence[str], lengths_m: Sequence[float], is_reversed: bool = False) -> Course:
    """Course round a loop; `lengths_m` from each stop to the next, the last back to the first.

    Raises
    ------
    KaitekiError
        Fewer than two stops, another number of lengths, or a length that is not positive.
    """
    _check(stops, lengths_m, len(stops))
    order = list(range(len(stops)))
    if is_reversed:
        order = [0, *reversed(order[1:])]
        lengths_m = list(reversed(lengths_m))
    return Course(tuple(stops), tuple(order), tuple(lengths_m))


def line(stops: Sequence[str], lengths_m: Sequence[float]) -> Course:
    """Course along a line and back; `lengths_m` from each stop but the last to the next.

    Raises
    ------
    KaitekiError
        Fewer than two stops, another number of lengths, or a length that is not positive.
    """
    _check(stops, lengths_m, len(stops) - 1)
    there = list(range(len(stops)))
    return Course(tuple(stops), tuple(there + there[-2:0:-1]), (*lengths_m, *reversed(lengths_m)))


def _check(stops: Sequence[str], lengths_m: Sequence[float], wanted: int) -> None:
    if len(stops) < 2:
        raise KaitekiError(f"A course needs two stops, this one has {len(stops)}.")
    if len(set(stops)) < len(stops):
        raise KaitekiError("A course names one of its stops twice.")
    if len(lengths_m) != wanted:
        raise KaitekiError(f"A course of these {len(stops)} stops has {wanted} lengths, not {len(lengths_m)}.")
    if min(lengths_m) <= 0:
        raise KaitekiError(f"A length between two stops is positive, not {min(lengths_m):g} m.")


def cycle_s(course: Course, motion: Motion, dwell_s: float) -> float:
    """Seconds once round with the same dwell at every position."""
    return sum(running_time_s(length, motion) + dwell_s for length in course.lengths_m)
