"""What a search between stops is asked and what it answers, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.timetable import Indices, Times

UNREACHED = 2**30
"""Later than every time."""

ANY_TIME = (-UNREACHED, UNREACHED)
"""`opens` and `closes` of an option without hours."""


@dataclass(frozen=True, slots=True)
class Options:
    """Ways from the origin to stops, or from stops to the destination.

    Attributes
    ----------
    stop : int32 array
        StopIndex; several rows for one stop are allowed.
    seconds : int32 array
        Time it takes.
    opens, closes : int32 array
        Seconds after the start of the day between which it may be begun, both included; who comes earlier waits.
    """

    stop: Indices
    seconds: Times
    opens: Times
    closes: Times

    @classmethod
    def of(
        cls, stop: ArrayLike, seconds: ArrayLike, opens: ArrayLike | None = None, closes: ArrayLike | None = None
    ) -> "Options":
        """Ways to or from each `stop`, possible at any time unless said otherwise."""
        stops = np.asarray(stop, np.int32)
        hours = [
            np.broadcast_to(np.asarray(bound, np.int32), stops.shape).copy()
            for bound in (ANY_TIME[0] if opens is None else opens, ANY_TIME[1] if closes is None else closes)
        ]
        return cls(stops, np.broadcast_to(np.asarray(seconds, np.int32), stops.shape).copy(), hours[0], hours[1])

    def __len__(self) -> int:
        return len(self.stop)

    def mirrored(self) -> "Options":
        """The same ways with time reversed: begun, in reversed time, when they would have ended."""
        return Options(self.stop, self.seconds, -(self.closes + self.seconds), -(self.opens + self.seconds))


@dataclass(frozen=True, slots=True)
class Journeys:
    """Journeys found, none of them dominated in (departure, arrival, transfers).

    Attributes
    ----------
    departure, arrival : int32 array
        Begin of the access and end of the egress option, seconds after the start of the day.
    transfers : int32 array
        Changes between vehicles: rides − 1.
    access, egress : int32 array
        Rows of the options used.
    ride_first : int32 array of shape (n + 1,)
        Rides of journey j are rows ``ride_first[j]:ride_first[j + 1]`` of the three columns below.
    lane_trip, board, alight : int32 array
        Lane trip of the `DayTimetable` and positions in its pattern; `planner.day.segments_of` names the trips.
    """

    departure: Times
    arrival: Times
    transfers: NDArray[np.int32]
    access: Indices
    egress: Indices
    ride_first: Indices
    lane_trip: Indices
    board: Indices
    alight: Indices

    def __len__(self) -> int:
        return len(self.departure)

    def rides(self, journey: int) -> list[tuple[int, int, int]]:
        """Lane trip, board position and alight position of each ride of one journey."""
        rows = slice(int(self.ride_first[journey]), int(self.ride_first[journey + 1]))
        columns = (self.lane_trip[rows].tolist(), self.board[rows].tolist(), self.alight[rows].tolist())
        return list(zip(*columns, strict=True))
