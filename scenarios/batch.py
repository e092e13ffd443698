"""Many journeys at once: one departure, or one arrival, per query; rows out in the order of the queries."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import assert_never

from planner.errors import RequestError
from planner.geocoding import Ambiguous, NotFound, Resolved, place_index, resolve
from planner.model import Itinerary, TransitLeg, mode_of
from planner.network import Network
from planner.plan import plan_at
from planner.reasons import Reason
from planner.request import USUAL_SLACK, Location, PlanRequest, Preferred, Slack, StopId
from scenarios.cluster import Workers, spread
from scenarios.remote_network import open_same

MAX_TRANSFERS = 14
"""More changes than pay on the densest network known, Greater Tokyo's railways: no bound in effect."""

CHUNK = 256
"""Queries answered together, those of one date behind each other: a date is cut out of the timetable once."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a batch; `origin` and `destination` are texts: a stop id, a name or ``lat,lon``.

    `time` is aware: the earliest departure, or the latest arrival if `arrive_by`. The rest is as in `PlanRequest`.
    """

    id: str
    origin: str
    destination: str
    time: datetime
    arrive_by: bool = False
    prefer: Preferred | None = None
    slack: Slack = USUAL_SLACK
    max_walk_s: int | None = None
    max_price: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A question that cannot be read, and why, in one sentence."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One itinerary of a query, or that there is none.

    Attributes
    ----------
    n : int
        Counts the itineraries of a query from 1; 0: there is none, and `reason` is the code or the sentence that says
        why.
    departure : datetime or None
        The latest that still makes the journey.
    modes : str
        Modes of the legs in order of travel, joined by "+"; a vehicle one stays seated in is one leg.
    walk_m : float or None
        Metres on foot.
    fare : float or None
        What an adult pays by IC card; None: unknown.
    """

    id: str
    n: int
    departure: datetime | None = None
    arrival: datetime | None = None
    transfers: int | None = None
    modes: str = ""
    walk_m: float | None = None
    fare: float | None = None
    reason: str = ""


COLUMNS = {
    "id": str, "n": int, "departure": datetime, "arrival": datetime, "transfers": int, "modes": str, "walk_m": float,
    "fare": float, "reason": str,
}  # fmt: skip
"""Fields of `Row` as the columns of a table."""

Locate = Callable[[str], Location | str]
"""From a text to the place it means, or to the reason why it means none."""


def answer_batch(network: Network, queries: Iterable[Query | Refused]) -> Iterator[Row]:
    """Answer each query with the exact Pareto set in (arrival, transfers), or (departure, transfers) if by arrival.

    What is preferred is one more criterion, within the query's slack.

    Yields
    ------
    Row
        By query; of one query by departure, arrival and transfers.
    """
    locate = locator(network)
    for chunk in _chunks(queries):
        yield from _answered(network, locate, chunk)


def answer_batch_spread(
    folder: Path, snapshot: str, queries: Iterable[Query | Refused], workers: Workers
) -> Iterator[Row]:
    """Answer as `answer_batch` does on the network called `snapshot` in `folder`, by `workers`: with the same rows.

    The workers of a cluster read the network from a folder of this name of their own.
    """
    for rows in spread(partial(_answered_in, folder, snapshot), _chunks(queries), workers):
        yield from rows


def _chunks(queries: Iterable[Query | Refused]) -> Iterator[list[Query | Refused]]:
    remaining = iter(queries)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _answered_in(folder: Path, snapshot: str, chunk: Sequence[Query | Refused]) -> list[Row]:
    return _answered(*_opened(folder, snapshot), chunk)


@lru_cache(maxsize=1)
def _opened(folder: Path, snapshot: str) -> tuple[Network, Locate]:
    network = open_same(folder, snapshot)
    return network, locator(network)


def _answered(network: Network, locate: Locate, chunk: Sequence[Query | Refused]) -> list[Row]:
    rows: list[list[Row]] = [[] for _ in chunk]
    for number in sorted(range(len(chunk)), key=lambda number: _day(network, chunk[number])):
        query = chunk[number]
        if isinstance(query, Refused):
            rows[number] = [Row(query.id, 0, reason=query.reason)]
        else:
            rows[number] = _rows(network, locate, query)
    return [row for rows_of_query in rows for row in rows_of_query]


def _day(network: Network, query: Query | Refused) -> date:
    return date.min if isinstance(query, Refused) else query.time.astimezone(network.zone).date()


def _rows(network: Network, locate: Locate, query: Query) -> list[Row]:
    ends = locate(query.origin), locate(query.destination)
    for end in ends:
        if isinstance(end, str):
            return [Row(query.id, 0, reason=end)]
    origin, destination = ends
    assert not isinstance(origin, str)
    assert not isinstance(destination, str)
    request = PlanRequest(
        origin, destination, query.time.astimezone(UTC), arrive_by=query.arrive_by, max_transfers=MAX_TRANSFERS,
        prefer=query.prefer, slack=query.slack, max_walk_s=query.max_walk_s, max_price=query.max_price,
    )  # fmt: skip
    try:
        answer = plan_at(network, request)
    except RequestError as error:
        return [Row(query.id, 0, reason=str(error))]
    if not answer.itineraries:
        assert answer.reason is not None
        return [Row(query.id, 0, reason=answer.reason.code.value)]
    in_order = sorted(answer.itineraries, key=lambda one: (one.start, one.end, one.transfers))
    return [_row(query.id, n, itinerary) for n, itinerary in enumerate(in_order, 1)]


def _row(query: str, n: int, itinerary: Itinerary) -> Row:
    price = itinerary.price("adult", "ic")
    legs = [leg for leg in itinerary.legs if not (isinstance(leg, TransitLeg) and leg.stays_seated)]
    return Row(
        id=query,
        n=n,
        departure=itinerary.start,
        arrival=itinerary.end,
        transfers=itinerary.transfers,
        modes="+".join(mode_of(leg).value for leg in legs),
        walk_m=itinerary.walk_m,
        fare=None if price is None else price.amount,
    )


def locator(network: Network) -> Locate:
    """What resolves texts as the other commands do; each text once."""
    index = place_index(network.snapshot.places)

    @lru_cache(maxsize=1 << 16)
    def locate(text: str) -> Location | str:
        if text in network.stop_index:
            return StopId(text)
        try:
            found = resolve(index, text)
        except RequestError as error:
            return str(error)
        match found:
            case Resolved():
                return found.location
            case NotFound():
                return Reason.LOCATION_NOT_FOUND.value
            case Ambiguous():
                names = (f"{match.name} ({match.lat:.4f},{match.lon:.4f})" for match in found.candidates)
                return f"'{text}' is the name of several places: {', '.join(dict.fromkeys(names))}."
            case _:
                assert_never(found)

    return locate
