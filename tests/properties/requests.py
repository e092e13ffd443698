"""Random questions to a city."""

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from planner.model import TRANSIT, Mode
from planner.network import Network
from planner.request import Coordinate, Location, PlanRequest, StopId, StreetMode

AROUND_MAKUHARI = (35.63, 140.01, 35.67, 140.08)
"""South, west, north, east."""


def stops(network: Network) -> st.SearchStrategy[Location]:
    """Any stop or station."""
    return st.sampled_from(sorted(network.stop_index)).map(StopId)


def points(south: float, west: float, north: float, east: float) -> st.SearchStrategy[Location]:
    """Any point of a box."""
    return st.builds(Coordinate, st.floats(south, north), st.floats(west, east))


def moments(network: Network, first: date, last: date) -> st.SearchStrategy[datetime]:
    """Any second of the days, in the city's own time."""
    seconds = st.integers(0, 86_399).map(lambda s: (datetime.min + timedelta(seconds=s)).time())
    rush = st.sampled_from([time(0, 20), time(5), time(8), time(12), time(17, 30), time(21, 55), time(23, 50)])
    return st.builds(
        lambda day, clock: datetime.combine(day, clock, network.zone), st.dates(first, last), st.one_of(rush, seconds)
    )


def requests(
    locations: st.SearchStrategy[Location], times: st.SearchStrategy[datetime]
) -> st.SearchStrategy[PlanRequest]:
    """Any request between such locations at such times."""
    street_modes = st.one_of(
        st.just(frozenset({StreetMode.WALK})),
        st.just(frozenset(StreetMode)),
        st.frozensets(st.sampled_from(StreetMode)),
    )
    transit = st.one_of(st.just(TRANSIT), st.frozensets(st.sampled_from([Mode.RAIL, Mode.BUS, Mode.MONORAIL])))
    return st.builds(
        PlanRequest,
        origin=locations,
        destination=locations,
        time=times,
        arrive_by=st.booleans(),
        window_s=st.one_of(st.none(), st.integers(0, 7200)),
        count=st.integers(0, 8),
        transit_modes=transit,
        access_modes=street_modes,
        egress_modes=street_modes,
        direct_modes=street_modes,
        wheelchair=st.sampled_from([False, False, False, True]),
        max_transfers=st.integers(0, 4),
        max_access_s=st.sampled_from([300, 900, 1800]),
        max_egress_s=st.sampled_from([300, 900, 1800]),
        max_direct_s=st.sampled_from([600, 1800, 3600]),
        walk_speed_ms=st.sampled_from([1.25, 1.25, 0.6, 1.8]),
        bike_speed_ms=st.sampled_from([4.2, 3.0]),
        min_transfer_s=st.sampled_from([0, 0, 180]),
        languages=st.sampled_from([("ja",), ("en", "ja"), ()]),
    )
