"""How full operators report that vehicles are, or will be, by run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from planner.crowds import night_of
from planner.live import LiveSource
from planner.live_records import TripSelector
from planner.network import Network

LOADS = {
    "EMPTY": 0.0,
    "MANY_SEATS_AVAILABLE": 0.1,
    "FEW_SEATS_AVAILABLE": 0.3,
    "STANDING_ROOM_ONLY": 0.6,
    "CRUSHED_STANDING_ROOM_ONLY": 0.9,
    "FULL": 1.0,
    "NOT_ACCEPTING_PASSENGERS": 1.0,
}
"""Persons a place: choices of ours, since the words are no scale."""

CLOSED = frozenset({"NOT_ACCEPTING_PASSENGERS", "NOT_BOARDABLE"})
"""Nobody gets in."""


@dataclass(slots=True)
class Told:
    """What is told of one run.

    Attributes
    ----------
    load : float or None
        Persons a place now.
    loads : dict of str to float
        Persons a place as it leaves a stop.
    closed : set of str
        Stops at which nobody gets in.
    is_closed : bool
        Nobody gets in now.
    """

    load: float | None = None
    loads: dict[str, float] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    is_closed: bool = False

    def load_from(self, stop: str) -> float | None:
        """Persons a place from a stop on: as predicted there, else as now."""
        return self.loads.get(stop, self.load)

    def is_closed_at(self, stop: str) -> bool:
        """Whether nobody gets in at a stop: as predicted there, else as now."""
        return stop in self.closed or (stop not in self.loads and self.is_closed)


Runs = Mapping[tuple[str, date], Told]
"""By trip and service day."""


@lru_cache(maxsize=2)
def reported_loads(network: Network) -> Runs:
    """What the operators' last messages tell of each run of a day; read once for each state of the network.

    A trip that names no day runs on the day of the message. Predictions that name no stop are passed over. Of trips
    at a frequency nobody can say which run is meant.

    References
    ----------
    GTFS Realtime Reference v2.0, OccupancyStatus.
    """
    found: dict[tuple[str, date], Told] = {}
    if network.reported is None:
        return found
    for source in network.reported.state.sources:
        asked = source.timestamp if source.timestamp is not None else network.reported.state.now
        today = night_of(datetime.fromtimestamp(asked, network.zone))
        for trip, stop, status, percent in _statements(source):
            load = LOADS.get(status or "") if percent is None else percent / 100
            is_closed = status in CLOSED
            if load is None and not is_closed:
                continue
            told = found.setdefault((f"{source.prefix}{trip.trip_id}", trip.start_date or today), Told())
            if stop is None:
                told.load, told.is_closed = load, is_closed
                continue
            if load is not None:
                told.loads[f"{source.prefix}{stop}"] = load
            if is_closed:
                told.closed.add(f"{source.prefix}{stop}")
    return found


def _statements(source: LiveSource) -> Iterator[tuple[TripSelector, str | None, str | None, int | None]]:
    """Trip, stop (None: now), word and percentage of all that is said of how full something is."""
    for vehicle in source.vehicles:
        if vehicle.trip is not None and vehicle.trip.trip_id is not None:
            yield vehicle.trip, None, vehicle.occupancy, vehicle.occupancy_percent
    for update in source.updates:
        for call in update.stop_updates:
            if update.trip.trip_id is not None and call.stop_id is not None:
                yield update.trip, call.stop_id, call.occupancy, None
